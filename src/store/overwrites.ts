import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'
import { WANTED } from './written.ts'

type Values = Readonly<Record<string, string>>

/** What is known of the fields of one record that carries ours, or that the CRM refused. */
export interface OurRecord {
  readonly id: string
  /** What the CRM acknowledged; null when nothing. */
  readonly written: Values | null
  /** What was sent and is not acknowledged. */
  readonly sent: Values | null
  /** What stood there before the latest write. */
  readonly replaced: Values | null
  readonly sentAt: Date | null
  readonly writtenAt: Date | null
  /** What should stand there. */
  readonly wanted: Values | null
  /** Fields somebody changed that are not ours again yet. */
  readonly open: Readonly<Record<string, { readonly ours: string; readonly theirs: string }>>
  /** When writing the record was refused; null when it was not. */
  readonly refusedAt: Date | null
  /** It is written once more soon, whatever stands there. */
  readonly isAgain: boolean
}

/** Those of the records that carry values of ours or were refused. */
export async function ourRecords(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly OurRecord[]> {
  const { scores, key } = WANTED[kind]
  const { rows } = await sql<OurRecord>`
    select r.id, w.written_values as written, w.sent_values as sent, w.replaced_values as replaced,
      w.sent_at as "sentAt", w.written_at as "writtenAt", s.written_values as wanted,
      coalesce(o.open, '{}') as open, x.rejected_at as "refusedAt",
      w.again_at is not null as "isAgain"
    from unnest(${[...ids]}::text[]) as r(id)
    left join written w on w.installation_id = ${installationId} and w.subject_kind = ${kind}
      and w.subject_id = r.id
    left join ${scores} s on s.installation_id = ${installationId} and s.${key} = r.id
    left join lateral (
      select jsonb_object_agg(field, jsonb_build_object('ours', ours, 'theirs', theirs)) as open
      from field_overwrite where installation_id = ${installationId} and subject_kind = ${kind}
        and subject_id = r.id and settled_at is null) o on true
    left join lateral (
      select rejected_at from rejection where installation_id = ${installationId}
        and stage = 'write_back' and subject_kind = ${kind} and subject_id = r.id
        and resolved_at is null limit 1) x on true
    where w.subject_id is not null or x.rejected_at is not null`.execute(db)
  return rows
}

/** Until the end of the transaction nobody acknowledges a write into these records. */
export async function lockWritten(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<void> {
  await sql`
    select from written where installation_id = ${installationId} and subject_kind = ${kind}
      and subject_id = any(${[...ids]})
    -- The order in which everybody locks these rows.
    order by subject_id for update`.execute(transaction)
}

/** One field of ours that somebody changed. */
export interface Overwrite {
  readonly id: string
  readonly field: string
  readonly ours: string
  readonly theirs: string
}

/**
 * Files what somebody changed, one row per field.
 * @returns the records, with how often their most disputed field was changed, never more than `restSince` apart
 */
export async function fileOverwrites(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  overwrites: readonly Overwrite[],
  { seenAt, restSince }: { seenAt: Date; restSince: Date },
): Promise<readonly { id: string; times: number }[]> {
  if (overwrites.length === 0) return []
  const { rows } = await sql<{ id: string; times: number }>`
    with filed as (
      insert into field_overwrite as o (installation_id, subject_kind, subject_id, field, ours, theirs, seen_at)
      select ${installationId}, ${kind}, r.id, r.field, r.ours, r.theirs, ${seenAt}
      from jsonb_to_recordset(${jsonRows(overwrites)}::jsonb)
        as r(id text, field text, ours text, theirs text) order by r.id, r.field
      on conflict (installation_id, subject_kind, subject_id, field) do update set
        ours = excluded.ours, theirs = excluded.theirs, seen_at = excluded.seen_at, settled_at = null,
        times = case when o.seen_at > ${restSince} then o.times + 1 else 1 end
      returning subject_id, times)
    select subject_id as id, max(times) as times from filed group by 1`.execute(db)
  return rows
}

/** These fields are ours again. */
export async function settleOverwrites(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  fields: readonly { id: string; field: string }[],
  at: Date,
): Promise<void> {
  if (fields.length === 0) return
  await sql`
    update field_overwrite o set settled_at = ${at}
    where o.installation_id = ${installationId} and o.subject_kind = ${kind}
      and o.subject_id = any(${[...new Set(fields.map(({ id }) => id))]}) and o.settled_at is null
      and (o.subject_id, o.field) in (
        select id, field from jsonb_to_recordset(${jsonRows(fields)}::jsonb) as r(id text, field text))`.execute(
    db,
  )
}

/**
 * Takes back every field that somebody changed and that is not ours again: forgets that it was written, and
 * makes its record due for writing.
 * @returns of how many records
 */
export async function restoreAll(
  transaction: Db,
  installationId: string,
  now: Date,
): Promise<number> {
  const { numAffectedRows } = await sql`
    with open as (
      select subject_kind, subject_id, array_agg(field) as fields from field_overwrite
      where installation_id = ${installationId} and settled_at is null group by 1, 2),
    forgotten as (
      update written w set written_values = w.written_values - o.fields from open o
      where w.installation_id = ${installationId} and w.subject_kind = o.subject_kind
        and w.subject_id = o.subject_id)
    insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select ${installationId}, 'write_back', subject_kind, subject_id, ${now}::timestamptz from open
    order by 3, 4
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1,
      attempts = 0`.execute(transaction)
  return Number(numAffectedRows ?? 0)
}

/** One field that somebody changed, for people to read. */
export interface FieldOverwrite {
  readonly kind: SubjectKind
  readonly id: string
  readonly field: string
  readonly ours: string
  readonly theirs: string
  readonly seenAt: Date
  readonly times: number
  /** When the record is written next; null when that is not planned. */
  readonly dueAt: Date | null
}

/** Fields that are not ours again, the latest change first; of one record where it is given. */
export async function openOverwrites(
  db: Db,
  installationId: string,
  { limit, subject }: { limit: number; subject?: { kind: SubjectKind; id: string } },
): Promise<readonly FieldOverwrite[]> {
  const { kind = null, id = null } = subject ?? {}
  const { rows } = await sql<FieldOverwrite>`
    with latest as (
      select * from field_overwrite
      where installation_id = ${installationId} and settled_at is null
        and (${kind}::text is null or (subject_kind = ${kind} and subject_id = ${id}))
      order by seen_at desc, subject_kind, subject_id, field limit ${limit})
    select o.subject_kind as kind, o.subject_id as id, o.field, o.ours, o.theirs, o.seen_at as "seenAt",
      o.times, d.due_at as "dueAt"
    from latest o
    left join lateral (select due_at from due where installation_id = o.installation_id
      and stage = 'write_back' and subject_kind = o.subject_kind and subject_id = o.subject_id) d on true
    order by o.seen_at desc, o.subject_kind, o.subject_id, o.field`.execute(db)
  return rows
}

/** How many fields are not ours again. */
export async function countOverwrites(db: Db, installationId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from field_overwrite
    where installation_id = ${installationId} and settled_at is null`.execute(db)
  return rows[0]?.n ?? 0
}
