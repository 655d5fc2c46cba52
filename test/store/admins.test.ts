import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  INVITE_LIFETIME_MS,
  type Invite,
  invite,
  spendInvite,
} from '../../src/store/admin-invites.ts'
import { endSessionsOf, openSession, readSession } from '../../src/store/admin-sessions.ts'
import {
  type Admin,
  addAdmin,
  changePassword,
  findAdmin,
  rehashPassword,
} from '../../src/store/admins.ts'
import { inTransaction } from '../../src/store/database.ts'
import { beginAttempt, forgetAttempt } from '../../src/store/sign-in-attempts.ts'
import { useDatabase } from '../helpers/database.ts'
import { forgetAdmins } from '../http/admin-site.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const MINUTE = 60_000

describe('admins', () => {
  const database = useDatabase()
  let ada: Admin
  beforeEach(async () => {
    await forgetAdmins(database.db)
    const admin = await addAdmin(database.db, 'Ada', 'first', NOW)
    if (!admin) throw new Error('the name was taken')
    ada = admin
  })

  test('a name is found however it is written, and taken once', async () => {
    for (const name of ['Ada', ' ADA ', 'ａｄａ']) {
      expect(await findAdmin(database.db, name)).toEqual(ada)
      expect(await addAdmin(database.db, name, 'x', NOW)).toBeNull()
    }
    expect(await findAdmin(database.db, 'ada\u0000')).toEqual(ada)
    expect(await findAdmin(database.db, '\ud800')).toBeNull()
  })

  test('of two changes of the password the slower one is told', async () => {
    const changes = [changePassword(database.db, ada, 'a', NOW)]
    changes.push(changePassword(database.db, ada, 'b', NOW))
    expect((await Promise.all(changes)).toSorted()).toEqual([false, true])
  })

  test('hashing anew does not undo a change', async () => {
    await changePassword(database.db, ada, 'second', NOW)
    await rehashPassword(database.db, ada, 'first, anew')
    expect(await findAdmin(database.db, 'Ada')).toMatchObject({ password: 'second' })
  })

  test('no session is opened by a password that is being changed', async () => {
    const [changed, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const changing = inTransaction(database.db, async (transaction) => {
      await changePassword(transaction, ada, 'second', NOW)
      await endSessionsOf(transaction, ada)
      changed.resolve()
      await release.promise
    })
    await changed.promise
    let opened = false
    const opening = openSession(database.db, ada, NOW).finally(() => {
      opened = true
    })
    while (!opened && !(await somebodyWaits()));
    release.resolve()
    await changing
    expect(await opening).toBeNull()
  })
  const somebodyWaits = async () => {
    const { rows } = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db)
    return rows.length > 0
  }

  test('an invitation is spent once, and not when it is old', async () => {
    const spend = ({ token }: Invite, ms: number) => spendInvite(database.db, token, later(ms))
    const old = await invite(database.db, 'root', NOW)
    expect(await spend(old, INVITE_LIFETIME_MS)).toBe(false)
    const good = await invite(database.db, 'root', NOW)
    expect(await spend(old, 0)).toBe(false)
    const spent = await Promise.all([spend(good, 0), spend(good, 0)])
    expect(spent.toSorted()).toEqual([false, true])
  })

  test('sessions that have ended are deleted with the next one', async () => {
    await openSession(database.db, ada, NOW)
    const token = await openSession(database.db, ada, later(9 * 60 * MINUTE))
    const { rows } = await sql`select from admin_session`.execute(database.db)
    expect(rows).toHaveLength(1)
    expect(await readSession(database.db, token ?? '', later(9 * 60 * MINUTE))).toEqual(ada)
  })

  test('looking at pages is written down once a minute', async () => {
    const token = (await openSession(database.db, ada, NOW)) ?? ''
    const seen = async (ms: number) => {
      await readSession(database.db, token, later(ms))
      const { rows } = await sql<{
        at: Date
      }>`select last_seen_at as at from admin_session`.execute(database.db)
      return rows[0]?.at
    }
    expect(await seen(MINUTE - 1)).toEqual(NOW)
    expect(await seen(MINUTE)).toEqual(later(MINUTE))
  })
})

describe('failed tries', () => {
  const database = useDatabase()
  beforeEach(() => forgetAdmins(database.db))
  const [name, address, other] = ['name', 'address', 'other'].map((text) => Buffer.from(text))
  const begin = (at: Date, ...subjects: (Buffer | undefined)[]) =>
    beginAttempt(
      database.db,
      subjects.flatMap((each) => each ?? []),
      at,
    )

  test('two kinds count, whichever is asked first, and neither waits for the other for ever', async () => {
    const both = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? begin(NOW, name, address) : begin(NOW, address, name),
      ),
    )
    expect(both.filter(({ allowed }) => allowed)).toHaveLength(10)
    expect(await begin(NOW, name, other)).toEqual({ allowed: false, waitMs: 15 * MINUTE })
    expect(await begin(NOW, other)).toEqual({ allowed: true })
  })

  test('the wait ends when the first of ten is old, and one further try is allowed then', async () => {
    for (let n = 0; n < 10; n += 1) await begin(later(n * MINUTE), name)
    expect(await begin(later(10 * MINUTE), name)).toEqual({ allowed: false, waitMs: 5 * MINUTE })
    expect(await begin(later(15 * MINUTE), name)).toEqual({ allowed: true })
    expect(await begin(later(15 * MINUTE), name)).toEqual({ allowed: false, waitMs: MINUTE })
  })

  test('a try that succeeded is taken back, the failures stay', async () => {
    for (let n = 0; n < 9; n += 1) await begin(later(n), name)
    await begin(later(100), name)
    await forgetAttempt(database.db, name ? [name] : [], later(100))
    expect(await begin(later(200), name)).toEqual({ allowed: true })
    expect(await begin(later(300), name)).toMatchObject({ allowed: false })
  })

  test('what nobody asks for any more is deleted', async () => {
    await begin(NOW, name, address)
    await begin(later(15 * MINUTE), other)
    const { rows } = await sql`select from sign_in_attempt`.execute(database.db)
    expect(rows).toHaveLength(1)
  })
})
