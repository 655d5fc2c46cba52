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
  /** The record came into the CRM after Plumbline did. */
  readonly isNewcomer: boolean
  readonly asOf: Date
  /** Fields that are left as somebody in the CRM set them. */
  readonly respected: readonly string[]
  /** What the last acknowledged write replaced. */
  readonly replaced: Values
  /** Acknowledged writes since the moment asked for. */
  readonly recentWrites: number
  /** The oldest of those. */
  readonly firstRecent: Date | null
  /** Written too often: not before this time. */
  readonly heldUntil: Date | null
  /** When it is to be written once more, acknowledged or not: `writeAgain`. */
  readonly againAt: Date | null
}

/** Where the wanted values of a kind are, whose they are, and where the record itself is; a closed set. */
export const WANTED = {
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
  recentSince: Date,
): Promise<readonly Pending[]> {
  const { scores, key, records } = WANTED[kind]
  const { rows } = await sql<Pending>`
    select r.id, s.written_values as wanted, w.written_values as written, s.as_of as "asOf",
      r.source_created_at > i.created_at as "isNewcomer",
      coalesce(o.fields, '{}') as respected, w.held_until as "heldUntil",
      (select count(*)::int from unnest(w.recent_writes) as at where at > ${recentSince})
        as "recentWrites",
      (select min(at) from unnest(w.recent_writes) as at where at > ${recentSince}) as "firstRecent",
      coalesce(w.replaced_values, '{}') as replaced, w.again_at as "againAt"
    from ${scores} s
    join installation i on i.id = s.installation_id
    join ${records} r on r.installation_id = s.installation_id and r.id = s.${key}
      and r.deleted_at is null and r.merged_into is null
    left join written w on w.installation_id = s.installation_id and w.subject_kind = ${kind}
      and w.subject_id = r.id
    left join lateral (
      select array_agg(field) as fields from field_overwrite
      where installation_id = s.installation_id and subject_kind = ${kind} and subject_id = r.id
        and settled_at is null and i.settings->>'overwrites' = 'respect') o on true
    where s.installation_id = ${installationId} and s.${key} = any(${[...ids]})`.execute(db)
  return rows
}

/**
 * Notes what is about to be sent over values of ours, so that it is known for ours even when its answer never
 * comes. Where nothing of ours stands yet there is nothing to mistake.
 */
export async function noteSending(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  rows: readonly { id: string; values: Values }[],
  sentAt: Date,
): Promise<void> {
  await sql`
    update written w set sent_values = r.values, sent_at = ${sentAt}
    from jsonb_to_recordset(${jsonRows(rows)}::jsonb) as r(id text, values jsonb)
    where w.installation_id = ${installationId} and w.subject_kind = ${kind}
      and w.subject_id = r.id`.execute(db)
}

/** When a write was sent and acknowledged, and from when on writes count as recent. */
export interface WriteTimes {
  readonly sentAt: Date
  readonly writtenAt: Date
  readonly recentSince: Date
}

/** Remembers what the CRM acknowledged, and what it replaced. */
export async function saveWritten(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  rows: readonly { id: string; values: Values }[],
  { sentAt, writtenAt, recentSince }: WriteTimes,
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into written as w (installation_id, subject_kind, subject_id, written_values, written_at, sent_at,
      recent_writes)
    select ${installationId}, ${kind}, r.id, r.values, ${writtenAt}, ${sentAt}, array[${writtenAt}::timestamptz]
    from jsonb_to_recordset(${jsonRows(rows)}::jsonb) as r(id text, values jsonb) order by r.id
    on conflict (installation_id, subject_kind, subject_id) do update set
      written_values = w.written_values || excluded.written_values,
      written_at = excluded.written_at, sent_at = excluded.sent_at, sent_values = null, held_until = null,
      again_at = case when w.again_at > ${sentAt} then w.again_at end,
      replaced_values = (select coalesce(jsonb_object_agg(key, value), '{}')
        from jsonb_each(w.written_values) where excluded.written_values ? key),
      recent_writes = array(select at from unnest(w.recent_writes) as at where at > ${recentSince} order by 1)
        -- Written once more counts as one writing with the one before.
        || case when w.again_at <= ${sentAt} then '{}' else excluded.recent_writes end`.execute(db)
}

/**
 * What stands there then is written once more at `at`, all of it. The caller makes the records due.
 * @returns those of them into which something has been written at all
 */
export async function writeAgain(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
  at: Date,
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    update written set again_at = ${at}
    where installation_id = ${installationId} and subject_kind = ${kind}
      and subject_id = any(${[...ids]})
    returning subject_id as id`.execute(db)
  return rows.map(({ id }) => id)
}

/** Nothing is written into these records before their times. */
export async function holdWrites(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  held: readonly { id: string; until: Date }[],
): Promise<void> {
  if (held.length === 0) return
  await sql`
    update written w set held_until = r.until
    from jsonb_to_recordset(${jsonRows(held)}::jsonb) as r(id text, until timestamptz)
    where w.installation_id = ${installationId} and w.subject_kind = ${kind}
      and w.subject_id = r.id`.execute(db)
}

/** Forgets that these fields were written: the next writing of their records puts them there again. */
export async function forgetWritten(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  fields: readonly { id: string; field: string }[],
): Promise<void> {
  if (fields.length === 0) return
  await sql`
    update written w set written_values = w.written_values - r.fields
    from (select id, array_agg(field) as fields
      from jsonb_to_recordset(${jsonRows(fields)}::jsonb) as r(id text, field text) group by id) r
    where w.installation_id = ${installationId} and w.subject_kind = ${kind}
      and w.subject_id = r.id`.execute(db)
}
