import { type RawBuilder, sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import type { Db } from './database.ts'

/** What stands for a record that was erased; needs the installation's row as `i` and the record's id. */
function pseudonymOf(kind: SubjectKind, id: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`encode(sha256(convert_to(
    concat_ws(' ', i.id, ${kind}::text, ${id}, i.erasure_salt), 'UTF8')), 'hex')`
}

/** What records are called once they are erased, by their ids: nobody can tell the id from it. */
export async function pseudonyms(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; pseudonym: string }>`
    select r.id, ${pseudonymOf(kind, sql`r.id`)} as pseudonym
    from installation i cross join unnest(${[...ids]}::text[]) as r(id)
    where i.id = ${installationId}`.execute(db)
  return new Map(rows.map((row) => [row.id, row.pseudonym]))
}

/**
 * Remembers that records were erased, without naming them.
 * @returns those among the pseudonyms that were erased at `since` or later, this time included
 */
export async function addTombstones(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  names: readonly string[],
  now: Date,
  since: Date,
): Promise<ReadonlySet<string>> {
  await sql`
    insert into erased (installation_id, kind, pseudonym, erased_at)
    select ${installationId}, ${kind}, name, ${now} from unnest(${[...names]}::text[]) as name
    order by name on conflict do nothing`.execute(transaction)
  const { rows } = await sql<{ pseudonym: string }>`
    select pseudonym from erased
    where installation_id = ${installationId} and kind = ${kind} and pseudonym = any(${[...names]})
      and erased_at >= ${since}`.execute(transaction)
  return new Set(rows.map((row) => row.pseudonym))
}

/** Which of the records were erased and must not come back. */
export async function erasedAmong(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select r.id from installation i cross join unnest(${[...new Set(ids)]}::text[]) as r(id)
    where i.id = ${installationId}
      -- Nearly everywhere nobody was erased: then nothing is computed.
      and exists (select from erased where installation_id = ${installationId} and kind = ${kind})
      and exists (select from erased e where e.installation_id = i.id and e.kind = ${kind}
        and e.pseudonym = ${pseudonymOf(kind, sql`r.id`)})`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
