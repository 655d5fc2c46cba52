import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { linkAccounts, peopleTouchedBy, saveCompanyDomains } from '../../src/store/account-links.ts'
import type { Db } from '../../src/store/database.ts'
import { ambiguousDomains, duplicates, setDuplicateRule } from '../../src/store/duplicates.ts'
import {
  forgetPeople,
  MOST_RECORDS,
  type PersonKey,
  samePeople,
  savePersonKeys,
} from '../../src/store/identity.ts'
import { removeSubjects, upsertCompanies, upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const T1 = new Date('2026-11-01T00:00:00Z')
const NOW = new Date('2026-11-22T12:00:00Z')

const email = (key: string): PersonKey => ({ kind: 'email', key })
const name = (key: string): PersonKey => ({ kind: 'name_domain', key })
const domain = (key: string): PersonKey => ({ kind: 'domain', key })

describe('keys and accounts in the database', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const addPeople = async (people: Readonly<Record<string, readonly PersonKey[]>>) => {
    const list = Object.entries(people).map(([id, keys]) => ({ id, keys }))
    const records = list.map(({ id }) => ({ id, facts: {}, createdAt: T1, updatedAt: T1 }))
    await upsertPeople(database.db, installationId, records, NOW)
    await savePersonKeys(database.db, installationId, list)
  }
  const setRule = (rule: 'report' | 'email' | 'email_and_name') =>
    setDuplicateRule(database.db, installationId, { rule, actor: 'test', at: NOW })
  const same = async (...ids: string[]) =>
    Object.fromEntries(await samePeople(database.db, installationId, ids))
  const numbered = (n: number, keys: readonly PersonKey[]) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, keys]))

  test('keys that stay as they are, are not written again', async () => {
    const versions = async () => {
      const { rows } = await sql<{ kind: string; xmin: string }>`
        select kind, xmin::text from person_key where installation_id = ${installationId}
        order by kind`.execute(database.db)
      return Object.fromEntries(rows.map(({ kind, xmin }) => [kind, xmin]))
    }
    await addPeople({ a: [email('x'), name('n'), domain('d')] })
    const before = await versions()
    await savePersonKeys(database.db, installationId, [{ id: 'a', keys: [email('x'), name('m')] }])
    const after = await versions()
    expect(after).toEqual({ email: before['email'], name_domain: expect.any(String) })
    expect(after['name_domain']).not.toBe(before['name_domain'])
  })

  test('nobody is the same as anybody while duplicates are only reported', async () => {
    await addPeople({ a: [email('x')], b: [email('x')] })
    expect(await same('a', 'b')).toEqual({ a: ['a'], b: ['b'] })
  })

  test('a chain ties records together, whichever of them is asked for', async () => {
    await addPeople({
      d: [name('2')],
      c: [email('z'), name('2')],
      b: [email('z'), name('1')],
      a: [name('1')],
      e: [email('other')],
    })
    await setRule('email_and_name')
    for (const id of ['a', 'b', 'c', 'd']) {
      expect(await same(id)).toEqual({ [id]: ['a', 'b', 'c', 'd'] })
    }
    expect(await same('a', 'e', 'unknown')).toEqual({
      a: ['a', 'b', 'c', 'd'],
      e: ['e'],
      unknown: ['unknown'],
    })
    await setRule('email')
    expect(await same('a', 'c')).toEqual({ a: ['a'], c: ['b', 'c'] })
  })

  test('a common domain, and another installation’s key, make nobody the same', async () => {
    await addPeople({ a: [email('x'), domain('acme.com')], b: [domain('acme.com')] })
    installationId = (await makeInstallation(database.db)).id
    await setRule('email_and_name')
    await addPeople({ a: [email('x')] })
    expect(await same('a', 'b')).toEqual({ a: ['a'], b: ['b'] })
  })

  test('whoever is gone is nobody’s other record', async () => {
    await addPeople({ a: [email('x')], b: [email('x')], c: [email('x')] })
    await setRule('email')
    await removeSubjects(database.db, installationId, 'person', [{ id: 'b', at: NOW }])
    expect(await same('a')).toEqual({ a: ['a', 'c'] })
    await forgetPeople(database.db, installationId, ['c'])
    expect(await same('a')).toEqual({ a: ['a'] })
  })

  test('as many records as a person may have are one; more are a placeholder and left apart', async () => {
    await setRule('email')
    const most = numbered(MOST_RECORDS, [email('none@acme.com')])
    await addPeople(most)
    expect((await same('p3'))['p3']).toEqual(Object.keys(most).sort())
    await addPeople({ ...most, z: [email('none@acme.com')] })
    expect(await same('p3', 'z')).toEqual({ p3: ['p3'], z: ['z'] })
    const report = await duplicates(database.db, installationId)
    expect(report.groups).toEqual([])
    expect(report.tooLarge).toMatchObject([{ basis: ['email'] }])
    expect(report.tooLarge[0]?.ids).toHaveLength(MOST_RECORDS + 1)
  })

  test('a chain that is too long is left apart as well, from both ends and the middle', async () => {
    const links = MOST_RECORDS * 2
    const chain = Object.fromEntries(
      Array.from({ length: links }, (_, i): [string, PersonKey[]] => [
        `p${i}`,
        [email(`e${Math.floor(i / 2)}`), name(`n${Math.floor((i + 1) / 2)}`)],
      ]),
    )
    await addPeople(chain)
    await setRule('email_and_name')
    for (const id of ['p0', `p${MOST_RECORDS}`, `p${links - 1}`]) {
      expect(await same(id)).toEqual({ [id]: [id] })
    }
  })

  test('the report ties groups of both bases together and says which', async () => {
    await addPeople({
      a: [email('x')],
      b: [email('x'), name('n')],
      c: [name('n')],
      d: [name('m')],
      e: [name('m')],
      f: [email('lonely')],
    })
    expect(await duplicates(database.db, installationId)).toEqual({
      groups: [
        { basis: ['email', 'name_domain'], ids: ['a', 'b', 'c'] },
        { basis: ['name_domain'], ids: ['d', 'e'] },
      ],
      tooLarge: [],
    })
    expect(await setRule('email')).toMatchObject({ rescored: 2 })
    expect(await setRule('email_and_name')).toMatchObject({ rescored: 5 })
    expect(await setRule('report')).toMatchObject({ rescored: 5 })
  })

  test('a company’s domains that came and went are told, and only those', async () => {
    const save = (...domains: (string | null)[]) =>
      saveCompanyDomains(
        database.db,
        installationId,
        domains.map((each, i) => ({ id: `c${i}`, domain: each })),
      )
    expect(await save('a.com', 'b.com', null)).toEqual(expect.arrayContaining(['a.com', 'b.com']))
    expect(await save('a.com', 'b.com', null)).toEqual([])
    expect((await save('z.com', 'b.com')).toSorted()).toEqual(['a.com', 'z.com'])
    expect(await save(null)).toEqual(['z.com'])
  })

  test('domains of several companies are told with the people who wait for an account', async () => {
    const records = ['c', 'd', 'e', 'f'].map((id) => ({
      id,
      facts: { name: `Company ${id}` },
      createdAt: T1,
      updatedAt: T1,
    }))
    await upsertCompanies(database.db, installationId, records, NOW)
    await saveCompanyDomains(database.db, installationId, [
      { id: 'c', domain: 'acme.com' },
      { id: 'd', domain: 'acme.com' },
      { id: 'e', domain: 'quiet.com' },
      { id: 'f', domain: 'quiet.com' },
    ])
    await addPeople({ a: [domain('acme.com')], b: [domain('acme.com')], c: [domain('one.com')] })
    expect(await ambiguousDomains(database.db, installationId)).toEqual([
      {
        domain: 'acme.com',
        companies: [
          { id: 'c', name: 'Company c' },
          { id: 'd', name: 'Company d' },
        ],
        people: 2,
      },
    ])
    await removeSubjects(database.db, installationId, 'company', [{ id: 'd', at: NOW }])
    expect(await ambiguousDomains(database.db, installationId)).toEqual([])
  })
})

