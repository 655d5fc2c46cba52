import { sql } from 'kysely'
import type { Db } from './database.ts'
import { DUE_STAGES, type DueStage } from './due.ts'

/**
 * Work that waits for somebody: which stage of which active installation has rows due now. Erasing does not wait
 * for the installation to be active.
 */
export async function waiting(
  db: Db,
  now: Date,
): Promise<readonly { installationId: string; stage: DueStage }[]> {
  const { rows } = await sql<{ installationId: string; stage: DueStage }>`
    select i.id as "installationId", s.stage
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
