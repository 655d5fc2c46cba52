import { Cron } from 'croner'
import type { Schedule } from '../config/env.ts'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import { mark, markAll } from '../src/store/due.ts'
import { waiting } from '../src/store/due-backlog.ts'
import { type Installation, listInstallations } from '../src/store/installations.ts'
import type { RunKind } from '../src/store/sync-runs.ts'
import type { Wake } from './queues.ts'
import { repeat } from './repeat.ts'

/** When work that nobody asks for is due. */
export interface Timetable {
  /** The first nightly moment at or after `from`, in the installation's own time zone. */
  nightly(installation: Installation, from: Date): Date
  /** When the next incremental reading follows one that ended at `from`. */
  delta(from: Date): Date
}

const MINUTE_MS = 60_000
/** Installations start up to this many minutes after the hour asked for, each always at the same one. */
const NIGHTLY_SPREAD_MINUTES = 60

/** Reads `HH:MM` in each installation's time zone; daylight saving changes give exactly one run per day. */
export function createTimetable({ nightlyAt, deltaEveryMinutes }: Schedule): Timetable {
  const [hour, minute] = nightlyAt.split(':').map(Number)
  const nightIn = rememberedNights(`${minute} ${hour} * * *`)
  return {
    nightly(installation, from) {
      const offset = spreadMinutes(installation.id) * MINUTE_MS
      return new Date(nightIn(installation.timeZone, from.getTime() - offset) + offset)
    },
    delta: (from) => new Date(from.getTime() + deltaEveryMinutes * MINUTE_MS),
  }
}

const HOUR_MS = 60 * MINUTE_MS
/** Hours of time zones; a year of one zone has 8,760. */
const MOST_REMEMBERED = 50_000

/**
 * Asked for everybody who was scored, and there are few nights: the one that follows the beginning of an hour is worked
 * out once. Where `from` lies behind it inside that hour, the next hour's is right, because nights are many hours apart.
 */
function rememberedNights(daily: string): (timeZone: string, fromMs: number) => number {
  const known = new Map<string, number>()
  const nightAfter = (timeZone: string, hour: number) => {
    const key = `${timeZone} ${hour}`
    const night = known.get(key) ?? nextNight(daily, timeZone, hour * HOUR_MS)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(key, night)
    return night
  }
  return (timeZone, fromMs) => {
    const hour = Math.floor(fromMs / HOUR_MS)
    const night = nightAfter(timeZone, hour)
    return night >= fromMs ? night : nightAfter(timeZone, hour + 1)
  }
}

/** @returns epoch ms, at or after `fromMs` */
function nextNight(daily: string, timeZone: string, fromMs: number): number {
  // croner looks strictly after; one millisecond earlier makes "at or after".
  const next = new Cron(daily, { timezone: timeZone }).nextRun(new Date(fromMs - 1))
  if (!next) throw new Error(`no nightly moment follows ${new Date(fromMs).toISOString()}`)
  return next.getTime()
}

/** Without it every tenant of a time zone would start in the same second. */
function spreadMinutes(installationId: string): number {
  return Number.parseInt(installationId.slice(-6), 16) % NIGHTLY_SPREAD_MINUTES
}

/** Asks for a reading of the CRM at a time or earlier. */
export function requestSync(
  db: Db,
  installationId: string,
  kind: RunKind,
  dueAt: Date,
): Promise<void> {
  return mark(db, installationId, 'sync', 'run', [kind], dueAt)
}

/** Changes in the last seconds may not be shown yet by a CRM's search. */
const SHOWN_AFTER_MS = 5_000

/**
 * Has the changes of every connected account read soon: while this process was away, webhooks may have found nobody, and
 * HubSpot comes again after a minute at the earliest.
 */
export async function readMissedChanges(db: Db, now: Date): Promise<void> {
  const active = (await listInstallations(db)).filter(({ status }) => status === 'active')
  const run = { stage: 'sync', kind: 'run', id: 'delta' } as const
  const subjects = active.map(({ id: installationId }) => ({ installationId, ...run }))
  await markAll(db, subjects, new Date(now.getTime() + SHOWN_AFTER_MS))
}

/** Wakes every stage that has something due: makes good for lost jobs, and for time that has passed. */
async function sweep({ db, wake, clock }: SweepParts): Promise<void> {
  for (const { installationId, stage } of await waiting(db, clock.now())) {
    await wake(stage, installationId)
  }
}

interface SweepParts {
  readonly db: Db
  readonly wake: Wake
  readonly clock: Clock
}

/**
 * Sweeps now and then until closed. Any number of processes may do so.
 * @returns the function that stops it and waits for a sweep under way
 */
export function startSweeper(
  parts: SweepParts & { readonly log: Log },
  everyMs = 2_000,
): () => Promise<void> {
  return repeat('sweep', () => sweep(parts), everyMs, parts.log)
}
