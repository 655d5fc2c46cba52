import type { EventFeed, FeedPage } from '../connectors/notice.ts'
import { CrmRejected } from '../src/errors.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, type DueStage, settle } from '../src/store/due.ts'
import { countRefusal, type FeedState, feedState, moveFeed } from '../src/store/event-feeds.ts'
import { type Source, storeDelivery } from '../src/store/inbox.ts'
import type { Installation } from '../src/store/installations.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { requestSync } from './schedule.ts'
import { workSlice } from './slice.ts'

/** An account that tells something all the time is listened to again after this long. */
const SHORTEST_PAUSE_MS = 5_000
/** And one that is quiet at the latest after this long. */
const LONGEST_PAUSE_MS = 15_000
/** Whoever has been quiet for a minute may go on so for this share of it. */
const SHARE_OF_QUIET = 0.1
/** An admin may choose other objects, or another edition of the CRM. */
const REFUSED_FOR_MS = 3_600_000

const SOURCE: Source = 'events'

/**
 * Reads what an account tells by itself and marks what it is about for fetching; nothing of what is told is
 * believed. What it misses, polling finds.
 */
export function listen({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'listen', installationId, 1, async (claims, installation) => {
    const { events } = deps.crm.open(installation).connection
    if (!events) {
      await listenAgain(deps, installation, claims, null)
      return false
    }
    const state = await feedState(deps.db, installation.id)
    const position = state?.position ?? null
    const page = await readPage(deps, installation, events, position)
    if (!page) {
      await listenAgain(deps, installation, claims, later(deps, REFUSED_FOR_MS))
      return false
    }
    warnOf(deps, installation, page)
    const stages = await storePage(deps, installation, claims, state, page)
    for (const stage of stages) await deps.wake(stage, installation.id)
    return page.more
  })
}

/** Null where the account does not offer it; that is said once. */
async function readPage(
  { db, log }: Deps,
  { id: installationId }: Installation,
  events: EventFeed,
  position: string | null,
): Promise<FeedPage | null> {
  try {
    return await events.read(position)
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    const failures = await countRefusal(db, installationId)
    log[failures === 1 ? 'warn' : 'debug']({ installationId, error }, 'no change events')
    return null
  }
}

function warnOf(
  { log }: Deps,
  { id: installationId }: Installation,
  { unreadable, gap }: FeedPage,
): void {
  if (gap) log.warn({ installationId }, 'change events are missing; reading the changes instead')
  if (unreadable.length === 0) return
  const reasons = [...new Set(unreadable)].slice(0, 10)
  const events = unreadable.length
  log.warn({ installationId, events, reasons }, 'change events that nobody understands')
}

/** Notices, position and the next turn in one transaction. @returns the stages that now have work */
function storePage(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
  state: FeedState | null,
  page: FeedPage,
): Promise<ReadonlySet<DueStage>> {
  const now = deps.clock.now()
  const told = page.notices.length + page.unreadable.length > 0
  const next = { position: page.position, toldAt: told ? now : null }
  const pause = page.more ? 0 : pauseMs(told ? now : state?.toldAt, now)
  const nextDueAt = later(deps, pause)
  return inTransaction(deps.db, async (transaction) => {
    // First: the row's lock keeps another reader of the same page out until we are through.
    const moved = await moveFeed(transaction, installation.id, state?.position ?? null, next)
    const stages = moved ? await storeTold(transaction, installation, page, now) : new Set<never>()
    const settlements = claims.map((claim) => ({ claim, nextDueAt }))
    await settle(transaction, installation.id, 'listen', settlements)
    return stages
  })
}

/** Keeps what was told. @returns the stages that now have work */
async function storeTold(
  transaction: Db,
  { id, crm }: Installation,
  { notices, unreadable, gap }: FeedPage,
  now: Date,
): Promise<ReadonlySet<DueStage>> {
  const delivery = { crm, source: SOURCE, notices, unreadable: unreadable.length }
  const { awaited } = await storeDelivery(transaction, delivery, now)
  const stages = new Set(awaited.map(({ stage }) => stage))
  if (gap) {
    await requestSync(transaction, id, 'delta', now)
    stages.add('sync')
  }
  return stages
}

function pauseMs(toldAt: Date | null | undefined, now: Date): number {
  if (!toldAt) return LONGEST_PAUSE_MS
  const quietForMs = now.getTime() - toldAt.getTime()
  const pause = quietForMs * SHARE_OF_QUIET
  return Math.max(SHORTEST_PAUSE_MS, Math.min(pause, LONGEST_PAUSE_MS))
}

/** @param at null: never again */
async function listenAgain(
  { db }: Deps,
  { id }: Installation,
  claims: readonly Claim[],
  at: Date | null,
): Promise<void> {
  const settlements = claims.map((claim) => (at ? { claim, nextDueAt: at } : { claim }))
  await inTransaction(db, (transaction) => settle(transaction, id, 'listen', settlements))
}

function later({ clock }: Deps, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}
