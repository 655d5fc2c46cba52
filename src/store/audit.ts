import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'

/** Something that was done, worth being able to prove later. */
export interface AuditEntry {
  /** For example `model.published`, `activity.retracted`. */
  readonly action: string
  readonly kind?: string
  readonly id?: string
  readonly details: Readonly<Record<string, unknown>>
}

/** What the pipeline does by itself is signed so. */
export const PIPELINE_ACTOR = 'plumbline'

/**
 * Appends to the audit log; belongs into the transaction of what it records.
 * @param installationId null for what concerns none in particular, such as signing in
 */
export async function recordAudit(
  transaction: Db,
  installationId: string | null,
  actor: string,
  entries: readonly AuditEntry[],
  at: Date,
): Promise<void> {
  if (entries.length === 0) return
  await sql`
    insert into audit_log (installation_id, at, actor, action, subject_kind, subject_id, details)
    select ${installationId}::uuid, ${at}, ${actor}, r.action, r.kind, r.id, r.details
    from jsonb_to_recordset(${jsonRows(entries)}::jsonb)
      as r(action text, kind text, id text, details jsonb)`.execute(transaction)
}

/** An entry as it was recorded. */
export interface RecordedAudit {
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly kind: string | null
  readonly id: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** The newest entries of one action first. */
export async function auditOf(
  db: Db,
  installationId: string,
  action: string,
  limit: number,
): Promise<readonly RecordedAudit[]> {
  const { rows } = await sql<RecordedAudit>`
    select at, actor, action, subject_kind as kind, subject_id as id, details from audit_log
    where installation_id = ${installationId} and action = ${action}
    order by at desc, id desc limit ${limit}`.execute(db)
  return rows
}
