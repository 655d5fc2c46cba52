import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type BatchWork, backoffMs, SLICE_MS, workSlice } from '../../jobs/slice.ts'
import { hear } from '../../src/diagnostics.ts'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmMisconfigured,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
  LeaseLost,
  UserError,
} from '../../src/errors.ts'
import { type Claim, claim, mark, settle } from '../../src/store/due.ts'
import { findInstallation, type Installation, setStatus } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const seconds = (n: number) => new Date(NOW.getTime() + n * 1_000)

describe('what becomes of claimed rows when the work fails', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    await mark(database.db, installation.id, 'score', 'person', ['1'], NOW)
  })

  const failWith = (error: unknown) =>
    workSlice(stageDeps(database.db, movableClock(NOW)), 'score', installation.id, 10, () =>
      Promise.reject(error),
    )
  const row = async () => {
    const { rows } = await sql`select due_at, attempts, lease_until, last_error from due
      where installation_id = ${installation.id}`.execute(database.db)
    return rows[0]
  }
  const statusNow = async () => (await findInstallation(database.db, installation.id))?.status

  test.each([
    ['a limit', new CrmRateLimited('hubspot', 60_000), seconds(60), 0, null],
    ['an outage', new CrmUnavailable('hubspot', 'away'), seconds(2), 1, 'away'],
    ['our configuration', new CrmMisconfigured('hubspot', 'wrong id'), seconds(2), 1, 'wrong id'],
    ['a refusal', new CrmRejected('hubspot', 403, 'no'), seconds(900), 1, 'no'],
    ['the operator', new UserError('no model'), seconds(900), 1, 'no model'],
    ['a bug', new TypeError('oops'), seconds(2), 1, 'oops'],
    ['what is no error', 'just a text', seconds(2), 1, 'just a text'],
  ])('%s: the rows stay due, later, and free', async (_, error, dueAt, attempts, lastError) => {
    await failWith(error)
    const expected = { due_at: dueAt, attempts, lease_until: null, last_error: lastError }
    expect(await row()).toMatchObject(expected)
    expect(await statusNow()).toBe('active')
  })

  test('pauses double and end at a quarter of an hour', async () => {
    const clock = movableClock(NOW)
    const pauses: number[] = []
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const outage = () => Promise.reject(new CrmUnavailable('hubspot', 'away'))
      await workSlice(stageDeps(database.db, clock), 'score', installation.id, 10, outage)
      const { rows } = await sql<{ due_at: Date }>`select due_at from due
        where installation_id = ${installation.id}`.execute(database.db)
      const dueAt = rows[0]?.due_at ?? NOW
      pauses.push((dueAt.getTime() - clock.now().getTime()) / 1_000)
      clock.moveTo(dueAt)
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
  })

  test('an app that was uninstalled is disconnected, its work is kept', async () => {
    await failWith(new CrmDisconnected('hubspot', 'gone'))
    expect(await statusNow()).toBe('disconnected')
    expect(await row()).toMatchObject({ due_at: NOW, lease_until: null })
  })

  test('an expired sign-in pauses the installation and says what to do', async () => {
    await failWith(new CrmAuthExpired('hubspot', 'refused'))
    expect(await findInstallation(database.db, installation.id)).toMatchObject({
      status: 'paused',
      statusReason: expect.stringMatching(/refused\. Connect the app again\.$/),
    })
    expect(await row()).toMatchObject({ due_at: NOW, attempts: 0, lease_until: null })
  })

  test('what failed more often decides how long the whole batch waits', () => {
    const failed = (attempts: number): Claim => {
      return {
        kind: 'person',
        id: '1',
        generation: 1,
        attempts,
        dueAt: NOW,
        lease: { until: NOW },
        takenOver: false,
        trace: null,
      }
    }
    expect(backoffMs([failed(0), failed(3), failed(1)])).toBe(16_000)
    expect(backoffMs([])).toBe(2_000)
  })

  test('it is told to the log and to the figures, without anybody having to look for it', async () => {
    const deps = stageDeps(database.db, movableClock(NOW))
    const warned = vi.spyOn(deps.log, 'warn')
    const heard: unknown[] = []
    onTestFinished(hear('batch returned', (event) => heard.push(event)))
    const error = new CrmUnavailable('hubspot', 'away')
    await workSlice(deps, 'score', installation.id, 10, () => Promise.reject(error))
    const where = { stage: 'score', installationId: installation.id }
    expect(warned.mock.calls).toEqual([[{ ...where, claims: 1, error }, 'stage failed']])
    expect(heard).toEqual([{ crm: 'hubspot', stage: 'score', error: 'unavailable' }])
  })

  test('rows that another worker has are its own; the others are free at once', async () => {
    await mark(database.db, installation.id, 'score', 'person', ['2'], NOW)
    const deps = stageDeps(database.db, movableClock(NOW))
    const [warned, informed] = [vi.spyOn(deps.log, 'warn'), vi.spyOn(deps.log, 'info')]
    const error = new LeaseLost('1 of 2 are somebody else’s')
    await workSlice(deps, 'score', installation.id, 10, async () => {
      await claim(database.db, installation.id, 'score', 1, seconds(9))
      throw error
    })
    const { rows } = await sql`select attempts, due_at, lease_until, last_error from due
      where installation_id = ${installation.id} order by lease_until nulls first`.execute(
      database.db,
    )
    const row = { attempts: 0, due_at: NOW, last_error: null }
    expect(rows).toEqual([
      { ...row, lease_until: null },
      { ...row, lease_until: seconds(17) },
    ])
    const where = { stage: 'score', installationId: installation.id }
    expect(informed.mock.calls).toEqual([[{ ...where, error }, 'batch left to another worker']])
    expect(warned).not.toHaveBeenCalled()
  })

  test('a paused installation is left alone', async () => {
    await setStatus(database.db, installation.id, 'paused', 'test', NOW)
    await failWith(new TypeError('must not be called'))
    expect(await row()).toMatchObject({ attempts: 0, last_error: null })
  })
})

