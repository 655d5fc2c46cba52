import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'

/** Somebody whose owner should hear of them. */
export interface TaskCandidate {
  readonly personId: string
  readonly tier: string
  readonly score: number
  /** As they are written into the CRM. */
  readonly reasons: string
}

/** The live ones among these people who are in one of the tiers, the best scores first. */
export async function taskCandidates(
  db: Db,
  installationId: string,
  personIds: readonly string[],
  tiers: readonly string[],
): Promise<readonly TaskCandidate[]> {
  const { rows } = await sql<TaskCandidate>`
    select s.person_id as "personId", s.tier, s.score::float8 as score,
      coalesce(s.written_values->>'plumbline_reasons', '') as reasons
    from score s
    join person p on p.installation_id = s.installation_id and p.id = s.person_id
      and p.deleted_at is null and p.merged_into is null
    where s.installation_id = ${installationId} and s.person_id = any(${[...personIds]})
      and s.tier = any(${[...tiers]})
    order by s.score desc, s.person_id`.execute(db)
  return rows
}

/** A task that is about to be created. */
export interface Reservation {
  readonly personId: string
  readonly tier: string
  readonly ownerId: string
  readonly key: string
}

/** What was reserved for these people since a moment. */
export interface Reserved extends Reservation {
  readonly isCreated: boolean
}

export async function reservedFor(
  db: Db,
  installationId: string,
  personIds: readonly string[],
  since: Date,
): Promise<readonly Reserved[]> {
  const { rows } = await sql<Reserved>`
    select person_id as "personId", tier, owner_id as "ownerId", key, created_at is not null as "isCreated"
    from task
    where installation_id = ${installationId} and person_id = any(${[...personIds]})
      and reserved_at >= ${since}`.execute(db)
  return rows
}

/** How many tasks each owner was given since a moment. */
export async function tasksByOwner(
  db: Db,
  installationId: string,
  since: Date,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ ownerId: string; n: number }>`
    select owner_id as "ownerId", count(*)::int as n from task
    where installation_id = ${installationId} and reserved_at >= ${since} group by owner_id`.execute(
    db,
  )
  return new Map(rows.map(({ ownerId, n }) => [ownerId, n]))
}

export async function reserveTasks(
  db: Db,
  installationId: string,
  reservations: readonly Reservation[],
  now: Date,
): Promise<void> {
  if (reservations.length === 0) return
  await sql`
    insert into task (installation_id, person_id, tier, owner_id, key, reserved_at)
    select ${installationId}, r."personId", r.tier, r."ownerId", r.key, ${now}
    from jsonb_to_recordset(${jsonRows(reservations)}::jsonb)
      as r("personId" text, tier text, "ownerId" text, key text)
    on conflict do nothing`.execute(db)
}

/** Notes that the CRM has the tasks of these keys. */
export async function confirmTasks(
  db: Db,
  installationId: string,
  keys: readonly string[],
  now: Date,
): Promise<void> {
  if (keys.length === 0) return
  await sql`
    update task set created_at = ${now}
    where installation_id = ${installationId} and key = any(${[...keys]}) and created_at is null`.execute(
    db,
  )
}

/** The day it is in a time zone: when it began, and seven in the morning of the next one. */
export async function dayOf(
  db: Db,
  timeZone: string,
  now: Date,
): Promise<{ readonly began: Date; readonly nextMorning: Date }> {
  const { rows } = await sql<{ began: Date; nextMorning: Date }>`
    select date_trunc('day', n.local) at time zone ${timeZone} as began,
      (date_trunc('day', n.local) + interval '1 day 7 hours') at time zone ${timeZone} as "nextMorning"
    from (select ${now}::timestamptz at time zone ${timeZone} as local) n`.execute(db)
  const [day] = rows
  if (!day) throw new Error('a select without a condition returns one row')
  return day
}
