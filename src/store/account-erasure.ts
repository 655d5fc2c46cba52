import { sql } from 'kysely'
import type { Db } from './database.ts'
import { tenantTables } from './erasure.ts'
import type { TableCounts } from './erasure-rules.ts'
import type { Installation } from './installations.ts'

/**
 * Removes all data of an installation, whatever table it is in. The account's name stays in a new row without any,
 * so that it can be told what became of it; work under way cannot bring anything back, because the installation
 * it belongs to is gone.
 * @returns the new row's id, and how many rows went, by table
 */
export async function eraseInstallation(
  transaction: Db,
  { id, crm, accountId }: Installation,
  reason: string,
  now: Date,
): Promise<{ id: string; counts: TableCounts }> {
  // Everything of a big account takes longer than any other statement may.
  await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
  const counts = await countRows(transaction, id)
  await sql`delete from installation where id = ${id}`.execute(transaction)
  const { rows } = await sql<{ id: string }>`
    insert into installation (crm, account_id, status, status_reason, scopes, created_at, updated_at)
    values (${crm}, ${accountId}, 'disconnected', ${reason}, '{}', ${now}, ${now})
    returning id`.execute(transaction)
  const [left] = rows
  if (!left) throw new Error('the new installation was not returned')
  return { id: left.id, counts }
}

/** How many rows an installation has in each table; tables without any are left out. */
export async function countRows(db: Db, installationId: string): Promise<TableCounts> {
  const counts: [string, number][] = []
  for (const table of await tenantTables(db)) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)}
      where installation_id = ${installationId}`.execute(db)
    counts.push([table, rows[0]?.n ?? 0])
  }
  return Object.fromEntries(counts.filter(([, n]) => n > 0))
}
