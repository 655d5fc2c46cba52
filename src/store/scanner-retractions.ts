import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { ActivityAttributes } from '../leads/records.ts'
import { PIPELINE_ACTOR } from './audit.ts'
import { type Db, jsonRows } from './database.ts'

export const RETRACTED = 'activity.retracted'
const REINSTATED = 'activity.reinstated'

/** An activity with the person it belongs to. `at` in ms since the epoch. */
export interface PersonsActivity {
  readonly personId: string
  readonly id: string
  readonly type: string
  readonly at: number
  readonly attributes: ActivityAttributes
}

/** What scanners' rules have retracted of these people: the evidence against later clicks of the same scanner. */
export async function retractedByScanner(
  db: Db,
  installationId: string,
  personIds: readonly string[],
): Promise<readonly PersonsActivity[]> {
  if (personIds.length === 0) return []
  const { rows } = await sql<PersonsActivity>`
    select person_id as "personId", source_id as id, type, attributes,
      (extract(epoch from occurred_at) * 1000)::float8 as at
    from activity
    where installation_id = ${installationId} and person_id = any(${[...personIds]})
      and retracted_by is not null`.execute(db)
  return rows
}

/** An activity that a rule takes for a scanner's, with the reason. */
export type ScannerActivity = PersonsActivity & { readonly reason: string }

/**
 * Retracts activities, as far as they are still what was judged.
 * @returns what was retracted now
 */
export async function retractByScanner(
  transaction: Db,
  installationId: string,
  activities: readonly ScannerActivity[],
  version: string,
  at: Date,
): Promise<readonly { personId: string; id: string }[]> {
  if (activities.length === 0) return []
  const found = activities.map((each) => ({ ...each, at: new Date(each.at) }))
  const { rows } = await sql<{ personId: string; id: string }>`
    update activity a set retracted_at = ${at}, retracted_by = concat('scanner:', ${version}::text, ':', r.reason)
    from jsonb_to_recordset(${jsonRows(found)}::jsonb)
      as r("personId" text, id text, type text, at timestamptz, attributes jsonb, reason text)
    where a.installation_id = ${installationId} and a.person_id = r."personId" and a.source_id = r.id
      and a.retracted_at is null
      and (a.type, a.occurred_at, a.attributes) = (r.type, r.at, r.attributes)
    returning a.person_id as "personId", a.source_id as id`.execute(transaction)
  return rows
}

/** Lets the rest of the transaction take as long as it needs: all activities of all installations are read. */
export async function takeTime(transaction: Db): Promise<void> {
  await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
}

/** Brings back what other versions of the rule retracted, in every installation, and makes its people due for score. */
export async function reinstateOutdated(db: Db, version: string, now: Date): Promise<void> {
  await sql`
    with outdated as (
      update activity a set retracted_at = null, retracted_by = null
      where a.retracted_by is not null and not starts_with(a.retracted_by, concat('scanner:', ${version}::text, ':'))
      returning a.installation_id, a.person_id, a.source_id, old.retracted_by),
    audited as (
      insert into audit_log (installation_id, at, actor, action, subject_kind, subject_id, details)
      select installation_id, ${now}, ${PIPELINE_ACTOR}, ${REINSTATED}, 'person', person_id,
        jsonb_build_object('rule', ${version}::text, 'activities',
          jsonb_agg(jsonb_build_object('id', source_id, 'retractedBy', retracted_by) order by source_id))
      from outdated group by installation_id, person_id)
    insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select distinct installation_id, 'score', 'person', person_id, ${now}::timestamptz from outdated order by 1, 4
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1`.execute(db)
}

/**
 * Notes that this version of a rule is the one in force.
 * @returns whether another one, or none, was until now
 */
export async function applyRule(
  transaction: Db,
  name: string,
  version: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    insert into applied_rule as r (name, version, applied_at) values (${name}, ${version}, ${now})
    on conflict (name) do update set version = excluded.version, applied_at = excluded.applied_at
    where r.version <> excluded.version returning 1`.execute(transaction)
  return rows.length > 0
}

/** Makes everybody due for score who has an e-mail event with one of these attributes. */
export async function markMailReaders(
  db: Db,
  evidence: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select distinct installation_id, 'score', 'person', person_id, ${now}::timestamptz from activity
    where type in ('email_click', 'email_open') and attributes ?| ${[...evidence]}::text[]
    order by 1, 4
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1`.execute(db)
}

/** One batch of retractions of one person, as the audit log has it. */
export interface RecordedRetraction {
  readonly at: Date
  readonly crm: string
  readonly accountId: string
  readonly personId: string
  /** Null for somebody who is not in the mirror any more. */
  readonly facts: FactMap | null
  readonly details: unknown
}

/** The newest retractions of active installations first. */
export async function recordedRetractions(
  db: Db,
  limit: number,
): Promise<readonly RecordedRetraction[]> {
  const { rows } = await sql<RecordedRetraction>`
    select l.at, i.crm, i.account_id as "accountId", l.subject_id as "personId", p.facts, l.details
    from installation i
    join lateral (select * from audit_log where installation_id = i.id and action = ${RETRACTED}
      order by at desc, id desc limit ${limit}) l on true
    left join person p on p.installation_id = i.id and p.id = l.subject_id
    where i.status = 'active'
    order by l.at desc, l.id desc limit ${limit}`.execute(db)
  return rows
}
