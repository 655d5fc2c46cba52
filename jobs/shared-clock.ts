import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import { databaseTime } from '../src/store/health.ts'
import { repeat } from './repeat.ts'

/** A machine's clock drifts by seconds a day; one that is set anew is noticed after this long. */
const EVERY_MS = 30_000
/** A question that took longer says little about what time it is. */
const LONGEST_QUESTION_MS = 1_000
/** Less matters to nothing here, and following it would make the time jump for no reason. */
const TOLERATED_MS = 1_000

interface SharedClockParts {
  readonly db: Db
  readonly log: Log
  /** The machine's. */
  readonly local: Clock
}

/** The time that all processes share. */
export interface SharedClock {
  readonly clock: Clock
  /** Ends following the database. */
  close(): Promise<void>
}

/**
 * Follows the database's clock where the machine's is off by more than a second. Leases, due times and the dates of
 * scores are compared between processes: a worker that is five minutes ahead would schedule the next reading in six
 * minutes, hold its rows for as long after it was killed, and date its scores later than those that follow them.
 */
export async function startSharedClock(
  parts: SharedClockParts,
  everyMs = EVERY_MS,
): Promise<SharedClock> {
  const { local, log } = parts
  let offsetMs = 0
  async function follow(): Promise<void> {
    const measured = await measureOffset(parts)
    if (measured === null) return
    const next = Math.abs(measured) > TOLERATED_MS ? measured : 0
    if (next !== 0 && offsetMs === 0) {
      const aheadMs = -Math.round(next)
      log.warn({ aheadMs }, 'the clock of this machine is wrong; following that of the database')
    }
    offsetMs = next
  }
  await follow()
  const clock = { now: () => new Date(local.now().getTime() + offsetMs) }
  return { clock, close: repeat('comparing the clocks', follow, everyMs, log) }
}

/** How far the database's clock is ahead of the machine's, in ms; null when that cannot be told now. */
async function measureOffset({ db, local }: SharedClockParts): Promise<number | null> {
  const before = local.now().getTime()
  const there = await databaseTime(db)
  const after = local.now().getTime()
  if (after - before > LONGEST_QUESTION_MS || after < before) return null
  return there.getTime() - (before + after) / 2
}
