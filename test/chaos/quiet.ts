import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'
import type { DueStage } from '../../src/store/due.ts'

/** From a change in the CRM to its effect there; schedules, listening, tasks and routing are apart. */
const STAGES: readonly DueStage[] = ['fetch', 'enrich', 'score', 'write_back']
/**
 * The longest pause after a failure, and a little more. What is due later waits for the passing of time alone: a decay
 * that shows tonight.
 */
const HORIZON = '20 minutes'
const PATIENCE_MS = 600_000
const LOOK_EVERY_MS = 200

/** Names one row of what is due. */
export type Work = string

/**
 * What is still to be done, whether it is due, held by somebody or waits for its next try. Not who has been written too
 * often and rests by design, nor, unless asked for, what has been written and is written once more because it was taken
 * over.
 */
export async function outstanding(
  db: Db,
  { again }: { again: boolean } = { again: false },
): Promise<ReadonlySet<Work>> {
  const { rows } = await sql<{ work: Work }>`
    select concat_ws(' ', d.installation_id, d.stage, d.subject_kind, d.subject_id) as work
    from due d
    left join written w on d.stage = 'write_back' and w.installation_id = d.installation_id
      and w.subject_kind = d.subject_kind and w.subject_id = d.subject_id
      and (w.held_until > now() or (not ${again} and w.again_at = d.due_at and d.due_at > now()))
    where d.stage = any(${[...STAGES]}) and d.due_at < now() + ${HORIZON}::interval
      and w.subject_id is null`.execute(db)
  return new Set(rows.map(({ work }) => work))
}

/** What should have come to rest has not, after all patience. */
export class NotQuiet extends Error {
  override readonly name = 'NotQuiet'
}

/** @throws NotQuiet */
export async function untilWorkedOff(db: Db, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const left = await outstanding(db, { again: true })
    if (left.size === 0) return
    if (performance.now() > deadline) {
      const some = [...left].slice(0, 5).join('; ')
      throw new NotQuiet(`not worked off after ${patienceMs / 1_000} s: ${some}`)
    }
    await sleep(LOOK_EVERY_MS)
  }
}

/** As if the five minutes between two readings of the journals had passed; waits for the end of one. @throws NotQuiet */
export async function readJournals(db: Db, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs
  const { rows: asked } = await sql<{ at: Date }>`
    update journal_position set next_poll_at = now(), failures = 0 returning now() as at`.execute(
    db,
  )
  for (;;) {
    const { rows } = await sql`
      -- A turn under way lasts for two minutes, and the next one is five minutes after its end.
      select from journal_position where polled_at is null or polled_at < ${asked[0]?.at ?? null}
        or failures > 0 or next_poll_at < now() + interval '3 minutes'`.execute(db)
    if (rows.length === 0) return
    if (performance.now() > deadline) {
      throw new NotQuiet(`no journal was read to its end in ${patienceMs / 1_000} s`)
    }
    await sleep(LOOK_EVERY_MS)
  }
}

/** Waits for the end of a full reading that began at `since` or later. @throws NotQuiet */
export async function untilRead(
  db: Db,
  installationId: string,
  since: Date,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { rows } = await sql`
      select from sync_run where installation_id = ${installationId} and kind = 'full'
        and status = 'done' and started_at >= ${since}`.execute(db)
    if (rows.length > 0) return
    if (performance.now() > deadline) {
      throw new NotQuiet(`no full reading has ended in ${patienceMs / 1_000} s`)
    }
    await sleep(LOOK_EVERY_MS)
  }
}
