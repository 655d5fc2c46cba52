import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'

type Values = Readonly<Record<string, string>>

/** What should stand in the CRM for one person and what we last put there. */
export interface Pending {
  readonly id: string
  readonly wanted: Values
  /** Null when nothing of ours is there yet. */
  readonly written: Values | null
  readonly asOf: Date
}

/** Compares wanted and written values of the live ones among the people. */
export async function pendingWrites(
  db: Db,
  installationId: string,
  personIds: readonly string[],
): Promise<readonly Pending[]> {
  const { rows } = await sql<Pending>`
    select s.person_id as id, s.written_values as wanted, w.written_values as written, s.as_of as "asOf"
    from score s
    join person p on p.installation_id = s.installation_id and p.id = s.person_id
      and p.deleted_at is null and p.merged_into is null
    left join written w on w.installation_id = s.installation_id and w.subject_kind = 'person'
      and w.subject_id = s.person_id
    where s.installation_id = ${installationId} and s.person_id = any(${[...personIds]})`.execute(
    db,
  )
  return rows
}

/** Remembers what the CRM acknowledged. */
export async function saveWritten(
  db: Db,
  installationId: string,
  kind: string,
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
