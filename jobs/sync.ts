import type { Page } from '../connectors/page.ts'
import { inParallel } from '../connectors/parallel.ts'
import { tell } from '../src/diagnostics.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, settle } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { release } from '../src/store/leases.ts'
import {
  advanceCursor,
  fieldsAreRead,
  finishRun,
  lastFinishedSync,
  lateReadUntil,
  type NewRun,
  readCursors,
  runningSync,
  type StreamCursor,
  type SyncRun,
  startRun,
} from '../src/store/sync-runs.ts'
import { inStep } from '../src/tracing/spans.ts'
import type { Deps, OpenAccount } from './deps.ts'
import { markMissing } from './missing-records.ts'
import { provisionFields } from './provision-fields.ts'
import type { WakePayload } from './queues.ts'
import { requestSync } from './schedule.ts'
import { SLICE_MS, workSlice } from './slice.ts'
import { storePage } from './store-page.ts'
import { changesWindow, crmTime, LATE_EVERY_MS, lateWindow } from './windows.ts'
import { wishedFields } from './wishes.ts'

/** Streams read side by side; more would only wait for the same allowance. */
const STREAMS_AT_ONCE = 6

/** All kinds of runs that are due, so that the one that covers most is chosen. */
const RUN_KINDS = 3

/** Reads the CRM into the mirror, page by page, from wherever the run under way stands. */
export function sync({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'sync', installationId, RUN_KINDS, async (claims, installation) => {
    const account = deps.crm.open(installation)
    // The run notes with which fields everybody was read; pages must not go by wishes that are older.
    account.forgetWishes()
    const run = await currentRun(deps, installation, account, claims)
    const complete = await advanceRun(deps, installation, account, run)
    if (!complete) {
      await release(deps.db, installation.id, 'sync', claims)
      return true
    }
    await completeRun(deps, installation, run, claims)
    return true
  })
}

async function currentRun(
  deps: Deps,
  installation: Installation,
  account: OpenAccount,
  claims: readonly Claim[],
): Promise<SyncRun> {
  const running = await runningSync(deps.db, installation.id)
  if (running) return running
  await provisionFields(deps, installation, account)
  const startedAt = crmTime(deps.clock.now(), account.connection.clockAheadMs())
  const run = await nextRun(deps, installation, account, claims, startedAt)
  const phases = run.kind === 'full' ? account.fullPhases : account.changePhases
  return startRun(deps.db, installation.id, run, phases)
}

/**
 * A full reading where one is asked for, where there was none yet, and where the models ask for fields that not
 * everybody was read with; else the changes; the late pass only when nothing else is due.
 */
async function nextRun(
  { db }: Deps,
  { id }: Installation,
  { visibleWithinMs }: OpenAccount,
  claims: readonly Claim[],
  startedAt: Date,
): Promise<NewRun> {
  const fields = await wishedFields(db, id)
  const last = await lastFinishedSync(db, id)
  const covered = last !== null && (await fieldsAreRead(db, id, fields))
  if (!covered || asksFor(claims, 'full')) return { kind: 'full', since: null, startedAt, fields }
  if (asksFor(claims, 'delta') || !asksFor(claims, 'late')) {
    const window = changesWindow(last, startedAt, visibleWithinMs)
    return { kind: 'delta', ...window, startedAt, fields }
  }
  const window = lateWindow(await lateReadUntil(db, id), startedAt)
  return { kind: 'late', ...window, startedAt, fields }
}

function asksFor(claims: readonly Claim[], kind: NewRun['kind']): boolean {
  return claims.some(({ id }) => id === kind)
}

/** Reads on until the run is complete or the slice is over. Returns whether it is complete. */
async function advanceRun(
  deps: Deps,
  installation: Installation,
  account: OpenAccount,
  run: SyncRun,
): Promise<boolean> {
  const deadline = deps.clock.now().getTime() + SLICE_MS
  const phases = Map.groupBy(await readCursors(deps.db, run.id), (cursor) => cursor.phase)
  for (const cursors of phases.values()) {
    const open = cursors.filter((cursor) => !cursor.done)
    const readStream = (cursor: StreamCursor) =>
      drainStream(deps, installation, account, run, cursor, deadline)
    const done = await inParallel(open, STREAMS_AT_ONCE, readStream)
    if (done.includes(false)) return false
  }
  return true
}

