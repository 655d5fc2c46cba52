import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { workSlice } from '../../jobs/slice.ts'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmMisconfigured,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
  UserError,
} from '../../src/errors.ts'
import { mark } from '../../src/store/due.ts'
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

  const failWith = (error: Error) =>
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
      statusReason: expect.stringContaining('Connect the app again'),
    })
  })

  test('a paused installation is left alone', async () => {
    await setStatus(database.db, installation.id, 'paused', 'test', NOW)
    await failWith(new TypeError('must not be called'))
    expect(await row()).toMatchObject({ attempts: 0, last_error: null })
  })
})
