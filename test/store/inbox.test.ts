import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { claim, settle } from '../../src/store/due.ts'
import { type Delivery, storeDelivery, storeWithin, type Told } from '../../src/store/inbox.ts'
import { forgetNotices, noticeCounts, refusedCounts } from '../../src/store/inbox-counts.ts'
import { findInstallation, type Installation, setStatus } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const DAY_MS = 86_400_000

const database = useDatabase()
let here: Installation
beforeEach(async () => {
  await sql`truncate installation, inbox_refused cascade`.execute(database.db)
  here = await makeInstallation(database.db)
})

function delivery(notices: readonly Told[], changes: Partial<Delivery> = {}): Delivery {
  return { crm: 'hubspot', source: 'webhook', notices, unreadable: 0, ...changes }
}

function store(notices: readonly Told[], changes: Partial<Delivery> = {}, now = NOW) {
  return inTransaction(database.db, (transaction) =>
    storeDelivery(transaction, delivery(notices, changes), now),
  )
}

let keys = 0
function told(about: Told['about'], changes: Partial<Told> = {}): Told {
  keys += 1
  return { accountId: here.accountId, key: `k${keys}`, at: NOW, about, ...changes }
}
const contact = (id: string, changes: Partial<Told> = {}) =>
  told({ what: 'record', stream: 'contacts', id }, changes)

async function due(): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', i.account_id, stage, subject_kind, subject_id, 'x' || generation) as line
    from due d join installation i on i.id = d.installation_id order by 1`.execute(database.db)
  return rows.map(({ line }) => line)
}

async function inboxSize(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from inbox`.execute(
    database.db,
  )
  return rows[0]?.n ?? -1
}

describe('a delivery', () => {
  test('is kept, and what it is about is due', async () => {
    const stored = await store([
      contact('7'),
      told({ what: 'record', stream: 'deals', id: '7' }),
      told({ what: 'echo', stream: 'contacts', id: '8' }),
      told({ what: 'erased', kind: 'person', id: '9' }),
    ])
    expect(await due()).toEqual([
      `${here.accountId} erase person 9 x1`,
      `${here.accountId} fetch contacts 7 x1`,
      `${here.accountId} fetch deals 7 x1`,
    ])
    expect(stored).toMatchObject({ fresh: 4, repeated: 0, unclaimed: 0 })
    expect(stored.awaited.map(({ stage }) => stage).toSorted()).toEqual(['erase', 'fetch'])
    expect(await noticeCounts(database.db, here.id, NOW)).toEqual([
      { source: 'webhook', result: 'echo', events: 1 },
      { source: 'webhook', result: 'erased', events: 1 },
      { source: 'webhook', result: 'record', events: 2 },
    ])
  })

  test('that comes again has no second effect, and is counted', async () => {
    const notices = [contact('7'), contact('8')]
    await store([...notices, ...notices])
    const again = await store(notices, {}, later(60_000))
    expect(again).toEqual({ awaited: [], fresh: 0, repeated: 2, unclaimed: 0 })
    expect(await due()).toEqual([
      `${here.accountId} fetch contacts 7 x1`,
      `${here.accountId} fetch contacts 8 x1`,
    ])
    expect(await refusedCounts(database.db, NOW)).toEqual([
      { crm: 'hubspot', source: 'webhook', result: 'repeated', events: 4 },
    ])
  })

  test('with many changes of one record makes one thing due', async () => {
    await store([contact('7'), contact('7'), contact('7')])
    await store([contact('7')])
    expect(await due()).toEqual([`${here.accountId} fetch contacts 7 x2`])
  })

  test('that arrives while its record is being read leaves the record due', async () => {
    await store([contact('7')])
    const claims = await claim(database.db, here.id, 'fetch', 10, NOW)
    await store([contact('7')])
    await inTransaction(database.db, (transaction) =>
      settle(
        transaction,
        here.id,
        'fetch',
        claims.map((each) => ({ claim: each })),
      ),
    )
    expect(await due()).toEqual([`${here.accountId} fetch contacts 7 x2`])
  })

  test('may speak of several accounts, and each hears only its own', async () => {
    const other = await makeInstallation(database.db)
    const { awaited } = await store([contact('7'), contact('7', { accountId: other.accountId })])
    expect(awaited.map(({ installationId }) => installationId).toSorted()).toEqual(
      [here.id, other.id].toSorted(),
    )
    expect(await due()).toEqual(
      [here, other].map(({ accountId }) => `${accountId} fetch contacts 7 x1`).toSorted(),
    )
  })

  test('of accounts that nobody connected, or of another CRM, is only counted', async () => {
    await setStatus(database.db, here.id, 'disconnected', 'left', NOW)
    const stored = await store([contact('7'), contact('8', { accountId: '424242' })])
    expect(stored).toEqual({ awaited: [], fresh: 0, repeated: 0, unclaimed: 2 })
    const other = await makeInstallation(database.db)
    await store([contact('7', { accountId: other.accountId })], { crm: 'salesforce' })
    expect(await inboxSize()).toBe(0)
    expect(await refusedCounts(database.db, NOW)).toEqual([
      { crm: 'hubspot', source: 'webhook', result: 'no_installation', events: 2 },
      { crm: 'salesforce', source: 'webhook', result: 'no_installation', events: 1 },
    ])
  })

  test('for a paused account waits there and wakes nobody', async () => {
    await setStatus(database.db, here.id, 'paused', 'asked for', NOW)
    const { awaited, fresh } = await store([contact('7')])
    expect({ awaited, fresh }).toEqual({ awaited: [], fresh: 1 })
    expect(await due()).toHaveLength(1)
  })

  test('that holds nothing but unreadable parts is counted by day', async () => {
    await store([], { unreadable: 3 })
    await store([], { unreadable: 2 })
    expect(await refusedCounts(database.db, NOW)).toEqual([
      { crm: 'hubspot', source: 'webhook', result: 'unreadable', events: 5 },
    ])
    expect(await refusedCounts(database.db, later(DAY_MS))).toEqual([])
  })
})

