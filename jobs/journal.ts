import type { Connector } from '../connectors/connector.ts'
import type { Journal, JournalPage } from '../connectors/notice.ts'
import type { Clock } from '../src/clock.ts'
import { CrmRejected } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Stored, storeDelivery } from '../src/store/inbox.ts'
import type { Installation } from '../src/store/installations.ts'
import {
  endTurn,
  movePosition,
  noteSubscription,
  takeTurn,
  unsubscribed,
} from '../src/store/journal-position.ts'
import type { Wake } from './queues.ts'
import { repeat } from './repeat.ts'

const MINUTE_MS = 60_000
/** Journals make good for webhooks that were lost, so minutes will do. */
const EVERY_MS = 5 * MINUTE_MS
/** How often a process looks whether it is its turn. */
const LOOK_EVERY_MS = 15_000
/** A page takes seconds; a process that is killed in its turn delays the next one by this much. */
const TURN_MS = 2 * MINUTE_MS
/** What a CRM does not offer this app is asked for again now and then. */
const LONGEST_PAUSE_MS = 60 * MINUTE_MS
/** Asked again daily, because a new release may read more. */
const SUBSCRIBED_FOR_MS = 24 * 60 * MINUTE_MS
/** A dozen calls each: more of them would keep the turn from reading. */
const SUBSCRIBED_PER_TURN = 20

/** What reading the journals needs. */
export interface JournalParts {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly wake: Wake
  readonly connectors: ReadonlyMap<string, Connector>
}

/**
 * Reads every CRM's journal now and then until stopped; of all processes one at a time.
 * @returns the function that stops it and waits for the page under way
 */
export function startJournalPoller(parts: JournalParts, everyMs = EVERY_MS): () => Promise<void> {
  const poll = async (stopping: AbortSignal) => {
    for (const connector of parts.connectors.values()) {
      await pollJournal(parts, connector, everyMs, stopping)
    }
  }
  return repeat('reading the journal', poll, Math.min(everyMs, LOOK_EVERY_MS), parts.log)
}

/** Reads one CRM's journal to its end where it is this process's turn. Failures make the pauses longer. */
export async function pollJournal(
  parts: JournalParts,
  connector: Connector,
  everyMs: number = EVERY_MS,
  stopping?: AbortSignal,
): Promise<void> {
  const { db, clock, log } = parts
  const { crm, journal } = connector
  if (!journal) return
  const turn = await takeTurn(db, crm, clock.now(), later(clock, TURN_MS))
  if (!turn) return
  try {
    await subscribeMissing(parts, connector)
    await readToTheEnd(parts, crm, journal, turn.position, stopping)
    await endTurn(db, crm, 0, later(clock, everyMs))
  } catch (error) {
    const failures = turn.failures + 1
    // Polling finds what the journal would have told; said once, not with every try.
    log[failures === 1 ? 'warn' : 'debug']({ crm, error }, 'no journal')
    const pause = error instanceof CrmRejected ? LONGEST_PAUSE_MS : everyMs * 2 ** failures
    await endTurn(db, crm, failures, later(clock, Math.min(pause, LONGEST_PAUSE_MS)))
  }
}

function later(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms)
}

async function readToTheEnd(
  parts: JournalParts,
  crm: string,
  journal: Journal,
  start: string | null,
  stopping: AbortSignal | undefined,
): Promise<void> {
  let position = start
  while (!stopping?.aborted) {
    const page = await journal.read(position)
    const stored = await storeJournalPage(parts, crm, position, page)
    if (!stored || !page.more) return
    position = page.position
  }
}

/** Notices and position in one transaction. Returns false when another process has stored this page. */
async function storeJournalPage(
  { db, clock, log, wake }: JournalParts,
  crm: string,
  from: string | null,
  page: JournalPage,
): Promise<boolean> {
  const { notices, unreadable, position } = page
  if (unreadable.length > 0) {
    const reasons = [...new Set(unreadable)].slice(0, 10)
    log.warn({ crm, events: unreadable.length, reasons }, 'a journal that nobody understands')
  }
  const delivery = { crm, source: 'journal', notices, unreadable: unreadable.length } as const
  const stored = await inTransaction(db, async (transaction): Promise<Stored | null> => {
    const until = later(clock, TURN_MS)
    // First: the row's lock keeps another reader of the same page out until we are through.
    const moved = await movePosition(transaction, crm, from, position, clock.now(), until)
    return moved ? storeDelivery(transaction, delivery, clock.now()) : null
  })
  for (const { installationId, stage } of stored?.awaited ?? []) await wake(stage, installationId)
  return stored !== null
}

async function subscribeMissing(parts: JournalParts, connector: Connector): Promise<void> {
  const outdated = later(parts.clock, -SUBSCRIBED_FOR_MS)
  const missing = await unsubscribed(parts.db, connector.crm, outdated, SUBSCRIBED_PER_TURN)
  for (const installation of missing) {
    await subscribeJournal(parts, connector, installation)
  }
}

/**
 * Asks for an installation's events to be recorded in the CRM's journal. Never fails: where there is no journal,
 * polling finds everything; where it does not answer now, the poller asks again.
 */
export async function subscribeJournal(
  { db, clock, log }: Pick<JournalParts, 'db' | 'clock' | 'log'>,
  { crm, journal }: Connector,
  { id, accountId }: Pick<Installation, 'id' | 'accountId'>,
): Promise<void> {
  if (!journal) return
  try {
    await journal.subscribe(accountId)
  } catch (error) {
    log.warn({ crm, installationId: id, error }, 'not everything is journalled')
    if (!(error instanceof CrmRejected)) return
  }
  await noteSubscription(db, id, clock.now())
}
