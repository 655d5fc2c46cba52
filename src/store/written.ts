import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'

type Values = Readonly<Record<string, string>>

/** What should stand in the CRM on one record and what we last put there. */
export interface Pending {
  readonly id: string
  readonly wanted: Values
  /** Null when nothing of ours is there yet. */
  readonly written: Values | null
  readonly asOf: Date
}

/** Where the wanted values of a kind are, whose they are, and where the record itself is; a closed set. */
const SOURCE = {
  person: { scores: sql.raw('score'), key: sql.raw('person_id'), records: sql.raw('person') },
  company: {
    scores: sql.raw('account_score'),
    key: sql.raw('company_id'),
    records: sql.raw('company'),
  },
} as const

/** Compares wanted and written values of the live ones among the records of one kind. */
export async function pendingWrites(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly Pending[]> {
  const { scores, key, records } = SOURCE[kind]
  const { rows } = await sql<Pending>`
    select r.id, s.written_values as wanted, w.written_values as written, s.as_of as "asOf"
    from ${scores} s
    join ${records} r on r.installation_id = s.installation_id and r.id = s.${key}
      and r.deleted_at is null and r.merged_into is null
    left join written w on w.installation_id = s.installation_id and w.subject_kind = ${kind}
      and w.subject_id = r.id
    where s.installation_id = ${installationId} and s.${key} = any(${[...ids]})`.execute(db)
  return rows
}

/** Remembers what the CRM acknowledged. */
export async function saveWritten(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  rows: readonly { id: string; values: Values }[],
  writtenAt: Date,
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into written as w (installation_id, subject_kind, subject_id, written_values, written_at)
    select ${installationId}, ${kind}, r.id, r.values, ${writtenAt}
    from jsonb_to_recordset(${jsonRows(rows)}::jsonb) as r(id text, values jsonb) order by r.id
    on conflict (installation_id, subject_kind, subject_id) do update set
      written_values = w.written_values || excluded.written_values,
      written_at = excluded.written_at`.execute(db)
}
