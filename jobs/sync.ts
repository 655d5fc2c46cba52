import type { Page } from '../connectors/connector.ts'
import { inParallel } from '../connectors/parallel.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, release, settle } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import {
  advanceCursor,
  finishRun,
  lastFinishedSync,
  type RunKind,
  readCursors,
  runningSync,
  type StreamCursor,
  type SyncRun,
  startRun,
} from '../src/store/sync-runs.ts'
import type { Deps, OpenAccount } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { SLICE_MS, workSlice } from './slice.ts'
import { storePage } from './store-page.ts'

/**
 * An incremental reading starts this much before the last one began: search indexes lag, and clocks differ.
 * Reading a record twice costs nothing.
 */
const OVERLAP_MS = 5 * 60_000

/** Streams read side by side; more would only wait for the same allowance. */
const STREAMS_AT_ONCE = 6

/** Reads the CRM into the mirror, page by page, from wherever the run under way stands. */
export function sync({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'sync', installationId, 2, async (claims, installation) => {
    const account = deps.crm.open(installation)
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
  await account.connection.provision({ person: [], company: [] })
  const last = await lastFinishedSync(deps.db, installation.id)
  const kind: RunKind = last && !claims.some(({ id }) => id === 'full') ? 'delta' : 'full'
  const since = last && kind === 'delta' ? new Date(last.startedAt.getTime() - OVERLAP_MS) : null
  const phases = kind === 'full' ? account.fullPhases : account.changePhases
  return startRun(deps.db, installation.id, { kind, since, startedAt: deps.clock.now() }, phases)
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
  let cursor = start
  while (!cursor.done) {
    if (deps.clock.now().getTime() >= deadline) return false
    const page = run.since
      ? await connection.pullChanges(
          cursor.stream,
          { since: run.since, until: run.startedAt },
          cursor.position,
        )
      : await connection.pullAll(cursor.stream, cursor.position)
    const advanced = await savePage(deps, installation, run, cursor, page)
    // Another worker reads this stream; it will finish it.
    if (!advanced) return false
    cursor = {
      ...cursor,
      position: page.next,
      done: page.next === null,
      pages: cursor.pages + 1,
    }
  }
  return true
}

/** Rows, marks and cursor in one transaction: a crash leaves all of the page or nothing. */
async function savePage(
  deps: Deps,
  installation: Installation,
  run: SyncRun,
  cursor: StreamCursor,
  page: Page,
): Promise<boolean> {
  const stages = await inTransaction(deps.db, async (transaction) => {
    const advanced = await advanceCursor(transaction, run.id, cursor, page)
    if (!advanced) return null
    return storePage(transaction, installation.id, page, deps.clock.now())
  })
  for (const stage of stages ?? []) await deps.wake(stage, installation.id)
  return stages !== null
}

/** A full reading covers what an incremental one would have found. */
async function completeRun(
  deps: Deps,
  installation: Installation,
  run: SyncRun,
  claims: readonly Claim[],
): Promise<void> {
  const now = deps.clock.now()
  const nextDueAt = (claim: Claim) =>
    claim.id === 'full' ? deps.timetable.nightly(installation, now) : deps.timetable.delta(now)
  const covered = claims.filter((claim) => run.kind === 'full' || claim.id === 'delta')
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
  })
  deps.log.info({ installationId: installation.id, run: run.id, kind: run.kind }, 'sync complete')
}
