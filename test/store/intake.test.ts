import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { Delivery, Stored, Told } from '../../src/store/inbox.ts'
import { refusedCounts } from '../../src/store/inbox-counts.ts'
import type { Installation } from '../../src/store/installations.ts'
import { createIntake, type Intake } from '../../src/store/intake.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const database = useDatabase()
let installation: Installation
const commits: Stored[] = []

beforeEach(async () => {
  await sql`truncate installation, inbox_refused cascade`.execute(database.db)
  installation = await makeInstallation(database.db)
  commits.length = 0
})

function intakeOn(db: Db): Intake {
  const onStored = (stored: Stored) => void commits.push(stored)
  return createIntake({ db, clock: systemClock, statementMs: 3_000, onStored })
}

function told(id: string, changes: Partial<Told> = {}): Told {
  const about = { what: 'record', stream: 'contacts', id } as const
  return { accountId: installation.accountId, key: `key ${id}`, at: new Date(), about, ...changes }
}

function delivery(...notices: readonly Told[]): Delivery {
  return { crm: 'hubspot', source: 'webhook', notices, unreadable: 0 }
}

async function storedIds(): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select record_id as id from inbox join due on stage = 'fetch' and subject_id = record_id
    order by record_id::int`.execute(database.db)
  return rows.map(({ id }) => id)
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index))

describe('deliveries that come close together', () => {
  test('share transactions, and each is committed when it is said to be stored', async () => {
    const intake = intakeOn(database.db)
    await Promise.all(
      ids(60).map(async (id) => {
        await intake.store(delivery(told(id)))
        expect(await storedIds()).toContain(id)
      }),
    )
    expect(await storedIds()).toEqual(ids(60))
    expect(commits.length).toBeLessThan(10)
    expect(commits.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(60)
  })

  test('are one by one when they come one by one', async () => {
    const intake = intakeOn(database.db)
    for (const id of ids(3)) await intake.store(delivery(told(id)))
    expect(commits).toHaveLength(3)
  })

  test('are never more than a thousand notices in one transaction', async () => {
    const intake = intakeOn(database.db)
    const large = (from: number) =>
      delivery(...ids(400).map((id) => told(String(from + Number(id)))))
    await Promise.all([0, 400, 800, 1_200, 1_600, 2_000].map((from) => intake.store(large(from))))
    expect(commits.map(({ fresh }) => fresh).toSorted((a, b) => a - b)).toEqual([
      400, 400, 800, 800,
    ])
  })

  test('and tell the same are stored once, and the others counted', async () => {
    const intake = intakeOn(database.db)
    await Promise.all(ids(5).map(() => intake.store(delivery(told('1')))))
    expect(await storedIds()).toEqual(['1'])
    expect(await refusedCounts(database.db, new Date())).toMatchObject([
      { result: 'repeated', events: 4 },
    ])
  })

  test('lose nothing to one that the database refuses', async () => {
    const intake = intakeOn(database.db)
    // The last moment of JavaScript is in the year 275760, which Postgres does not read.
    const poison = delivery(told('666', { at: new Date(8.64e15) }))
    const outcomes = await Promise.allSettled([
      ...ids(5).map((id) => intake.store(delivery(told(id)))),
      intake.store(poison),
      ...ids(5).map((id) => intake.store(delivery(told(`1${id}`)))),
    ])
    expect(outcomes.map(({ status }) => status).indexOf('rejected')).toBe(5)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await storedIds()).toEqual(['0', '1', '2', '3', '4', '10', '11', '12', '13', '14'])
  })

  test('do not wait for one that meets a lock', async () => {
    const intake = intakeOn(database.db)
    await intake.store(delivery(told('0')))
    const late: Promise<void>[] = []
    await database.db.transaction().execute(async (holder) => {
      await sql`select from due for update`.execute(holder)
      late.push(...ids(3).map((n) => intake.store(delivery(told('0', { key: `again ${n}` })))))
      await Promise.all(['1', '2', '3'].map((id) => intake.store(delivery(told(id)))))
      expect(await storedIds()).toEqual(['0', '1', '2', '3'])
    })
    await Promise.all(late)
    expect(commits.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(7)
  })

  test('are all refused while the database is away', async () => {
    const away = openDatabase('postgres://x:x@127.0.0.1:1/x', () => {})
    const intake = intakeOn(away)
    const outcomes = await Promise.allSettled(ids(5).map((id) => intake.store(delivery(told(id)))))
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    await away.destroy()
  })
})
