import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
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
    id = (await makeInstallation(database.db)).id
    clock = movableClock(NOW)
    await mark(database.db, id, 'write_back', 'person', ['1', '2', '3'], from(-60))
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
  const untilLost = ({ signal }: Hold) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

  test('stay theirs for longer than a lease, and can be given back afterwards', async () => {
    const taken = await claims()
    const result = await held(taken, async () => {
      clock.moveTo(from(5))
      await expect.poll(leases, { timeout: 10_000 }).toEqual([from(13)])
      return 'done'
    })
    expect(result).toBe('done')
    expect(await claims(from(12), 10)).toMatchObject([{ id: '3' }])
    await release(database.db, id, 'write_back', taken)
    expect(await claims(from(12), 10)).toHaveLength(2)
  })

  test('are lost as soon as another worker has one of them', async () => {
    const taken = await claims()
    await claims(from(9), 1)
    const work = held(taken, async (hold) => {
      clock.moveTo(from(5))
      await untilLost(hold)
      return 'too late'
    })
    await expect(work).rejects.toThrow(LeaseLost)
    expect(await leases()).toEqual([from(8), from(17)])
  })

  test('are lost when the database stays out of reach until the lease is about to end', async () => {
    const taken = await claims(SOON)
    const closed = openDatabase('postgres://127.0.0.1:1/none', () => {})
    await closed.destroy()
    const deps = stageDeps(closed, clock)
    await expect(whileHeld(deps, id, 'write_back', taken, untilLost)).rejects.toThrow(LeaseLost)
  })

  test('are known for lost by a process that stood still, before any of its timers fires', async () => {
    const taken = await claims(SOON)
    const work = held(taken, async (hold) => {
      expect(() => hold.assertHeld()).not.toThrow()
      for (const began = performance.now(); performance.now() < began + 150; );
      hold.assertHeld()
    })
    await expect(work).rejects.toThrow(LeaseLost)
  })

  test('are lost for whoever ends too late, too', async () => {
    const taken = await claims(SOON)
    const work = held(taken, async () => {
      for (const began = performance.now(); performance.now() < began + 150; );
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
})
