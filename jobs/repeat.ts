import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/log.ts'

/**
 * Does something now and again after each pause, until stopped. A failure is logged and ends nothing.
 * @param what named in the log: `sweep`
 * @returns the function that stops it and waits for what is under way, which hears of it by the signal
 */
export function repeat(
  what: string,
  work: (stopping: AbortSignal) => Promise<void>,
  everyMs: number,
  log: Log,
): () => Promise<void> {
  const stop = new AbortController()
  const done = (async () => {
    while (!stop.signal.aborted) {
      await work(stop.signal).catch((error: unknown) =>
        log.warn({ error }, `${what} failed; it is repeated`),
      )
      // Stopping ends the pause early.
      await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()
  return async () => {
    stop.abort()
    await done
  }
}