async function lockWaits(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db)
  return rows[0]?.n ?? 0
}

describe('deliveries side by side', () => {
  // Which of two waiting statements goes on first is chance: without one order for all, most rounds deadlock.
  test.each([1, 2, 3, 4, 5, 6])(
    'that overlap in opposite order all come through (%i)',
    async () => {
      const [first, second] = [contact('1'), contact('2')]
      // Not by inTransaction, which would run again what a deadlock has ended.
      const storing = (...notices: Told[]) =>
        database.db
          .transaction()
          .execute((transaction) => storeDelivery(transaction, delivery(notices), NOW))
      const waiting: Promise<{ fresh: number }>[] = []
      const holding = database.db.transaction().execute(async (holder) => {
        await storeDelivery(holder, delivery([second]), NOW)
        waiting.push(storing(second, first))
        await expect.poll(lockWaits).toBe(1)
        waiting.push(storing(first, second))
        await expect.poll(lockWaits).toBe(2)
        throw new Error('taken back')
      })
      await expect(holding).rejects.toThrow('taken back')
      const fresh = (await Promise.all(waiting)).map((each) => each.fresh)
      expect(fresh.toSorted()).toEqual([0, 2])
      expect(await due()).toHaveLength(2)
    },
  )

  test('a lock that lasts ends the statement, and nothing of the delivery stays', async () => {
    await store([contact('7')])
    const notices = [contact('6'), contact('7')]
    await database.db.transaction().execute(async (holder) => {
      await sql`select from due for update`.execute(holder)
      const waiting = storeWithin(database.db, delivery(notices), NOW, {
        statementMs: 200,
        lockMs: 0,
      })
      await expect(waiting).rejects.toThrow(/statement timeout/)
    })
    expect(await inboxSize()).toBe(1)
    expect(
      await storeWithin(database.db, delivery(notices), NOW, { statementMs: 200, lockMs: 0 }),
    ).toMatchObject({ fresh: 2 })
    const { rows } = await sql`show statement_timeout`.execute(database.db)
    expect(rows).toEqual([{ statement_timeout: '1min' }])
  })
})

describe('what a journal tells', () => {
  const journal = { source: 'journal' } as const

  test('is not read twice where a webhook told it', async () => {
    await store([contact('7', { at: later(1_000) })])
    await sql`delete from due`.execute(database.db)
    const { fresh } = await store([contact('7', { at: NOW }), contact('8', { at: NOW })], journal)
    expect(fresh).toBe(2)
    expect(await due()).toEqual([`${here.accountId} fetch contacts 8 x1`])
  })

  test.each([
    ['an earlier webhook', () => contact('7', { at: later(-1) })],
    ['a webhook about another stream', () => told({ what: 'record', stream: 'deals', id: '7' })],
    ['an echo', () => told({ what: 'echo', stream: 'contacts', id: '7' })],
  ])('is read in spite of %s', async (_name, notice) => {
    await store([notice()])
    await sql`delete from due`.execute(database.db)
    await store([contact('7')], journal)
    expect(await due()).toEqual([`${here.accountId} fetch contacts 7 x1`])
  })

  test('a removal of the app ends the installation; told again after a new consent it does not', async () => {
    const consent = new Date()
    const removed = told({ what: 'uninstalled' }, { at: new Date(consent.getTime() + 1_000) })
    const before = told({ what: 'uninstalled' }, { at: new Date(consent.getTime() - 60_000) })
    await store([before, told({ what: 'installed' })], journal)
    expect((await findInstallation(database.db, here.id))?.status).toBe('active')
    await store([removed], journal)
    expect(await findInstallation(database.db, here.id)).toMatchObject({
      status: 'disconnected',
      statusReason: 'the app was removed in the CRM',
    })
  })
})

test('notices are forgotten by age, in steps, and what is newer stays', async () => {
  await store(
    Array.from({ length: 5_001 }, (_, at) => contact(String(at))),
    {},
    NOW,
  )
  await store([contact('new')], {}, later(1))
  expect(await forgetNotices(database.db, later(1))).toBe(5_001)
  expect(await inboxSize()).toBe(1)
})
