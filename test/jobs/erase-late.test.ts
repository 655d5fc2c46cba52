import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { erase, SECOND_LOOK_MS } from '../../jobs/erase.ts'
import { applyMerges } from '../../jobs/store-page.ts'
import { inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { waiting } from '../../src/store/due-backlog.ts'
import { setDuplicateRule } from '../../src/store/duplicates.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { type Installation, setStatus } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

describe('somebody who was erased', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    crm = smallCrm(database.db, installation, clock)
  })

  const eraseDue = () => erase({ installationId: installation.id }, stageDeps(database.db, clock))
  const forgets = async (...ids: string[]) => {
    await mark(database.db, installation.id, 'erase', 'person', ids, clock.now())
    await eraseDue()
    await crm.work()
  }
  const ids = async (table: string, column: string) => {
    const { rows } = await sql<{ id: string }>`
      select distinct ${sql.ref(column)} as id from ${sql.table(table)}
      where installation_id = ${installation.id} order by 1`.execute(database.db)
    return rows.map(({ id }) => id)
  }
  const everywhere = async () => [
    ...(await ids('person', 'id')),
    ...(await ids('activity', 'person_id')),
    ...(await ids('fact_version', 'subject_id')),
    ...(await ids('score', 'person_id')),
    ...(await ids('score_receipt', 'person_id')),
    ...(await ids('person_key', 'person_id')),
  ]
  const ann = () => crm.person('7', { first_name: 'Ann', email: 'ann@acme.example' })

  const EVENTS = {
    created: () => crm.says({ people: [ann()], activities: [crm.visit('7', 'a')] }),
    deleted: () => crm.says({ removed: [crm.gone('person', '7')] }),
    erased: () => forgets('7'),
  } as const
  const ORDERS = [
    ['created', 'deleted', 'erased'],
    ['created', 'erased', 'deleted'],
    ['created', 'erased'],
    ['erased', 'created', 'deleted'],
    ['erased', 'deleted', 'created'],
    ['deleted', 'erased', 'created'],
    ['deleted', 'created', 'erased'],
    ['erased', 'created'],
  ] as const

  test.each(ORDERS.map((order) => [order.join(', '), order] as const))(
    'stays away whatever the order of the news: %s',
    async (_, order) => {
      for (const event of order) await EVENTS[event]()
      expect(await everywhere()).toEqual([])
      clock.moveTo(new Date(clock.now().getTime() + SECOND_LOOK_MS))
      await eraseDue()
      await EVENTS.created()
      expect(await everywhere()).toEqual([])
      expect(await ids('due', 'subject_id')).toEqual([])
    },
  )

  test('takes along the records that were merged into them, and those that come to be later', async () => {
    const people = ['1', '2', '3', '4'].map((id) => crm.person(id, { first_name: id }))
    await crm.says({ people })
    const merge = (loser: string, winner: string) => ({ kind: 'person' as const, loser, winner })
    await crm.says({ merged: [merge('1', '2')] })
    await crm.says({ merged: [merge('2', '3')] })
    await forgets('3')
    expect(await everywhere()).toEqual(['4', '4', '4', '4'])
    await crm.says({ people })
    expect(await ids('person', 'id')).toEqual(['4'])
    await crm.says({ merged: [merge('4', '3')] })
    await eraseDue()
    expect(await everywhere()).toEqual([])
  })

  test('is not brought back by a merge that a write finds out about', async () => {
    await crm.says({ people: [crm.person('1', {}), crm.person('2', {})] })
    await forgets('2')
    await inTransaction(database.db, (transaction) =>
      applyMerges(
        transaction,
        installation.id,
        [{ kind: 'person', loser: '1', winner: '2' }],
        clock.now(),
      ),
    )
    await eraseDue()
    expect(await everywhere()).toEqual([])
  })

  test('leaves nothing that work under way stored a moment too late', async () => {
    await crm.says({ people: [ann()] })
    await forgets('7')
    const late = [{ id: '7', facts: { first_name: 'Ann' } }]
    await addFactVersions(database.db, installation.id, 'person', late, clock.now())
    await eraseDue()
    expect(await ids('fact_version', 'subject_id')).toEqual(['7'])
    clock.moveTo(new Date(clock.now().getTime() + SECOND_LOOK_MS))
    await eraseDue()
    expect(await ids('fact_version', 'subject_id')).toEqual([])
    expect(await ids('due', 'subject_id')).toEqual([])
  })

  test('takes nothing from others: a company of the same id, the same id elsewhere', async () => {
    const other = await makeInstallation(database.db)
    const otherCrm = smallCrm(database.db, other, clock)
    await otherCrm.says({ people: [otherCrm.person('7', { first_name: 'Zoe' })] })
    await crm.says({ people: [ann()], companies: [crm.company('7', { name: 'Seven' })] })
    await forgets('7')
    expect(await ids('company', 'id')).toEqual(['7'])
    expect(await otherCrm.score('7')).toBeDefined()
    await otherCrm.says({ people: [otherCrm.person('7', { first_name: 'Zoë' })] })
    expect(await otherCrm.score('7')).toBeDefined()
  })

  test('leaves the records they were scored together with a score of their own', async () => {
    const change = { rule: 'email', actor: 'ann', at: clock.now() } as const
    await setDuplicateRule(database.db, installation.id, change)
    const twin = crm.person('8', { email: 'ann@acme.example' })
    await crm.says({ people: [ann(), twin], activities: [crm.visit('7', 'a')] })
    const before = await crm.score('8')
    expect(before?.representedBy).toBe('7')
    await forgets('7')
    const after = await crm.score('8')
    expect(after?.representedBy).toBeNull()
    expect(after?.score).toBeLessThan(before?.score ?? 0)
    const { rows } = await sql`select from score_receipt
      where installation_id = ${installation.id} and '7' = any(records)`.execute(database.db)
    expect(rows).toEqual([])
  })

  test('has their account written again, where only what was written there before named them', async () => {
    await crm.says({ companies: [crm.company('c', { name: 'Acme' })] })
    await crm.says({ people: [crm.person('7', { last_name: 'Quillfeather' }, 'c')] })
    await crm.says({ removed: [crm.gone('person', '7')] })
    const stood = { plumbline_buying_group: 'Champion: Quillfeather' }
    await sql`
      insert into written (installation_id, subject_kind, subject_id, written_values, written_at, sent_at, replaced_values)
      select installation_id, 'company', company_id, written_values, now(), now(), ${JSON.stringify(stood)}::jsonb
      from account_score where installation_id = ${installation.id}`.execute(database.db)
    await sql`delete from due where installation_id = ${installation.id}`.execute(database.db)
    await forgets('7')
    expect(await ids('written', 'subject_id')).toEqual([])
    const { rows } = await sql`select subject_kind as kind, subject_id as id from due
      where installation_id = ${installation.id} and stage = 'write_back'`.execute(database.db)
    expect(rows).toEqual([{ kind: 'company', id: 'c' }])
  })

  test('is erased although the installation is paused or disconnected', async () => {
    await crm.says({ people: [ann()] })
    await setStatus(database.db, installation.id, 'disconnected', 'removed', clock.now())
    await mark(database.db, installation.id, 'erase', 'person', ['7'], clock.now())
    const woken = await waiting(database.db, clock.now())
    expect(woken).toContainEqual({ installationId: installation.id, stage: 'erase' })
    await eraseDue()
    expect(await everywhere()).toEqual([])
  })

  test('may be a company: its people stay, without it', async () => {
    const acme = crm.company('c', { name: 'Acme', domain: 'acme.example' })
    await crm.says({ companies: [acme] })
    await crm.says({ people: [crm.person('7', { first_name: 'Ann' }, 'c')] })
    await mark(database.db, installation.id, 'erase', 'company', ['c'], clock.now())
    await eraseDue()
    await crm.work()
    await crm.says({ companies: [acme], people: [crm.person('7', { first_name: 'Ann' }, 'c')] })
    expect(await ids('company', 'id')).toEqual([])
    expect(await ids('person', 'company_id')).toEqual([null])
    expect(await ids('account_link', 'company_id')).toEqual([])
    expect((await crm.identity('7'))?.account ?? null).toBeNull()
  })
})
