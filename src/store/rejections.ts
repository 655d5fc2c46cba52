import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'
import type { DueStage } from './due.ts'

/** A record the pipeline gave up on, with the reason; one open row per stage and subject. */
export interface Rejection {
  readonly kind: string
  readonly id: string
  readonly reason: string
}

/** Files records under their reasons; a newer reason replaces the older. */
export async function reject(
  db: Db,
  installationId: string,
  stage: DueStage,
  rejections: readonly Rejection[],
  at: Date,
): Promise<void> {
  if (rejections.length === 0) return
  await sql`
    insert into rejection (installation_id, stage, subject_kind, subject_id, reason, rejected_at)
    select ${installationId}, ${stage}, r.kind, r.id, r.reason, ${at}
    from jsonb_to_recordset(${jsonRows(rejections)}::jsonb) as r(kind text, id text, reason text)
    on conflict (installation_id, stage, subject_kind, subject_id) where resolved_at is null
    do update set reason = excluded.reason, rejected_at = excluded.rejected_at`.execute(db)
}

/** Closes the open rejections of records that passed after all. */
export async function resolveRejections(
  db: Db,
  installationId: string,
  stage: DueStage,
  kind: string,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    update rejection set resolved_at = ${at}
    where installation_id = ${installationId} and stage = ${stage} and subject_kind = ${kind}
      and subject_id = any(${[...ids]}) and resolved_at is null`.execute(db)
}
