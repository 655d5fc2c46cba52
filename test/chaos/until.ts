import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 200

/** What should have come to rest has not, after all patience. */
export class NotQuiet extends Error {
  override readonly name = 'NotQuiet'
}

/**
 * Looks again and again until there is nothing to complain of.
 * @throws NotQuiet, or the error that is asked for, with the last complaint
 */
export async function until(
  patienceMs: number,
  look: () => Promise<string | null>,
  Failure: new (message: string) => Error = NotQuiet,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const complaint = await look()
    if (complaint === null) return
    if (performance.now() > deadline) {
      throw new Failure(`after ${patienceMs / 1_000} s ${complaint}`)
    }
    await sleep(LOOK_EVERY_MS)
  }
}
