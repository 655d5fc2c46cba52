import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Hold } from '../../connectors/connector.ts'
import { whileHeld } from '../../jobs/while-held.ts'
import { LeaseLost } from '../../src/errors.ts'
import { openDatabase } from '../../src/store/database.ts'
import { claim, mark } from '../../src/store/due.ts'
import { release } from '../../src/store/leases.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const from = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)
/** A lease counts as lost a second before its end. */
const SOON = from(-6.9)

describe('claims that are held while something is done elsewhere', () => {
  const database = useDatabase()
  let id: string
  let clock: MovableClock
  beforeEach(async () => {
    vi.useFakeTimers({
      toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'],
    })
    id = (await makeInstallation(database.db)).id
    clock = movableClock(NOW)
    await mark(database.db, id, 'write_back', 'person', ['1', '2', '3'], from(-60))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  const claims = (at = NOW, limit = 2) => claim(database.db, id, 'write_back', limit, at)
  const held = async <T>(
    taken: Awaited<ReturnType<typeof claims>>,
    work: (hold: Hold) => Promise<T>,
  ) => whileHeld(stageDeps(database.db, clock), id, 'write_back', taken, work)
  const leases = async () => {
    const { rows } = await sql<{ until: Date }>`
      select distinct lease_until as until from due
      where installation_id = ${id} and lease_until is not null order by 1`.execute(database.db)
    return rows.map(({ until }) => until)
  }
  const untilLost = ({ signal }: Hold) => expect.poll(() => signal.aborted).toBe(true)
  const untilProlonged = (taken: Awaited<ReturnType<typeof claims>>, until: Date) =>
    expect.poll(() => taken[0]?.lease.until).toEqual(until)
  /** Lets time pass, for the lease and for its holder alike. */
  const pass = (seconds: number) => {
    clock.moveTo(new Date(clock.now().getTime() + seconds * 1_000))
    vi.advanceTimersByTime(seconds * 1_000)
  }
  /** As `pass`, but no timer gets its turn. */
  const standStill = (seconds: number) => {
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + seconds * 1_000)
  }
  const closedDeps = async () => {
    const closed = openDatabase('postgres://127.0.0.1:1/none', () => {})
    await closed.destroy()
    return stageDeps(closed, clock)
  }

  test('stay theirs for longer than a lease, and can be given back afterwards', async () => {
    const taken = await claims()
    const result = await held(taken, async (hold) => {
      for (const beat of [2, 4, 6, 8]) {
        pass(2)
        await untilProlonged(taken, from(beat + 8))
      }
      hold.assertHeld()
      return 'done'
    })
    expect(result).toBe('done')
    expect(await claims(from(15), 10)).toMatchObject([{ id: '3' }])
    await release(database.db, id, 'write_back', taken)
    expect(await claims(from(15), 10)).toHaveLength(2)
  })

  test('are lost a second before their end where they were prolonged once and then no more', async () => {
    const taken = await claims()
    const work = held(taken, async (hold) => {
      pass(2)
      await untilProlonged(taken, from(10))
      standStill(6.9)
      hold.assertHeld()
      standStill(0.1)
      hold.assertHeld()
    })
    await expect(work).rejects.toThrow('the leases ended before they could be prolonged')
  })

  test('are lost as soon as another worker has one of them', async () => {
    const taken = await claims()
    await claims(from(9), 1)
    const work = held(taken, async (hold) => {
      pass(2)
      await untilLost(hold)
      return 'too late'
    })
    await expect(work).rejects.toThrow(new LeaseLost('somebody else has taken the rows'))
    expect(await leases()).toEqual([from(8), from(17)])
  })

  test('are lost as soon as the first of their leases is about to end', async () => {
    const taken = [...(await claims(SOON, 1)), ...(await claims(NOW, 1))]
    const work = held(taken, async (hold) => {
      pass(0.1)
      await untilLost(hold)
    })
    await expect(work).rejects.toThrow(LeaseLost)
  })

  test('are lost when the database stays out of reach until the lease is about to end', async () => {
    const taken = await claims()
    const deps = await closedDeps()
    const told = vi.spyOn(deps.log, 'debug')
    const work = whileHeld(deps, id, 'write_back', taken, async (hold) => {
      for (const beat of [1, 2, 3]) {
        pass(2)
        await expect.poll(() => told.mock.calls.length).toBe(beat)
      }
      hold.assertHeld()
      pass(1)
      await untilLost(hold)
    })
    await expect(work).rejects.toThrow('the leases ended before they could be prolonged')
    const where = expect.objectContaining({ stage: 'write_back', installationId: id })
    expect(told).toHaveBeenCalledWith(where, 'lease not prolonged')
  })

  test('are prolonged by one at a time, who is waited for', async () => {
    await held(await claims(), async () => {
      pass(2)
      pass(2)
    })
    expect(await leases()).toEqual([from(10)])
  })

  test('are known for lost by a process that stood still, before any of its timers fires', async () => {
    const work = held(await claims(SOON), async (hold) => {
      expect(() => hold.assertHeld()).not.toThrow()
      standStill(0.1)
      hold.assertHeld()
    })
    await expect(work).rejects.toThrow(LeaseLost)
  })

  test('are lost for whoever ends too late, too', async () => {
    const work = held(await claims(SOON), async () => {
      standStill(0.1)
      return 'written'
    })
    await expect(work).rejects.toThrow(LeaseLost)
  })

  test('of work that fails are still theirs, and the failure is told', async () => {
    const taken = await claims()
    const failure = new Error('the CRM refused')
    await expect(held(taken, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(await leases()).toEqual([from(8)])
  })

  test('are prolonged by nobody once the work has ended', async () => {
    const taken = await claims()
    const deps = await closedDeps()
    vi.clearAllTimers()
    await whileHeld(deps, id, 'write_back', taken, async () => 'done')
    expect(vi.getTimerCount()).toBe(0)
  })
})
