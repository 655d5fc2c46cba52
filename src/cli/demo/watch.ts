import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import type { Db } from '../../store/database.ts'
import type { DueStage } from '../../store/due.ts'
import { backlog } from '../../store/due-backlog.ts'
import { findInstallation } from '../../store/installations.ts'
import {
  type AccountCounts,
  accountCounts,
  lastTrouble,
  type PeopleCounts,
  peopleCounts,
} from '../../store/overview.ts'
import { newestRun } from '../../store/sync-runs.ts'
import type { ProgressView, StageProgress } from '../progress.ts'
import { tell } from '../terminal.ts'

const POLL_MS = 400

/** What a portal holds. */
export interface Expected {
  /** Null while nobody knows. */
  readonly records: number | null
  readonly people: number
  readonly companies: number
}

interface Counts {
  readonly people: PeopleCounts
  readonly accounts: AccountCounts
}

/** What the run came to. */
export interface RunOutcome extends Counts {
  /** The fewest calls the reading could have taken: one per page. Null when it began before us. */
  readonly pages: number | null
}

/**
 * Shows progress until nothing is due any more.
 * @param expected how much the portal holds; null where nobody knows before it is read
 */
export async function watchRun(
  db: Db,
  installationId: string,
  startedAt: Date,
  expected: Expected | null,
  view: ProgressView,
  stopped: AbortSignal,
): Promise<RunOutcome> {
  const tellTrouble = troubleTeller(db, installationId)
  while (!stopped.aborted) {
    const counts = await readCounts(db, installationId, startedAt)
    const newest = await newestRun(db, installationId)
    const due = await backlog(db, installationId, new Date())
    const read = (newest?.cursors ?? []).reduce((sum, cursor) => sum + cursor.records, 0)
    const isRead = newest?.run.finishedAt != null
    view.update(stages(counts, read, due, expected ?? guess(counts, read, isRead)))
    if (newest?.run.finishedAt && Object.values(due).every((n) => n === 0)) {
      // Counted again: the last writes may have ended after the first count.
      const final = await readCounts(db, installationId, startedAt)
      view.update(stages(final, read, due, expected ?? guess(final, read, true)))
      view.end()
      const ours = newest.run.startedAt >= startedAt
      const pages = newest.cursors.reduce((sum, cursor) => sum + cursor.pages, 0)
      return { ...final, pages: ours ? pages : null }
    }
    await assertActive(db, installationId)
    await tellTrouble()
    // Ends early, without complaint, when somebody wants to stop.
    await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined)
  }
  view.end()
  throw new UserError('Stopped before the run was complete; the next one goes on from here')
}

/** What is here so far is all that can be expected; until all is read, more will come. */
function guess({ people, accounts }: Counts, read: number, isRead: boolean): Expected {
  const records = isRead ? read : null
  return { records, people: people.people, companies: accounts.scored }
}

async function readCounts(db: Db, installationId: string, since: Date): Promise<Counts> {
  const people = await peopleCounts(db, installationId, since)
  return { people, accounts: await accountCounts(db, installationId, since) }
}

function stages(
  { people, accounts }: Counts,
  read: number,
  due: Readonly<Record<DueStage, number>>,
  expected: Expected,
): readonly StageProgress[] {
  const written = people.writtenSince + accounts.writtenSince
  // Until everybody is read, nobody knows how many will have to be written.
  const { records } = expected
  const settled = records !== null && read >= records && due.enrich === 0 && due.score === 0
  const toWrite = settled ? written + due.write_back : expected.people + expected.companies
  return [
    { name: 'read', done: read, total: records === null ? null : Math.max(read, records) },
    { name: 'scored', done: people.scored, total: Math.max(people.people, expected.people) },
    { name: 'written', done: written, total: toWrite },
  ]
}

/** Says once of each failure that something is being repeated; without it the bars would just stand still. */
function troubleTeller(db: Db, installationId: string): () => Promise<void> {
  const told = new Set<string>()
  return async () => {
    const trouble = await lastTrouble(db, installationId)
    if (!trouble || told.has(trouble)) return
    told.add(trouble)
    tell(`  trouble, tried again by itself: ${trouble}`)
  }
}

async function assertActive(db: Db, installationId: string): Promise<void> {
  const installation = await findInstallation(db, installationId)
  if (installation?.status === 'active') return
  throw new UserError(
    `The installation is ${installation?.status ?? 'gone'}: ${installation?.statusReason ?? 'no reason given'}`,
  )
}
