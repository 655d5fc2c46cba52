import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../connectors/connector.ts'
import type { FactHistory } from '../../connectors/page.ts'
import { fetchRecords } from '../../jobs/fetch.ts'
import { storeHistory } from '../../jobs/store-history.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { mark } from '../../src/store/due.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'

const day = (n: number) => new Date(Date.UTC(2026, 9, n))
const NOW = day(30)

describe('what the CRM remembers', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
    await knows(day(10), { title: 'CTO' })
    await knows(day(20), { title: 'CEO' })
  })
  const knows = (at: Date, facts: FactMap, id = '1') =>
    addFactVersions(database.db, installationId, 'person', [{ id, facts }], at)
  const remembers = (
    versions: FactHistory['versions'],
    id = '1',
    kind: 'person' | 'company' = 'person',
  ) => storeHistory(database.db, installationId, [{ subject: { kind, id }, versions }], NOW)
  const versions = async (id = '1') => {
    const { rows } = await sql<{ at: Date; facts: FactMap }>`
      select known_at as at, facts from fact_version
      where installation_id = ${installationId} and subject_id = ${id} order by 1`.execute(
      database.db,
    )
    return rows.map(({ at, facts }) => [at.getUTCDate(), facts['title']])
  }

  test('goes before the first version that we have, and changes none of ours', async () => {
    const added = await remembers([
      { knownAt: day(1), facts: { title: 'Intern' } },
      { knownAt: day(9), facts: { title: 'VP' } },
      { knownAt: day(10), facts: { title: 'same moment' } },
      { knownAt: day(15), facts: { title: 'between' } },
      { knownAt: day(29), facts: { title: 'later' } },
    ])
    expect(added).toBe(2)
    expect(await versions()).toEqual([
      [1, 'Intern'],
      [9, 'VP'],
      [10, 'CTO'],
      [20, 'CEO'],
    ])
  })

  test('told again changes nothing', async () => {
    const told = [{ knownAt: day(1), facts: { title: 'Intern' } }]
    expect(await remembers(told)).toBe(1)
    expect(await remembers(told)).toBe(0)
    expect(await versions()).toHaveLength(3)
  })

  test('is enriched like everything else', async () => {
    await remembers([
      { knownAt: day(1), facts: { title: 'VP Sales', email: 'a@gmail.com', country: 'France' } },
    ])
    const { rows } = await sql<{ facts: FactMap }>`select facts from fact_version
      where installation_id = ${installationId} and known_at = ${day(1)}`.execute(database.db)
    expect(rows[0]?.facts).toMatchObject({ seniority: 'vp', email_kind: 'free', region: 'EMEA' })
  })

  test('of somebody whom we do not know yet, or of another kind, stays away', async () => {
    const told = [{ knownAt: day(1), facts: { title: 'Intern' } }]
    expect(await remembers(told, 'nobody')).toBe(0)
    expect(await remembers(told, '1', 'company')).toBe(0)
    expect(await versions('nobody')).toEqual([])
  })

  test('is fetched where it is asked for, and asked for once', async () => {
    const { db } = database
    await mark(db, installationId, 'fetch', 'history:person', ['1', '2'], NOW)
    const asked: [string, readonly string[]][] = []
    const history = async (kind: 'person' | 'company', ids: readonly string[]) => {
      asked.push([kind, ids.toSorted()])
      const versions = [{ knownAt: day(1), facts: { title: 'Intern' } }]
      return [{ subject: { kind, id: '1' }, versions }]
    }
    // Nothing but the history is asked of it.
    const connection = { history } as unknown as Connection
    const deps = stageDeps(db, movableClock(NOW), { crm: crmOf(connection) })
    await fetchRecords({ installationId }, deps)
    expect(asked).toEqual([['person', ['1', '2']]])
    expect((await versions())[0]).toEqual([1, 'Intern'])
    expect((await backlog(db, installationId, NOW)).fetch).toBe(0)
  })

  test('from the future is not believed', async () => {
    await knows(day(31), { title: 'x' }, 'future')
    expect(await remembers([{ knownAt: new Date(NOW.getTime() + 1), facts: {} }], 'future')).toBe(0)
  })
})
