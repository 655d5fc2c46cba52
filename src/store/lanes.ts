import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * Stages whose work of one installation several jobs may share: they ask the processor and the database only, and one
 * subject's turn does not depend on another's. The others keep the order of the CRM or its allowance.
 */
export type LaneStage = 'enrich' | 'score'

/** So many workers get something of one installation and stage. A power of two: the lane is the hash's last bits. */
export const LANES = 4

/** A subject's lane, 0 to 3, for ever; as the index `due_by_lane` has it. */
export const LANE_OF = sql`(hashtextextended(subject_id, 0) & 3)`

/** One job works this off in a few slices; calling others would cost more jobs than it saves time. */
export const MANY_ROWS = 4_000

/**
 * The lanes that have something due which nobody holds; none while fewer than `MANY_ROWS` of the stage are due, so
 * that small installations do with one job.
 */
export async function crowdedLanes(
  db: Db,
  installationId: string,
  stage: LaneStage,
  now: Date,
): Promise<readonly number[]> {
  const { rows } = await sql<{ lane: number }>`
    with due_now as materialized (
      select from due where installation_id = ${installationId} and stage = ${stage}
        and due_at <= ${now} limit ${MANY_ROWS})
    select lane from generate_series(0, ${LANES - 1}::int) as lane
    where (select count(*) from due_now) = ${MANY_ROWS} and exists (
      select from unnest(array['company', 'person']) as of_kind(kind)
      cross join lateral (
        select from due where installation_id = ${installationId} and stage = ${stage}
          and subject_kind = of_kind.kind and ${LANE_OF} = lane and due_at <= ${now}
          and (lease_until is null or lease_until < ${now}) limit 1) as found)
    order by lane`.execute(db)
  return rows.map(({ lane }) => lane)
}
