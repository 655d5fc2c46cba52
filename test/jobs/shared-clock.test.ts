import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startSharedClock } from '../../jobs/shared-clock.ts'
import type { Clock } from '../../src/clock.ts'
import { databaseOn, openPool } from '../../src/store/database.ts'
import { useDatabase } from '../helpers/database.ts'

const MINUTE_MS = 60_000
const log = pino({ level: 'silent' })

/** The database runs on this machine, so that this machine's time is its. */
function msFromNow(clock: Clock): number {
  return clock.now().getTime() - Date.now()
}

function shifted(byMs: () => number): Clock {
  return { now: () => new Date(Date.now() + byMs()) }
}

describe('the time that processes share', () => {
  const database = useDatabase()

  async function follow(local: Clock, everyMs?: number): Promise<Clock> {
    const shared = await startSharedClock({ db: database.db, log, local }, everyMs)
    onTestFinished(() => shared.close())
    return shared.clock
  }

  test.each([5, -5])('is the database’s on a machine that is %i minutes off', async (minutes) => {
    const clock = await follow(shifted(() => minutes * MINUTE_MS))
    expect(Math.abs(msFromNow(clock))).toBeLessThan(1_000)
  })

  test('is the machine’s own where that is hardly off', async () => {
    const clock = await follow(shifted(() => 400))
    expect(msFromNow(clock)).toBeGreaterThanOrEqual(398)
  })

  test('follows a machine whose clock is set anew', async () => {
    let offMs = 0
    const clock = await follow(
      shifted(() => offMs),
      10,
    )
    offMs = 3 * MINUTE_MS
    await vi.waitFor(() => expect(Math.abs(msFromNow(clock))).toBeLessThan(1_000))
  })

  test('goes on as it was while the database is away', async () => {
    const hurry = { connections: 1, patience: 500, statement: 1_000 }
    const db = databaseOn(openPool(database.url, () => {}, hurry))
    const failures = vi.spyOn(log, 'warn')
    const local = shifted(() => 5 * MINUTE_MS)
    const shared = await startSharedClock({ db, log, local }, 10)
    onTestFinished(() => shared.close())
    const before = failures.mock.calls.length
    await db.destroy()
    await vi.waitFor(() => expect(failures.mock.calls.length).toBeGreaterThan(before), 5_000)
    expect(Math.abs(msFromNow(shared.clock))).toBeLessThan(1_000)
  })
})
