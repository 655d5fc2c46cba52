import type { Log } from '../src/log.ts'

/** Calls that are to be made after a while, by this process. */
export interface Alarms {
  /** Does nothing where one of that key is set already: it comes earlier. */
  set(key: string, delayMs: number, call: () => Promise<void>): void
  /** None is made from now on. */
  stop(): void
}

/**
 * For wake-ups that wait. The queue's own delays go by the clock of the machine that asked for them, and whatever waits
 * there takes the place of every wake-up that comes meanwhile: one machine that is five minutes ahead would put a stage to
 * sleep for as long. What is lost with this process the sweeper makes good.
 */
export function createAlarms(log: Log): Alarms {
  const waiting = new Map<string, NodeJS.Timeout>()
  return {
    set(key, delayMs, call) {
      if (waiting.has(key)) return
      const timer = setTimeout(() => {
        waiting.delete(key)
        call().catch((error: unknown) => log.warn({ error }, 'a wake-up was lost'))
      }, delayMs)
      waiting.set(key, timer.unref())
    },
    stop() {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
