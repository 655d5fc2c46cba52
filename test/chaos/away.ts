import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 200

/** Whether an error says that the database is not there at the moment. */
export function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03'].includes(code)
}

/** Does something in the database, again where another fault has taken that away meanwhile. */
export async function onceBack<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error
      await sleep(LOOK_EVERY_MS)
    }
  }
}
