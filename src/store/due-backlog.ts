import { sql } from 'kysely'
import type { Db } from './database.ts'
import { DUE_STAGES, type DueStage } from './due.ts'

/** Work of a stage of an installation that nobody has taken yet. */
export interface Waiting {
  readonly installationId: string
  readonly stage: DueStage
  /** It was to be done long ago, and nobody works on what has waited longest: wake-ups do not get through. */
  readonly isUnheard: boolean
}

/** Longer than leases, and than locks with the look for those of killed workers. */
const UNHEARD_MS = 15_000
/** Who works takes the longest waiting first: more than a batch, so that rows somebody holds are among them. */
const FIRST_ROWS = 1_000

/**
 * Work that waits for somebody: which stage of which active installation has rows due now. Erasing does not wait
 * for the installation to be active.
 */
export async function waiting(db: Db, now: Date): Promise<readonly Waiting[]> {
  const longAgo = new Date(now.getTime() - UNHEARD_MS)
  const { rows } = await sql<Waiting>`
    select i.id as "installationId", s.stage, coalesce((
      select min(f.due_at) <= ${longAgo} and not bool_or(coalesce(f.lease_until >= ${now}, false))
      from (select d.due_at, d.lease_until from due d where d.installation_id = i.id and d.stage = s.stage
        and d.due_at <= ${now} order by d.due_at limit ${FIRST_ROWS}) f), false) as "isUnheard"
    from installation i cross join unnest(${[...DUE_STAGES]}::text[]) as s(stage)
    where (i.status = 'active' or s.stage = 'erase') and exists (
      select from due d where d.installation_id = i.id and d.stage = s.stage and d.due_at <= ${now}
        and (d.lease_until is null or d.lease_until < ${now}))`.execute(db)
  return rows
}

/**
 * How many rows of each stage are due at `now` (held ones included), for one installation. Listening never ends, so
 * that it is no work that waits: 0.
 */
export async function backlog(
  db: Db,
  installationId: string,
  now: Date,
): Promise<Readonly<Record<DueStage, number>>> {
  const { rows } = await sql<{ stage: DueStage; n: number }>`
    select stage, count(*)::int as n from due
    where installation_id = ${installationId} and due_at <= ${now} and stage <> 'listen'
    group by stage`.execute(db)
  const counts = {
    sync: 0,
    fetch: 0,
    enrich: 0,
    score: 0,
    write_back: 0,
    task: 0,
    route: 0,
    listen: 0,
    erase: 0,
  }
  for (const { stage, n } of rows) counts[stage] = n
  return counts
}
