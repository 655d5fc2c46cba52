import { sql } from 'kysely'
import { type Db, inTransaction } from './database.ts'

export type RunKind = 'full' | 'delta'

/** One reading of the CRM, from its first page to its last. */
export interface SyncRun {
  readonly id: string
  readonly kind: RunKind
  /** Start of the window of changes; null for a full read. */
  readonly since: Date | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

/** Where one stream of a run stands. */
export interface StreamCursor {
  readonly stream: string
  readonly phase: number
  readonly position: Readonly<Record<string, string | number>> | null
  readonly done: boolean
  readonly pages: number
  readonly records: number
}

const RUN = sql.raw('id, kind, since, started_at as "startedAt", finished_at as "finishedAt"')

/** The run that is under way; null when none is. */
export async function runningSync(db: Db, installationId: string): Promise<SyncRun | null> {
  const { rows } = await sql<SyncRun>`
    select ${RUN} from sync_run where installation_id = ${installationId} and status = 'running'`.execute(
    db,
  )
  return rows[0] ?? null
}

/** The last run that was completed; null before the first. */
export async function lastFinishedSync(db: Db, installationId: string): Promise<SyncRun | null> {
  const { rows } = await sql<SyncRun>`
    select ${RUN} from sync_run where installation_id = ${installationId} and status = 'done'
    order by started_at desc limit 1`.execute(db)
  return rows[0] ?? null
}

/** Starts a run with a cursor per stream. An installation has at most one run under way. */
export function startRun(
  db: Db,
  installationId: string,
  run: { kind: RunKind; since: Date | null; startedAt: Date },
  phases: readonly (readonly string[])[],
): Promise<SyncRun> {
  const streams = phases.flatMap((names, phase) => names.map((stream) => ({ stream, phase })))
  return inTransaction(db, async (transaction) => {
    const { rows } = await sql<SyncRun>`
      insert into sync_run (installation_id, kind, status, since, started_at)
      values (${installationId}, ${run.kind}, 'running', ${run.since}, ${run.startedAt})
      returning ${RUN}`.execute(transaction)
    const [started] = rows
    if (!started) throw new Error('the new sync_run was not returned')
    await sql`
      insert into sync_cursor (run_id, installation_id, stream, phase)
      select ${started.id}, ${installationId}, r.stream, r.phase
      from jsonb_to_recordset(${JSON.stringify(streams)}::jsonb) as r(stream text, phase int)`.execute(
      transaction,
    )
    return started
  })
}

/** The cursors of a run in the order of their phases. */
export async function readCursors(db: Db, runId: string): Promise<readonly StreamCursor[]> {
  const { rows } = await sql<StreamCursor>`
    select stream, phase, position, done, pages, records from sync_cursor
    where run_id = ${runId} order by phase, stream`.execute(db)
  return rows
}

/**
 * Moves a cursor past one page; belongs into the transaction that stores the page's rows.
 * @returns false when the cursor stands elsewhere by now: somebody else has stored this page, so roll back
 */
export async function advanceCursor(
  transaction: Db,
  runId: string,
  cursor: StreamCursor,
  page: { next: StreamCursor['position']; records: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update sync_cursor set position = ${page.next && JSON.stringify(page.next)}::jsonb,
      done = ${page.next === null}, pages = pages + 1, records = records + ${page.records}
    where run_id = ${runId} and stream = ${cursor.stream} and not done and pages = ${cursor.pages}`.execute(
    transaction,
  )
  return numAffectedRows === 1n
}

/** Marks a run as complete. */
export async function finishRun(db: Db, runId: string, finishedAt: Date): Promise<void> {
  await sql`update sync_run set status = 'done', finished_at = ${finishedAt} where id = ${runId}`.execute(
    db,
  )
}

/** How far the newest run has come, for progress displays; null before the first. */
export async function newestRun(
  db: Db,
  installationId: string,
): Promise<{ run: SyncRun; cursors: readonly StreamCursor[] } | null> {
  const { rows } = await sql<SyncRun>`
    select ${RUN} from sync_run where installation_id = ${installationId}
    order by started_at desc limit 1`.execute(db)
  const [run] = rows
  return run ? { run, cursors: await readCursors(db, run.id) } : null
}
