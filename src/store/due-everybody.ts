import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import { carriedTraces } from '../tracing/carried.ts'
import type { Db } from './database.ts'

/** How many were marked. */
export interface DueCounts {
  readonly people: number
  readonly companies: number
}

/** Makes everybody alive due for scoring, in one statement; companies only where asked for. */
export async function markEverybody(
  transaction: Db,
  installationId: string,
  withCompanies: boolean,
  at: Date,
): Promise<DueCounts> {
  // Millions of marks take longer than any other statement may.
  await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
  const { rows } = await sql<{ kind: SubjectKind; n: number }>`
    with marked as (
      insert into due (installation_id, stage, subject_kind, subject_id, due_at, trace)
      select ${installationId}, 'score', kind, id, ${at}, ${carriedTraces().own}::text from (
        select 'person' as kind, id from person
        where installation_id = ${installationId} and deleted_at is null and merged_into is null
        union all
        select 'company', id from company
        where ${withCompanies} and installation_id = ${installationId}
          and deleted_at is null and merged_into is null) as everybody
      -- The order in which everybody locks these rows.
      order by kind, id
      on conflict (installation_id, stage, subject_kind, subject_id) do update set
        due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1, attempts = 0,
        trace = excluded.trace
      returning subject_kind)
    select subject_kind as kind, count(*)::int as n from marked group by 1`.execute(transaction)
  const counted = (kind: SubjectKind) => rows.find((row) => row.kind === kind)?.n ?? 0
  return { people: counted('person'), companies: counted('company') }
}

/** How many `markEverybody` would mark. */
export async function countEverybody(
  db: Db,
  installationId: string,
  withCompanies: boolean,
): Promise<DueCounts> {
  const { rows } = await sql<DueCounts>`
    select
      (select count(*)::int from person where installation_id = ${installationId}
        and deleted_at is null and merged_into is null) as people,
      (select count(*)::int from company where ${withCompanies}
        and installation_id = ${installationId}
        and deleted_at is null and merged_into is null) as companies`.execute(db)
  return rows[0] ?? { people: 0, companies: 0 }
}
