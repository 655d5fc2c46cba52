import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '../../src/store/database.ts'
import { unnamedSubjects } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { closeTenantAccess, tenantAccess } from '../helpers/tenants.ts'

const PEOPLE = 20_000

describe('people between two ids of a list', () => {
  const database = useDatabase()
  closeTenantAccess()
  let id: string
  beforeAll(async () => {
    id = (await makeInstallation(database.db)).id
    const other = (await makeInstallation(database.db)).id
    for (const each of [id, other]) {
      await sql`insert into person (installation_id, id, facts, source_created_at, source_updated_at, known_at)
        select ${each}, n::text, '{}', now(), now(), now()
        from generate_series(1, ${PEOPLE}) n`.execute(database.db)
    }
    await sql`analyze person`.execute(database.db)
  })
  const between = (after: string | null, upTo: string | null, named: string[], limit = 1_000) =>
    unnamedSubjects(database.db, id, { kind: 'person', after, upTo }, named, limit)

  test('come in the order of numbers, without the ones that were named', async () => {
    expect(await between('98', '103', ['99', '101'])).toEqual(['100', '102', '103'])
    expect(await between(null, '3', [])).toEqual(['1', '2', '3'])
    expect(await between(String(PEOPLE - 1), null, [])).toEqual([String(PEOPLE)])
    expect(await between(null, null, [], 5)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('are found through the index, however many there are', async () => {
    const named = Array.from({ length: 100 }, (_, n) => String(5_001 + n))
    const range = { kind: 'person', after: '5000', upTo: '5100' } as const
    const plan = await planOf((db) => unnamedSubjects(db, id, range, named, 1_000))
    expect(plan).toContain('person_by_listing')
    expect(plan).not.toContain('Seq Scan')
    // Of 20,000 people only the 100 of the range are looked at.
    expect(plan).toMatch(/Rows Removed by Filter: 100\b/)
  })

  test('are found through an index by a tenant, too', async () => {
    const named = Array.from({ length: 100 }, (_, n) => String(15_001 + n))
    const range = { kind: 'person', after: '15000', upTo: '15100' } as const
    const { dbOf } = await tenantAccess(database)
    const plan = await planOf((db) => unnamedSubjects(db, id, range, named, 1_000), dbOf(id))
    expect(plan).toContain('person_by_listing')
    expect(plan).not.toContain('Seq Scan')
    // Of shorter ids there are a few that begin alike.
    expect(plan).toMatch(/Rows Removed by Filter: 1\d\d\b/)
  })

  /** How the statement that `work` sends is carried out. */
  async function planOf(
    work: (db: Db) => Promise<unknown>,
    asked: Db = database.db,
  ): Promise<string> {
    const sent: { text: string; values: readonly unknown[] }[] = []
    const pool = new Pool({ connectionString: database.url, max: 1 })
    const watched = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool }),
      log: ({ query }) => void sent.push({ text: query.sql, values: query.parameters }),
    })
    await work(watched)
    const [statement] = sent
    if (!statement) throw new Error('nothing was asked of the database')
    await watched.destroy()
    const explain = CompiledQuery.raw(`explain analyze ${statement.text}`, [...statement.values])
    const { rows } = await asked.executeQuery<{ 'QUERY PLAN': string }>(explain)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
})
