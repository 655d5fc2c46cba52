import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import type { Db } from './database.ts'
import { type Bereaved, eraseCompanyMentions, erasePersonMentions } from './erasure-mentions.ts'
import { rowsAbout, type TableCounts } from './erasure-rules.ts'
import { pseudonyms } from './tombstones.ts'

/** One record that was erased. */
interface ErasedRecord {
  readonly id: string
  readonly pseudonym: string
  readonly rows: TableCounts
}

/** What became of a batch. */
export interface Erasure {
  /** The records asked for and those that were merged into them. */
  readonly records: readonly ErasedRecord[]
  /** Rows of others that spoke of them and were deleted or changed. */
  readonly mentions: TableCounts
  readonly bereaved: Bereaved
}

/**
 * Removes every row about these people or companies, and about records that were merged into them, and takes them
 * out of the rows of others. Belongs into the transaction that settles the claim and writes the tombstones.
 */
export async function eraseSubjects(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<Erasure> {
  const all = await withMergedLosers(transaction, installationId, kind, ids)
  const names = await pseudonyms(transaction, installationId, kind, all)
  const eraseMentions = kind === 'person' ? erasePersonMentions : eraseCompanyMentions
  const { mentions, bereaved } = await eraseMentions(transaction, installationId, names)
  const counts = await deleteRows(transaction, installationId, kind, all)
  return {
    records: all.map((id) => ({
      id,
      pseudonym: names.get(id) ?? '',
      rows: Object.fromEntries(
        counts.filter((row) => row.id === id).map((row) => [row.table, row.n]),
      ),
    })),
    mentions,
    bereaved,
  }
}

/** The records and all that were merged into them, directly or through others. */
async function withMergedLosers(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive lineage (id) as (
      select unnest(${[...ids]}::text[])
      -- Not "all": a chain that bites its own tail ends.
      union
      select t.id from ${sql.table(kind)} t join lineage l on t.merged_into = l.id
      where t.installation_id = ${installationId})
    select id from lineage order by id`.execute(transaction)
  return rows.map(({ id }) => id)
}

interface RowCount {
  readonly table: string
  readonly id: string
  readonly n: number
}

async function deleteRows(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly RowCount[]> {
  const counts: RowCount[] = []
  for (const { table, id, where } of rowsAbout(kind)) {
    const { rows } = await sql<{ id: string; n: number }>`
      with gone as (
        delete from ${sql.table(table)}
        where installation_id = ${installationId} and ${id} = any(${[...ids]}) and ${where}
        returning ${id} as id)
      select id, count(*)::int as n from gone group by id`.execute(transaction)
    counts.push(...rows.map((row) => ({ table, ...row })))
  }
  return counts
}

/** Every table with rows of installations. */
export async function tenantTables(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = current_schema() and column_name = 'installation_id'
    order by table_name`.execute(db)
  return rows.map(({ name }) => name)
}
