import { sql } from 'kysely'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { PersonRecord } from '../../src/leads/records.ts'
import { moveActivities, retractActivities, upsertActivities } from '../../src/store/activities.ts'
import { claim } from '../../src/store/due.ts'
import { addFactVersions, markOutdated, saveEnrichment } from '../../src/store/fact-versions.ts'
import {
  livePeople,
  mergeSubjects,
  removeSubjects,
  upsertCompanies,
  upsertPeople,
} from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const T1 = new Date('2026-11-01T00:00:00Z')
const T2 = new Date('2026-11-02T00:00:00Z')
const NOW = new Date('2026-11-22T12:00:00Z')

function person(id: string, facts: PersonRecord['facts'], updatedAt = T1): PersonRecord {
  return { id, facts, createdAt: T1, updatedAt }
}

describe('the mirror of the CRM', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const save = (records: PersonRecord[]) => upsertPeople(database.db, installationId, records, NOW)
  const titleOf = async (id: string) => {
    const { rows } = await sql<{ title: string }>`select facts->>'title' as title from person
      where installation_id = ${installationId} and id = ${id}`.execute(database.db)
    return rows[0]?.title
  }

  test('an older state never overwrites a newer one', async () => {
    await save([person('1', { title: 'new' }, T2)])
    expect(await save([person('1', { title: 'old' }, T1)])).toEqual([])
    expect(await titleOf('1')).toBe('new')
  })

  test('the newest of several states in one page wins', async () => {
    await save([person('1', { title: 'new' }, T2), person('1', { title: 'old' }, T1)])
    expect(await titleOf('1')).toBe('new')
  })

  test('a record that was only touched, as by our own writing, is not changed', async () => {
    await save([person('1', { title: 'CTO' }, T1)])
    expect(await save([person('1', { title: 'CTO' }, T2)])).toEqual([])
    expect(await save([person('1', { title: 'CEO' }, T2)])).toEqual(['1'])
  })

  test('hostile text is stored as far as Postgres can hold it', async () => {
    await save([person('1', { title: 'a\u0000b \ud800 <script> "\\" \u202e 🙂' })])
    expect(await titleOf('1')).toBe('ab \ufffd <script> "\\" \u202e 🙂')
  })

  test('the same id in another installation is another record', async () => {
    const other = (await makeInstallation(database.db)).id
    await save([person('1', { title: 'here' })])
    await upsertPeople(database.db, other, [person('1', { title: 'there' })], NOW)
    expect(await titleOf('1')).toBe('here')
  })

  test('deleted people are not live, and restored ones are again', async () => {
    await save([person('1', {}, T1)])
    const removed = await removeSubjects(database.db, installationId, 'person', [
      { id: '1', at: T2 },
    ])
    expect(removed).toEqual(['1'])
    expect(await livePeople(database.db, installationId, ['1'])).toEqual([])
    expect(await save([person('1', {}, NOW)])).toEqual(['1'])
    expect(await livePeople(database.db, installationId, ['1'])).toEqual(['1'])
  })

  test('a deletion that is older than the record does not remove it', async () => {
    await save([person('1', {}, T2)])
    await removeSubjects(database.db, installationId, 'person', [{ id: '1', at: T1 }])
    expect(await livePeople(database.db, installationId, ['1'])).toEqual(['1'])
  })

  test('a merged person gives their activities to the winner, each once', async () => {
    await save([person('1', {}), person('2', {})])
    const click = (personId: string, sourceId: string) => ({
      personId,
      sourceId,
      type: 'email_click',
      occurredAt: T1,
      attributes: {},
    })
    const both = [click('1', 'a'), click('1', 'b'), click('2', 'b')]
    await upsertActivities(database.db, installationId, both, NOW)
    const merge = [{ loser: '1', winner: '2' }]
    expect(await mergeSubjects(database.db, installationId, 'person', merge)).toEqual(['1'])
    expect(await mergeSubjects(database.db, installationId, 'person', merge)).toEqual([])
    await moveActivities(database.db, installationId, merge)
    const { rows } = await sql<{ source_id: string }>`select source_id from activity
      where installation_id = ${installationId} and person_id = '2' order by 1`.execute(database.db)
    expect(rows.map((row) => row.source_id)).toEqual(['a', 'b'])
    expect(await livePeople(database.db, installationId, ['1', '2'])).toEqual(['2'])
  })

  test('two merged people who were in one meeting give it to the winner once', async () => {
    await save([person('1', {}), person('2', {}), person('3', {})])
    const meeting = (personId: string, sourceId: string) => ({
      personId,
      sourceId,
      type: 'meeting_held',
      occurredAt: T1,
      attributes: {},
    })
    const all = [meeting('1', 'of both'), meeting('2', 'of both'), meeting('2', 'own')]
    await upsertActivities(database.db, installationId, all, NOW)
    const merges = [
      { loser: '1', winner: '3' },
      { loser: '2', winner: '3' },
    ]
    await mergeSubjects(database.db, installationId, 'person', merges)
    await moveActivities(database.db, installationId, merges)
    const { rows } = await sql`select person_id, source_id from activity
      where installation_id = ${installationId} and source_id in ('of both', 'own')
      order by source_id`.execute(database.db)
    expect(rows).toEqual([
      { person_id: '3', source_id: 'of both' },
      { person_id: '3', source_id: 'own' },
    ])
  })

  test('an activity that the winner gets from a page at the same time is theirs once', async () => {
    await save([person('1', {}), person('2', {})])
    const shared = (personId: string) => [
      { personId, sourceId: 'shared', type: 'meeting_held', occurredAt: T1, attributes: {} },
    ]
    await upsertActivities(database.db, installationId, shared('1'), NOW)
    const merges = [{ loser: '1', winner: '2' }]
    const moving = await database.db.transaction().execute(async (page) => {
      await upsertActivities(page, installationId, shared('2'), NOW)
      const begun = moveActivities(database.db, installationId, merges)
      begun.catch(() => undefined)
      await vi.waitUntil(async () => {
        const { rows } = await sql`select from pg_locks where not granted`.execute(database.db)
        return rows.length > 0
      })
      return { begun }
    })
    await moving.begun
    const { rows } = await sql`select person_id from activity
      where installation_id = ${installationId} and source_id = 'shared'`.execute(database.db)
    expect(rows).toEqual([{ person_id: '2' }])
  })

  test('the same activity read twice changes nothing; a retracted one read again returns', async () => {
    const activity = {
      personId: '1',
      sourceId: 'm1',
      type: 'meeting_held',
      occurredAt: T1,
      attributes: { duration_s: 60 },
    }
    const upsert = () => upsertActivities(database.db, installationId, [activity], NOW)
    expect(await upsert()).toEqual(['1'])
    expect(await upsert()).toEqual([])
    expect(await retractActivities(database.db, installationId, [{ id: 'm1', at: NOW }])).toEqual([
      '1',
    ])
    expect(await upsert()).toEqual(['1'])
  })

  test('a fact version is added only when the facts differ from the latest', async () => {
    const add = (facts: Record<string, string>, at: Date) =>
      addFactVersions(database.db, installationId, 'person', [{ id: '1', facts }], at)
    expect(await add({ a: '1' }, T1)).toEqual(['1'])
    expect(await add({ a: '1' }, T2)).toEqual([])
    expect(await add({ a: '2' }, NOW)).toEqual(['1'])
  })

  test('what other rules have found is due again, and only that', async () => {
    const save = (id: string, version: number) =>
      saveEnrichment(
        database.db,
        installationId,
        'person',
        { name: 'rules', version },
        [{ id, facts: {} }],
        NOW,
      )
    await save('old', 1)
    await save('new', 1)
    await save('new', 2)
    await markOutdated(database.db, { name: 'rules', version: 2 }, NOW)
    const claims = await claim(database.db, installationId, 'enrich', 10, NOW)
    expect(claims.map(({ id }) => id)).toEqual(['old'])
  })

  test('companies are guarded like people', async () => {
    const company = (name: string, updatedAt: Date) => [
      { id: 'c', facts: { name }, createdAt: T1, updatedAt },
    ]
    const upsert = (name: string, at: Date) =>
      upsertCompanies(database.db, installationId, company(name, at), NOW)
    expect(await upsert('new', T2)).toEqual(['c'])
    expect(await upsert('old', T1)).toEqual([])
    expect(await upsert('new', NOW)).toEqual([])
  })
})
