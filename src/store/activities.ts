import { sql } from 'kysely'
import type { ActivityRecord } from '../leads/records.ts'
import { type Db, jsonRows } from './database.ts'

/**
 * Stores activities; the same source id and person is the same activity. One that its source had taken back lives
 * again when it is read again; one that was taken for a scanner's only when it has changed, to be judged anew.
 * @returns ids of people who gained an activity or for whom one changed
 */
export async function upsertActivities(
  db: Db,
  installationId: string,
  records: readonly ActivityRecord[],
  knownAt: Date,
): Promise<readonly string[]> {
  if (records.length === 0) return []
  const rows = new Map(records.map((record) => [`${record.personId} ${record.sourceId}`, record]))
  const { rows: changed } = await sql<{ person_id: string }>`
    insert into activity as a (installation_id, person_id, source_id, type, occurred_at, known_at, attributes)
    select ${installationId}, r."personId", r."sourceId", r.type, r."occurredAt", ${knownAt}, r.attributes
    from jsonb_to_recordset(${jsonRows([...rows.values()])}::jsonb)
      as r("personId" text, "sourceId" text, type text, "occurredAt" timestamptz, attributes jsonb)
    order by r."personId", r."sourceId"
    on conflict (installation_id, person_id, source_id) do update set
      type = excluded.type, occurred_at = excluded.occurred_at, attributes = excluded.attributes,
      known_at = excluded.known_at, retracted_at = null, retracted_by = null
    where (a.type, a.occurred_at, a.attributes) is distinct from
        (excluded.type, excluded.occurred_at, excluded.attributes)
      or (a.retracted_at is not null and a.retracted_by is null)
    returning person_id`.execute(db)
  return [...new Set(changed.map((row) => row.person_id))]
}

/**
 * Retracts activities whose source record is gone; from then on it is the source that has retracted them.
 * @returns the people who lost one that counted
 */
export async function retractActivities(
  db: Db,
  installationId: string,
  removed: readonly { id: string; at: Date }[],
): Promise<readonly string[]> {
  if (removed.length === 0) return []
  const { rows } = await sql<{ person_id: string; counted: boolean }>`
    update activity a set retracted_at = coalesce(a.retracted_at, r.at), retracted_by = null
    from jsonb_to_recordset(${jsonRows(removed)}::jsonb) as r(id text, at timestamptz)
    where a.installation_id = ${installationId} and a.source_id = r.id
      and (a.retracted_at is null or a.retracted_by is not null)
    returning a.person_id, old.retracted_at is null as counted`.execute(db)
  return [...new Set(rows.filter(({ counted }) => counted).map((row) => row.person_id))]
}

/**
 * Retracts activities from everybody whom their source does not name any more.
 * @param named the people of each; all of them
 * @returns the people who lost one that counted
 */
export async function retractFromOthers(
  db: Db,
  installationId: string,
  whole: readonly { sourceId: string; at: Date }[],
  named: readonly ActivityRecord[],
): Promise<readonly string[]> {
  if (whole.length === 0) return []
  const kept = named.map(({ sourceId, personId }) => ({ sourceId, personId }))
  const { rows } = await sql<{ person_id: string }>`
    update activity a set retracted_at = r.at
    from jsonb_to_recordset(${jsonRows(whole)}::jsonb) as r("sourceId" text, at timestamptz)
    where a.installation_id = ${installationId} and a.source_id = r."sourceId"
      and a.retracted_at is null
      and not exists (select from jsonb_to_recordset(${jsonRows(kept)}::jsonb)
        as k("sourceId" text, "personId" text)
        where k."sourceId" = a.source_id and k."personId" = a.person_id)
    returning a.person_id`.execute(db)
  return [...new Set(rows.map((row) => row.person_id))]
}

/**
 * Gives merged people's activities to the people they became. One that the winner already has is the same
 * activity, read again under its new owner: the loser's copy goes.
 */
export async function moveActivities(
  transaction: Db,
  installationId: string,
  merges: readonly { loser: string; winner: string }[],
): Promise<void> {
  if (merges.length === 0) return
  const rows = jsonRows(merges)
  await sql`
    insert into activity (installation_id, person_id, source_id, type, occurred_at, known_at, attributes,
      retracted_at, retracted_by)
    -- Several losers of one winner may share an activity, such as a meeting of them all: one of the copies goes over.
    select distinct on (r.winner, l.source_id) l.installation_id, r.winner, l.source_id, l.type, l.occurred_at,
      l.known_at, l.attributes, l.retracted_at, l.retracted_by
    from jsonb_to_recordset(${rows}::jsonb) as r(loser text, winner text)
    join activity l on l.installation_id = ${installationId} and l.person_id = r.loser
    order by r.winner, l.source_id, l.retracted_at desc nulls first, l.person_id
    -- The winner may get it from a page that is being stored at the same time.
    on conflict do nothing`.execute(transaction)
  await sql`
    delete from activity a using jsonb_to_recordset(${rows}::jsonb) as r(loser text)
    where a.installation_id = ${installationId} and a.person_id = r.loser`.execute(transaction)
}