describe('lookups that grow with the data', () => {
  const database = useDatabase()
  const queries: { text: string; values: readonly unknown[] }[] = []
  let watched: Db
  let installationId: string
  beforeAll(async () => {
    const dialect = new PostgresDialect({
      pool: new Pool({ connectionString: database.url, max: 1 }),
    })
    watched = new Kysely<unknown>({
      dialect,
      log: ({ query }) => void queries.push({ text: query.sql, values: query.parameters }),
    })
    installationId = (await makeInstallation(database.db)).id
    await fill(database.db, installationId)
    await setDuplicateRule(database.db, installationId, { rule: 'email', actor: 'test', at: NOW })
    return () => watched.destroy()
  })
  /** The plans of all statements that `work` sends. */
  const planOf = async (work: () => Promise<unknown>) => {
    queries.length = 0
    await work()
    const pool = new Pool({ connectionString: database.url, max: 1 })
    const plans: string[] = []
    for (const { text, values } of queries) {
      const { rows } = await pool.query(`explain ${text}`, [...values])
      plans.push(...rows.map((row) => row['QUERY PLAN']))
    }
    await pool.end()
    return plans.join('\n')
  }

  test('of records with the same key', async () => {
    const plan = await planOf(() => samePeople(watched, installationId, ['1', '2']))
    expect(plan).toContain('person_key_pkey')
    expect(plan).toContain('person_key_by_key')
    expect(plan).not.toContain('Seq Scan on person')
  })

  test('of accounts', async () => {
    const people = [
      { id: '10', companyId: '5', domain: null },
      { id: '11', companyId: null, domain: 'd7.com' },
    ]
    const plan = await planOf(() => linkAccounts(watched, installationId, people))
    for (const index of ['company_pkey', 'company_domain_by_domain', 'account_link_pkey']) {
      expect(plan).toContain(index)
    }
    expect(plan).not.toMatch(/Seq Scan on (company|company_domain|account_link)/)
  })

  test('of keys', async () => {
    const people = [{ id: '10', keys: [email('new@acme.com')] }]
    const plan = await planOf(() => savePersonKeys(watched, installationId, people))
    expect(plan).toContain('person_key_pkey')
    expect(plan).not.toContain('Seq Scan on person_key')
  })

  test('of the people whom a company’s change touches', async () => {
    const changes = { seen: ['1'], changed: ['2'], domains: ['d3.com'] }
    const plan = await planOf(() => peopleTouchedBy(watched, installationId, changes))
    expect(plan).toContain('account_link_by_company')
    expect(plan).toContain('person_key_by_key')
    expect(plan).toContain('person_by_company')
    expect(plan).not.toMatch(/Seq Scan on (person|person_key|account_link)/)
  })
})

async function fill(db: Db, installationId: string): Promise<void> {
  // As wide as real ones: narrow tables of this size are rightly read as a whole.
  const facts = JSON.stringify({ text: 'x'.repeat(500) })
  await sql`insert into company (installation_id, id, facts, source_created_at, source_updated_at, known_at)
    select ${installationId}, n::text, ${facts}::jsonb, now(), now(), now() from generate_series(1, 20000) n`.execute(
    db,
  )
  await sql`insert into company_domain select ${installationId}, n::text, 'd' || n || '.com'
    from generate_series(1, 20000) n`.execute(db)
  await sql`insert into person (installation_id, id, company_id, facts, source_created_at, source_updated_at, known_at)
    select ${installationId}, n::text, (n / 2)::text, ${facts}::jsonb, now(), now(), now()
    from generate_series(1, 20000) n`.execute(db)
  await sql`insert into person_key select ${installationId}, n::text, k, k || n
    from generate_series(1, 20000) n, unnest(array['email', 'name_domain', 'domain']) k`.execute(db)
  await sql`insert into account_link select ${installationId}, n::text, (n / 2)::text, 'association'
    from generate_series(1, 20000) n`.execute(db)
  await sql`analyze`.execute(db)
}