async function drainStream(
  deps: Deps,
  installation: Installation,
  { connection }: OpenAccount,
  run: SyncRun,
  start: StreamCursor,
  deadline: number,
): Promise<boolean> {
  const isOver = () => deps.clock.now().getTime() >= deadline
  let cursor = start
  let reading: Promise<Page> | null = null
  while (!cursor.done) {
    if (!reading && isOver()) return false
    const page: Page = await (reading ?? readPage(connection, run, cursor))
    const next = cursorAfter(cursor, page)
    // The next page is on its way while this one is stored; none is asked for that would not be stored.
    reading = next.done || isOver() ? null : readPage(connection, run, next)
    // Where storing fails nobody waits for it any more.
    reading?.catch(() => undefined)
    const advanced = await savePage(deps, installation, run, cursor, page)
    // Another worker reads this stream; it will finish it.
    if (!advanced) return false
    cursor = next
  }
  return true
}

function cursorAfter(cursor: StreamCursor, page: Page): StreamCursor {
  return { ...cursor, position: page.next, done: page.next === null, pages: cursor.pages + 1 }
}

function readPage(
  connection: OpenAccount['connection'],
  { since, until, startedAt }: SyncRun,
  { stream, position }: StreamCursor,
): Promise<Page> {
  return inStep('read page', { 'plumbline.kind': stream }, () =>
    since
      ? connection.pullChanges(stream, { since, until: until ?? startedAt }, position)
      : connection.pullAll(stream, position),
  )
}

/** Rows, marks and cursor in one transaction: a crash leaves all of the page or nothing. */
async function savePage(
  deps: Deps,
  { id: installationId, crm }: Installation,
  run: SyncRun,
  cursor: StreamCursor,
  page: Page,
): Promise<boolean> {
  const { stream } = cursor
  const now = deps.clock.now()
  const saved = await inTransaction(deps.db, async (transaction) => {
    const advanced = await advanceCursor(transaction, run.id, cursor, page)
    if (!advanced) return null
    const source = run.kind === 'full' ? 'read' : 'searched'
    const stages = await storePage(transaction, installationId, page, now, source)
    const missing = await markMissing(transaction, installationId, stream, page, now)
    return { stages, missing }
  })
  if (!saved) return false
  for (const stage of saved.stages) await deps.wake(stage, installationId)
  if (saved.missing > 0) {
    const { missing } = saved
    tell('records unlisted', { crm, records: missing })
    deps.log.warn({ installationId, stream, listed: page.records, missing }, 'not listed any more')
    await deps.wake('fetch', installationId)
  }
  return true
}

/** A full reading covers what the others would have found. */
async function completeRun(
  deps: Deps,
  installation: Installation,
  run: SyncRun,
  claims: readonly Claim[],
): Promise<void> {
  const now = deps.clock.now()
  const lateAt = new Date(now.getTime() + LATE_EVERY_MS)
  const nextDueAt = ({ id }: Claim) => {
    if (id === 'late') return lateAt
    return id === 'full' ? deps.timetable.nightly(installation, now) : deps.timetable.delta(now)
  }
  const covered = claims.filter(({ id }) => run.kind === 'full' || id === run.kind)
  await inTransaction(deps.db, async (transaction) => {
    await finishRun(transaction, run.id, now)
    await settle(
      transaction,
      installation.id,
      'sync',
      covered.map((claim) => ({ claim, nextDueAt: nextDueAt(claim) })),
    )
    const others = claims.filter((claim) => !covered.includes(claim))
    await release(transaction, installation.id, 'sync', others)
    // Nobody else asks for late passes; where one is due already this changes nothing.
    if (!asksFor(claims, 'late')) await requestSync(transaction, installation.id, 'late', lateAt)
  })
  deps.log.info({ installationId: installation.id, run: run.id, kind: run.kind }, 'sync complete')
}