describe('a slice of work', () => {
  const database = useDatabase()
  const clock = movableClock(NOW)
  const seen: Claim[][] = []
  let installation: Installation
  beforeEach(async () => {
    seen.length = 0
    clock.moveTo(NOW)
    installation = await makeInstallation(database.db)
    await mark(database.db, installation.id, 'erase', 'person', ['1', '2', '3'], NOW)
    await mark(database.db, installation.id, 'erase', 'company', ['4'], NOW)
  })
  const doing =
    (goOn: boolean, takesMs = 0): BatchWork =>
    async (claims, { id }) => {
      seen.push([...claims])
      const done = claims.map((each) => ({ claim: each }))
      await settle(database.db, id, 'erase', done)
      clock.moveTo(new Date(clock.now().getTime() + takesMs))
      return goOn
    }
  type BatchSize = Parameters<typeof workSlice>[3]
  const work = async (size: BatchSize, how: BatchWork, ...[kind]: ['person'?]) => {
    const deps = stageDeps(database.db, clock)
    await workSlice(deps, 'erase', installation.id, size, how, kind ? { kind } : {})
    return { sizes: seen.map(({ length }) => length), woken: deps.woken }
  }

  test('goes on in batches until nothing is due, and needs no further one', async () => {
    expect(await work(3, doing(true))).toEqual({ sizes: [3, 1], woken: [] })
  })

  test('ends after its time and leaves word that there is more', async () => {
    expect(await work(1, doing(true, SLICE_MS / 2))).toEqual({ sizes: [1, 1], woken: ['erase'] })
  })

  test('ends when the work says so', async () => {
    expect(await work(1, doing(false))).toEqual({ sizes: [1], woken: [] })
  })

  test('takes batches as large as the installation wants them', async () => {
    const twoFor = (of: Installation) => (of.id === installation.id ? 2 : 1)
    expect(await work(twoFor, doing(true))).toEqual({ sizes: [2, 2], woken: [] })
  })

  test('takes one kind only where one is asked for', async () => {
    expect(await work(9, doing(true), 'person')).toEqual({ sizes: [3], woken: [] })
    expect(seen.flat().map(({ kind }) => kind)).toEqual(['person', 'person', 'person'])
  })

  test('of erasing goes on for an installation that is no more', async () => {
    await setStatus(database.db, installation.id, 'disconnected', 'test', NOW)
    expect(await work(9, doing(true))).toEqual({ sizes: [4], woken: [] })
  })

  test('for nobody is none', async () => {
    const deps = stageDeps(database.db, clock)
    const nobody = '00000000-0000-4000-8000-000000000000'
    await workSlice(deps, 'erase', nobody, 1, doing(true))
    expect([seen, deps.woken]).toEqual([[], []])
    expect(await claim(database.db, installation.id, 'erase', 9, NOW)).toHaveLength(4)
  })
})
