import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'
import type { DueStage } from '../../src/store/due.ts'
import { until } from './until.ts'

/** From a change in the CRM to its effect there; schedules, listening, tasks and routing are apart. */
const STAGES: readonly DueStage[] = ['fetch', 'enrich', 'score', 'write_back']
/** What follows from a tier that was written. */
const FOLLOWING: readonly DueStage[] = ['task', 'route']
/**
 * The longest pause after a failure, and a little more. What is due later waits for the passing of time alone: a decay
 * that shows tonight.
 */
const HORIZON = '20 minutes'
const PATIENCE_MS = 600_000

/** Names one row of what is due. */
export type Work = string

/**
 * What is still to be done, whether it is due, held by somebody or waits for its next try. Not who has been written too
 * often and rests by design. Only where all of it is asked for: what follows from tiers, and what has been written and is
 * written once more because it was taken over.
 */
export async function outstanding(
  db: Db,
  { all }: { all: boolean } = { all: false },
): Promise<ReadonlySet<Work>> {
  const { rows } = await sql<{ work: Work }>`
    select concat_ws(' ', d.installation_id, d.stage, d.subject_kind, d.subject_id) as work
    from due d
    left join written w on d.stage = 'write_back' and w.installation_id = d.installation_id
      and w.subject_kind = d.subject_kind and w.subject_id = d.subject_id
      and (w.held_until > now() or (not ${all} and w.again_at = d.due_at and d.due_at > now()))
    where d.stage = any(${[...STAGES, ...(all ? FOLLOWING : [])]}) and d.due_at < now() + ${HORIZON}::interval
      and w.subject_id is null`.execute(db)
  return new Set(rows.map(({ work }) => work))
}

/** @throws NotQuiet */
export function untilWorkedOff(db: Db, patienceMs = PATIENCE_MS): Promise<void> {
  return until(patienceMs, async () => {
    const left = await outstanding(db, { all: true })
    return left.size === 0 ? null : `not worked off: ${[...left].slice(0, 5).join('; ')}`
  })
}

/** As if the five minutes between two readings of the journals had passed; waits for the end of one. @throws NotQuiet */
export async function readJournals(db: Db, patienceMs = PATIENCE_MS): Promise<void> {
  const { rows: asked } = await sql<{ at: Date }>`
    update journal_position set next_poll_at = now(), failures = 0 returning now() as at`.execute(
    db,
  )
  await until(patienceMs, async () => {
    const { rows } = await sql`
      -- A turn under way lasts for two minutes, and the next one is five minutes after its end.
      select from journal_position where polled_at is null or polled_at < ${asked[0]?.at ?? null}
        or failures > 0 or next_poll_at < now() + interval '3 minutes'`.execute(db)
    return rows.length === 0 ? null : 'no journal was read to its end'
  })
}

/**
 * Listens at once, and waits until nobody has anything to tell: a stream that was cut may tell all of it again.
 * @throws NotQuiet
 */
export async function untilHeard(db: Db, patienceMs = PATIENCE_MS): Promise<void> {
  await sql`update due set due_at = now() where stage = 'listen'`.execute(db)
  await until(patienceMs, async () => {
    const { rows } = await sql`
      select from due where stage = 'listen' and (due_at <= now() or lease_until > now())`.execute(
      db,
    )
    return rows.length === 0 ? null : 'events are still told'
  })
}

/** Waits until hardly anybody is without a score: people go on changing meanwhile. @throws NotQuiet */
export async function untilScored(
  db: Db,
  installationId: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  await until(patienceMs, async () => {
    const { rows } = await sql<{ isScored: boolean }>`
      select count(s.person_id) >= count(*) * 0.95 as "isScored" from person p
      left join score s on s.installation_id = p.installation_id and s.person_id = p.id
      where p.installation_id = ${installationId} and p.deleted_at is null
        and p.merged_into is null`.execute(db)
    return rows[0]?.isScored ? null : 'not everybody is scored'
  })
}

/** Waits for the end of a full reading that began at `since` or later. @throws NotQuiet */
export async function untilRead(
  db: Db,
  installationId: string,
  since: Date,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  await until(patienceMs, async () => {
    const { rows } = await sql`
      select from sync_run where installation_id = ${installationId} and kind = 'full'
        and status = 'done' and started_at >= ${since}`.execute(db)
    return rows.length > 0 ? null : 'no full reading has ended'
  })
}
