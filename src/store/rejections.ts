import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'
import type { DueStage } from './due.ts'

/** A record the pipeline gave up on, with the reason; one open row per stage and subject. */
export interface Rejection {
  readonly kind: string
  readonly id: string
  readonly reason: string
}

/** Files records under their reasons; a newer reason replaces the older, and counts as one more attempt. */
export async function reject(
  db: Db,
  installationId: string,
  stage: DueStage,
  rejections: readonly Rejection[],
  at: Date,
): Promise<void> {
  if (rejections.length === 0) return
  await sql`
    insert into rejection as x (installation_id, stage, subject_kind, subject_id, reason, rejected_at,
      first_rejected_at)
    select ${installationId}, ${stage}, r.kind, r.id, r.reason, ${at}, ${at}
    from jsonb_to_recordset(${jsonRows(rejections)}::jsonb) as r(kind text, id text, reason text)
    order by r.kind, r.id
    on conflict (installation_id, stage, subject_kind, subject_id) where resolved_at is null
    do update set reason = excluded.reason, rejected_at = excluded.rejected_at,
      attempts = x.attempts + 1`.execute(db)
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

/** Which open rejections: of one stage, or of every; of these records, or of all. */
export interface RejectionChoice {
  readonly stage: DueStage | null
  /** Null: all. */
  readonly ids: readonly string[] | null
}

/** A record that waits for somebody, for people to read. */
export interface OpenRejection extends Rejection {
  readonly stage: DueStage
  readonly since: Date
  readonly latest: Date
  readonly attempts: number
  /** When it is tried again by itself; null when that is not planned. */
  readonly dueAt: Date | null
}

/** Open rejections, the longest waiting last. */
export async function openRejections(
  db: Db,
  installationId: string,
  { stage, ids }: RejectionChoice,
  limit: number,
): Promise<readonly OpenRejection[]> {
  const { rows } = await sql<OpenRejection>`
    with latest as (
      select * from rejection where installation_id = ${installationId} and resolved_at is null
        and (${stage}::text is null or stage = ${stage})
        and (${idArray(ids)}::text[] is null or subject_id = any(${idArray(ids)}::text[]))
      order by first_rejected_at desc, id desc limit ${limit})
    select x.stage, x.subject_kind as kind, x.subject_id as id, x.reason, x.attempts,
      x.first_rejected_at as since, x.rejected_at as latest, d.due_at as "dueAt"
    from latest x
    left join lateral (select due_at from due where installation_id = x.installation_id
      and stage = x.stage and subject_kind = x.subject_kind and subject_id = x.subject_id) d on true
    order by x.first_rejected_at desc, x.id desc`.execute(db)
  return rows
}

/** How many open rejections there are. */
export async function countRejections(
  db: Db,
  installationId: string,
  { stage, ids }: RejectionChoice,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from rejection
    where installation_id = ${installationId} and resolved_at is null
      and (${stage}::text is null or stage = ${stage})
      and (${idArray(ids)}::text[] is null or subject_id = any(${idArray(ids)}::text[]))`.execute(
    db,
  )
  return rows[0]?.n ?? 0
}

/**
 * Makes rejected records due again now, also those held for having been written too often. Each stays open
 * until it passes.
 * @returns how many were made due, by stage
 */
export async function replayRejections(
  transaction: Db,
  installationId: string,
  { stage, ids }: RejectionChoice,
  now: Date,
): Promise<Readonly<Partial<Record<DueStage, number>>>> {
  const { rows } = await sql<{ stage: DueStage; n: number }>`
    with chosen as (
      select stage, subject_kind, subject_id from rejection
      where installation_id = ${installationId} and resolved_at is null
        and (${stage}::text is null or stage = ${stage})
        and (${idArray(ids)}::text[] is null or subject_id = any(${idArray(ids)}::text[]))),
    freed as (
      update written w set held_until = null, recent_writes = '{}' from chosen c
      where c.stage = 'write_back' and w.installation_id = ${installationId}
        and w.subject_kind = c.subject_kind and w.subject_id = c.subject_id),
    marked as (
      insert into due (installation_id, stage, subject_kind, subject_id, due_at)
      select ${installationId}, stage, subject_kind, subject_id, ${now}::timestamptz from chosen
      order by 2, 3, 4
      on conflict (installation_id, stage, subject_kind, subject_id) do update set
        due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1, attempts = 0
      returning stage)
    select stage, count(*)::int as n from marked group by 1 order by 1`.execute(transaction)
  return Object.fromEntries(rows.map((row) => [row.stage, row.n]))
}

function idArray(ids: readonly string[] | null): string[] | null {
  return ids && [...ids]
}
