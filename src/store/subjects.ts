import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import type { CompanyRecord, PersonRecord } from '../leads/records.ts'
import { type Db, jsonRows } from './database.ts'

/** The two mirrored tables; a closed set, because it becomes part of the statement. */
const TABLE = { person: sql.raw('person'), company: sql.raw('company') } as const

/**
 * How records were come by. A search may go on showing what is deleted or merged until its index has caught up;
 * a list and a record that was asked for by id are as the CRM is.
 */
export type Source = 'read' | 'searched'

/**
 * Stores people as the CRM has them now, one row per id (the newest of several wins). A row that is already
 * newer stays; a record that was deleted or merged away and is seen again lives again, though after a search only
 * when it was changed after its deletion.
 * @returns ids whose facts, company or life changed; an echo of our own writing changes none
 */
export async function upsertPeople(
  db: Db,
  installationId: string,
  records: readonly PersonRecord[],
  knownAt: Date,
  source: Source = 'read',
): Promise<readonly string[]> {
  if (records.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    insert into person as p (installation_id, id, company_id, facts, source_created_at, source_updated_at, known_at)
    select ${installationId}, r.id, r."companyId", r.facts, r."createdAt", r."updatedAt", ${knownAt}
    from jsonb_to_recordset(${jsonRows(newestPerId(records))}::jsonb)
      as r(id text, "companyId" text, facts jsonb, "createdAt" timestamptz, "updatedAt" timestamptz)
    order by r.id
    on conflict (installation_id, id) do update set
      company_id = excluded.company_id, facts = excluded.facts, known_at = excluded.known_at,
      source_updated_at = excluded.source_updated_at, deleted_at = null, merged_into = null
    where p.source_updated_at <= excluded.source_updated_at
      and (p.company_id, p.facts, p.deleted_at, p.merged_into)
        is distinct from (excluded.company_id, excluded.facts, null, null)
      and (${source} = 'read' or p.merged_into is null and coalesce(p.deleted_at < excluded.source_updated_at, true))
    returning id`.execute(db)
  return rows.map((row) => row.id)
}

/** The same for companies. */
export async function upsertCompanies(
  db: Db,
  installationId: string,
  records: readonly CompanyRecord[],
  knownAt: Date,
  source: Source = 'read',
): Promise<readonly string[]> {
  if (records.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    insert into company as c (installation_id, id, facts, source_created_at, source_updated_at, known_at)
    select ${installationId}, r.id, r.facts, r."createdAt", r."updatedAt", ${knownAt}
    from jsonb_to_recordset(${jsonRows(newestPerId(records))}::jsonb)
      as r(id text, facts jsonb, "createdAt" timestamptz, "updatedAt" timestamptz)
    order by r.id
    on conflict (installation_id, id) do update set
      facts = excluded.facts, known_at = excluded.known_at,
      source_updated_at = excluded.source_updated_at, deleted_at = null, merged_into = null
    where c.source_updated_at <= excluded.source_updated_at
      and (c.facts, c.deleted_at, c.merged_into) is distinct from (excluded.facts, null, null)
      and (${source} = 'read' or c.merged_into is null and coalesce(c.deleted_at < excluded.source_updated_at, true))
    returning id`.execute(db)
  return rows.map((row) => row.id)
}

/** Marks subjects as deleted in the CRM. Returns the ids that were alive until now. */
export async function removeSubjects(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  removed: readonly { id: string; at: Date }[],
): Promise<readonly string[]> {
  if (removed.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    update ${TABLE[kind]} t set deleted_at = r.at
    from jsonb_to_recordset(${jsonRows(removed)}::jsonb) as r(id text, at timestamptz)
    where t.installation_id = ${installationId} and t.id = r.id and t.deleted_at is null
      -- Restored after this deletion was listed: the newer state stays.
      and t.source_updated_at <= r.at
    returning t.id`.execute(db)
  return rows.map((row) => row.id)
}

/** Marks losers as merged into their winners. Returns the losers that were not marked yet. */
export async function mergeSubjects(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  merges: readonly { loser: string; winner: string }[],
): Promise<readonly string[]> {
  if (merges.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    update ${TABLE[kind]} t set merged_into = r.winner
    from jsonb_to_recordset(${jsonRows(merges)}::jsonb) as r(loser text, winner text)
    where t.installation_id = ${installationId} and t.id = r.loser
      and t.merged_into is distinct from r.winner
    returning t.id`.execute(db)
  return rows.map((row) => row.id)
}

/**
 * Subjects of ours that live in a range of ids and are not among `named`, in the order of the CRM's lists.
 * @param limit at most so many
 */
export async function unnamedSubjects(
  db: Db,
  installationId: string,
  { kind, after, upTo }: { kind: SubjectKind; after: string | null; upTo: string | null },
  named: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  // A condition that is always true would keep the index from being used for the other end.
  const from = after === null ? sql`` : sql`and (length(id), id collate "C") > (${placeOf(after)})`
  const to = upTo === null ? sql`` : sql`and (length(id), id collate "C") <= (${placeOf(upTo)})`
  // Says nothing new of ids of one length. But under row-level security length() must not be asked in an index, and
  // codes may: Postgres skips from one length to the next.
  const codes =
    after === null || upTo === null || after.length !== upTo.length
      ? sql``
      : sql`and id collate "C" > ${after} and id collate "C" <= ${upTo}`
  const { rows } = await sql<{ id: string }>`
    select id from ${TABLE[kind]}
    where installation_id = ${installationId} and deleted_at is null and merged_into is null
      ${from} ${to} ${codes} and id <> all(${[...named]}::text[])
    order by length(id), id collate "C" limit ${limit}`.execute(db)
  return rows.map((row) => row.id)
}

/** Where an id stands in a CRM's list: shorter before longer, then by character code. */
function placeOf(id: string) {
  return sql`${id.length}::int, ${id}::text`
}

/** Which of the ids are people we mirror and who are alive. */
export async function livePeople(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select id from person
    where installation_id = ${installationId} and id = any(${[...ids]})
      and deleted_at is null and merged_into is null`.execute(db)
  return rows.map((row) => row.id)
}

function newestPerId<R extends { id: string; updatedAt: Date }>(
  records: readonly R[],
): readonly R[] {
  const newest = new Map<string, R>()
  for (const record of records) {
    const seen = newest.get(record.id)
    if (!seen || seen.updatedAt <= record.updatedAt) newest.set(record.id, record)
  }
  return [...newest.values()]
}
