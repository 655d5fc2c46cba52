import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'

/** What a full reading, its scoring and its writing leave; ids of records are an installation's own. */
const TABLES = [
  'company',
  'person',
  'deal',
  'activity',
  'enrichment',
  'fact_version',
  'person_key',
  'company_domain',
  'account_link',
  'score',
  'score_receipt',
  'account_score',
  'account_receipt',
  'written',
  'due',
] as const

/**
 * Gives installations that have nobody yet the people of another one. Two hundred readings would take longer than
 * what is measured with them.
 */
export async function copyTenant(db: Db, from: string, to: readonly string[]): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection)
    for (const table of TABLES) await copyTable(connection, table, from, to)
    await sql`reset session_replication_role`.execute(connection)
  })
}

async function copyTable(
  db: Db,
  table: string,
  from: string,
  to: readonly string[],
): Promise<void> {
  const columns = sql.raw(await copiedColumns(db, table))
  for (const id of to) {
    await sql`
      insert into ${sql.table(table)} (installation_id, ${columns})
      select ${id}::uuid, ${columns} from ${sql.table(table)} where installation_id = ${from}`.execute(
      db,
    )
  }
}

/** All but the owner, and what the database numbers or computes by itself. */
async function copiedColumns(db: Db, table: string): Promise<string> {
  const { rows } = await sql<{ names: string }>`
    select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and column_name <> 'installation_id'
      and is_identity = 'NO' and is_generated = 'NEVER'`.execute(db)
  return rows[0]?.names ?? ''
}
