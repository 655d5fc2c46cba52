import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Write, WriteOutcome } from '../../connectors/connector.ts'
import { writeBack } from '../../jobs/write-back.ts'
import type { Subject } from '../../src/leads/facts.ts'
import { accountResult } from '../../src/store/account-scores.ts'
import type { Installation } from '../../src/store/installations.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const BATCH = 2

type Answer = (write: Write) => WriteOutcome

const written: Answer = ({ subject }) => ({ id: subject.id, status: 'written' })

describe('writing into companies', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  let pushes: (readonly Write[])[]
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    crm = smallCrm(database.db, installation, clock)
    pushes = []
  })

  /** Writes what is due to a CRM that gives these answers. */
  const writeDue = async (answer: Answer = written) => {
    const connection: Connection = {
      ...unusedConnection,
      async push(writes) {
        pushes.push(writes)
        return writes.map(answer)
      },
    }
    const streamOf = ({ id }: Subject) => (id.startsWith('lead') ? 'leads' : 'others')
    const access = crmOf(connection, { batchSize: BATCH, streamOf })
    const deps = stageDeps(database.db, clock, { crm: access })
    await writeBack({ installationId: installation.id }, deps)
    return deps.woken
  }
  /** Whoever waits for a full batch has waited long enough. */
  const linger = () => clock.moveTo(new Date(clock.now().getTime() + 3_000))
  const pushed = () => pushes.map((writes) => writes.map(({ subject }) => subject))
  const rows = async (query: string) =>
    (await sql.raw(query.replace('$id', `'${installation.id}'`)).execute(database.db)).rows
  const dueIds = async () =>
    (
      await sql<{ id: string }>`select subject_kind || ' ' || subject_id as id from due
        where installation_id = ${installation.id} and stage = 'write_back' order by 1`.execute(
        database.db,
      )
    ).rows.map(({ id }) => id)
  const people = (...ids: string[]) => ids.map((id) => crm.person(id, { first_name: id }, 'acme'))

  test('people of two streams fill calls of their own', async () => {
    await crm.says({ people: people('lead-1', 'x-1', 'lead-2', 'x-2') })
    linger()
    await writeDue()
    const ids = pushes.map((writes) => writes.map(({ subject }) => subject.id).toSorted())
    expect(ids.toSorted()).toEqual([
      ['lead-1', 'lead-2'],
      ['x-1', 'x-2'],
    ])
  })

  test('people and companies go in pushes of their own, the companies with exactly four values', async () => {
    await crm.says({ companies: [crm.company('acme', {})], people: people('1', '2') })
    linger()
    await writeDue()
    expect(pushed()).toEqual([
      [
        { kind: 'person', id: '1' },
        { kind: 'person', id: '2' },
      ],
      [{ kind: 'company', id: 'acme' }],
    ])
    expect(Object.keys(pushes[1]?.[0]?.values ?? {}).toSorted()).toEqual([
      'plumbline_account_reasons',
      'plumbline_account_score',
      'plumbline_account_tier',
      'plumbline_buying_group',
    ])
    expect(pushes[0]?.[0]?.values).toHaveProperty('plumbline_scored_at')
    expect(await dueIds()).toEqual([])
  })

  test('full batches of each kind go at once, the rest waits for company', async () => {
    const companies = ['a', 'b', 'c'].map((id) => crm.company(id, {}))
    await crm.says({ companies, people: people('1', '2', '3') })
    const woken = await writeDue()
    expect(pushed().map((subjects) => subjects.map(({ kind }) => kind))).toEqual([
      ['person', 'person'],
      ['company', 'company'],
    ])
    expect(await dueIds()).toHaveLength(2)
    expect(woken).toContain('write_back')
    linger()
    await writeDue()
    expect(pushes.slice(2).map((writes) => writes.length)).toEqual([1, 1])
  })

  test('only what differs from what was acknowledged is written again', async () => {
    await crm.says({ companies: [crm.company('acme', {})], people: people('1') })
    linger()
    await writeDue()
    pushes = []
    await crm.says({ activities: [crm.visit('1', 'visit')] })
    linger()
    await writeDue()
    const company = pushes.flat().find(({ subject }) => subject.kind === 'company')
    // The tier stands: 40 points are C as well.
    expect(company?.values).toEqual({
      plumbline_account_score: '40',
      plumbline_account_reasons: expect.stringContaining('1 person engaged'),
    })
    pushes = []
    await sql`update due set due_at = ${NOW} where stage = 'score'`.execute(database.db)
    await crm.work()
    linger()
    await writeDue()
    expect(pushes).toEqual([])
  })

  test('a company that is gone leaves the lists, and its people look for another account', async () => {
    await crm.says({ companies: [crm.company('acme', { employees: 5000 })], people: people('1') })
    const before = await crm.score('1')
    linger()
    await writeDue((write) =>
      write.subject.kind === 'company' ? { id: write.subject.id, status: 'gone' } : written(write),
    )
    expect(await accountResult(database.db, installation.id, 'acme')).toBeNull()
    await crm.work()
    expect((await crm.score('1'))?.score).toBeLessThan(before?.score ?? 0)
    expect(await dueIds()).toEqual(['person 1'])
  })

  test('a company that was merged away leaves the lists', async () => {
    const companies = ['acme', 'winner'].map((id) => crm.company(id, {}))
    await crm.says({ companies, people: people('1') })
    linger()
    await writeDue((write) =>
      write.subject.id === 'acme' ? { id: 'acme', status: 'moved', to: 'winner' } : written(write),
    )
    expect(await accountResult(database.db, installation.id, 'acme')).toBeNull()
    expect(
      await rows(`select id from company where installation_id = $id and merged_into = 'winner'`),
    ).toEqual([{ id: 'acme' }])
  })

  test('a refused company is filed as a company, and closed when it passes; a late one stays due', async () => {
    await crm.says({ companies: ['a', 'b'].map((id) => crm.company(id, {})) })
    await writeDue(({ subject: { id } }) =>
      id === 'a'
        ? { id, status: 'rejected', reason: 'no such option' }
        : { id, status: 'retry', reason: 'busy' },
    )
    const open = () =>
      rows(`select subject_kind as kind, subject_id as id, reason from rejection
        where installation_id = $id and resolved_at is null`)
    expect(await open()).toEqual([{ kind: 'company', id: 'a', reason: 'no such option' }])
    expect(await dueIds()).toEqual(['company b'])
    await crm.says({ people: people('1').map((person) => ({ ...person, companyId: 'a' })) })
    linger()
    await writeDue()
    expect(await open()).toEqual([])
    expect(await dueIds()).toEqual([])
  })

  test('a person and a company of one record id do not stand in for each other', async () => {
    await crm.says({ companies: [crm.company('7', {})], people: people('7') })
    linger()
    await writeDue((write) =>
      write.subject.kind === 'company'
        ? { id: '7', status: 'retry', reason: 'busy', afterMs: 60_000 }
        : written(write),
    )
    expect(await dueIds()).toEqual(['company 7'])
    const kinds = await rows('select subject_kind as kind from written where installation_id = $id')
    expect(kinds).toEqual([{ kind: 'person' }])
  })
})
