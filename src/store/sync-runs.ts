import { sql } from 'kysely'
import { type Db, inTransaction } from './database.ts'

/** `late` looks once more for changes that the CRM's search did not show in time. */
export type RunKind = 'full' | 'delta' | 'late'

/** One reading of the CRM, from its first page to its last. */
export interface SyncRun {
  readonly id: string
  readonly kind: RunKind
  /** Start of the window of changes; null for a full read. */
  readonly since: Date | null
  /** End of that window; null for a full read. */
  readonly until: Date | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

/** A run that is to begin. */
export interface NewRun extends Pick<SyncRun, 'kind' | 'since' | 'startedAt'> {
  /** As `SyncRun.until`; the beginning of the run unless given. */
  readonly until?: Date | null
  /** The customer's own properties that it reads: `person.NAME`, `company.NAME`; none unless given. */
  readonly fields?: readonly string[]
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

const RUN = sql.raw(
  'id, kind, since, until, started_at as "startedAt", finished_at as "finishedAt"',
)

/** The run that is under way; null when none is. */
export async function runningSync(db: Db, installationId: string): Promise<SyncRun | null> {
  const { rows } = await sql<SyncRun>`
    select ${RUN} from sync_run where installation_id = ${installationId} and status = 'running'`.execute(
    db,
  )
  return rows[0] ?? null
}

/** The last run that read up to its own beginning, so no late pass; null before the first. */
export async function lastFinishedSync(db: Db, installationId: string): Promise<SyncRun | null> {
  const { rows } = await sql<SyncRun>`
    select ${RUN} from sync_run where installation_id = ${installationId} and status = 'done'
      and kind in ('full', 'delta')
    order by started_at desc limit 1`.execute(db)
  return rows[0] ?? null
}

/**
 * Up to where changes are known whatever the CRM's search did not show: the end of the last late pass or the
 * beginning of the last full reading; null when there was neither.
 */
export async function lateReadUntil(db: Db, installationId: string): Promise<Date | null> {
  const { rows } = await sql<{ until: Date | null }>`
    select max(case kind when 'late' then until else started_at end) as until from sync_run
    where installation_id = ${installationId} and status = 'done' and kind in ('full', 'late')`.execute(
    db,
  )
  return rows[0]?.until ?? null
}

/** Whether everybody has been read with all these fields: in the last full reading and in every run since. */
export async function fieldsAreRead(
  db: Db,
  installationId: string,
  fields: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<{ read: boolean }>`
    select coalesce(bool_and(fields @> ${[...fields]}::text[]), false) as read from sync_run
    where installation_id = ${installationId} and status = 'done' and started_at >= (
      select max(f.started_at) from sync_run f
      where f.installation_id = ${installationId} and f.status = 'done' and f.kind = 'full')`.execute(
    db,
  )
  return rows[0]?.read ?? false
}

/** Starts a run with a cursor per stream. An installation has at most one run under way. */
export function startRun(
  db: Db,
  installationId: string,
  run: NewRun,
  phases: readonly (readonly string[])[],
): Promise<SyncRun> {
  const { kind, since, startedAt, fields = [] } = run
  const until = since && (run.until ?? startedAt)
  const streams = phases.flatMap((names, phase) => names.map((stream) => ({ stream, phase })))
  return inTransaction(db, async (transaction) => {
    const { rows } = await sql<SyncRun>`
      insert into sync_run (installation_id, kind, status, since, until, started_at, fields)
      values (${installationId}, ${kind}, 'running', ${since}, ${until}, ${startedAt}, ${[...fields]})
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
