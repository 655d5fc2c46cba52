import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import {
  type BudgetWait,
  budgetWaits,
  type FullReadings,
  fullReadings,
  type HeldCount,
  heldCounts,
  type InstallationCount,
  installationCounts,
  type JournalFailures,
  journalFailures,
  type RejectionCount,
  rejectionCounts,
  type ToldCount,
  toldCounts,
  type UnheardCount,
  unheardCounts,
  type WaitingWork,
  waitingWork,
} from '../store/metrics.ts'

/** What the database says about all installations at one moment. */
export interface Figures {
  readonly at: Date
  readonly waiting: readonly WaitingWork[]
  readonly installations: readonly InstallationCount[]
  readonly rejections: readonly RejectionCount[]
  readonly readings: readonly FullReadings[]
  readonly told: readonly ToldCount[]
  readonly held: readonly HeldCount[]
  readonly budgets: readonly BudgetWait[]
  readonly unheard: readonly UnheardCount[]
  readonly journals: readonly JournalFailures[]
}

const HOUR_MS = 3_600_000
/** A full reading ends once a day; two hours are for one that takes longer than the night before. */
const OVERDUE_MS = 26 * HOUR_MS

/** One statement after the other: however often we are asked, the database does one thing for us at a time. */
export async function readFigures(db: Db, at: Date): Promise<Figures> {
  return {
    at,
    waiting: await waitingWork(db, at),
    installations: await installationCounts(db),
    rejections: await rejectionCounts(db),
    readings: await fullReadings(db, new Date(at.getTime() - OVERDUE_MS)),
    told: await toldCounts(db, new Date(at.getTime() - HOUR_MS)),
    held: await heldCounts(db, at),
    budgets: await budgetWaits(db),
    unheard: await unheardCounts(db),
    journals: await journalFailures(db),
  }
}

/** Several who ask within this time get the same figures. */
const FRESH_MS = 10_000
/** Below the 10 s that Prometheus waits for a scrape: what the process itself knows is told in any case. */
const PATIENCE_MS = 8_000

interface FigureParts {
  readonly read: (at: Date) => Promise<Figures>
  readonly clock: Clock
  readonly log: Log
  readonly patienceMs?: number
}

/**
 * Reads the figures when they are asked for, at most every 10 s and never twice at once.
 * @returns the figures; null where the database does not answer in time, which goes to the log
 */
export function createFigures({
  read,
  clock,
  log,
  patienceMs = PATIENCE_MS,
}: FigureParts): () => Promise<Figures | null> {
  let latest: Figures | undefined
  let underWay: Promise<Figures | null> | undefined

  async function refresh(): Promise<Figures | null> {
    try {
      latest = await read(clock.now())
      return latest
    } catch (error) {
      log.warn({ error }, 'the figures for metrics cannot be read')
      return null
    } finally {
      underWay = undefined
    }
  }

  return async () => {
    if (latest && clock.now().getTime() - latest.at.getTime() < FRESH_MS) return latest
    underWay ??= refresh()
    return withinPatience(underWay, patienceMs)
  }
}

/** Null when it takes longer; what comes late is there for the next who asks. */
async function withinPatience<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
