import { DatabaseError } from 'pg'
import type { Clock } from '../clock.ts'
import { carriedTraces, type Traced } from '../tracing/carried.ts'
import { inBatch } from '../tracing/spans.ts'
import type { Db } from './database.ts'
import { type Delivery, type Stored, storeWithin } from './inbox.ts'

/** Stores what a CRM delivers; what comes close together shares a transaction. */
export interface Intake {
  /**
   * Resolves when the delivery is committed, whoever it shared the transaction with.
   * @throws whatever keeps the database from storing this one
   */
  store(delivery: Delivery): Promise<void>
}

interface IntakeParts {
  readonly db: Db
  readonly clock: Clock
  /** Longest time of a single statement, waiting for locks included. */
  readonly statementMs: number
  /** Hears of every commit, once for all that it stored. */
  readonly onStored: (stored: Stored) => void
}

/**
 * Transactions of several deliveries at the same time: while one waits for the disk, the next is put together. A
 * third one would only make them smaller.
 */
const AT_ONCE = 2
/** Of one transaction: a hundred webhooks with one event, or ten of a hundred. */
const MOST_NOTICES = 1_000
const MOST_DELIVERIES = 100
/** Whoever meets a lock that lasts longer does not keep the others waiting, but goes on alone. */
const LOCK_MS = 250

interface Waiting {
  readonly delivery: Delivery
  /** Its webhook's, which what it makes due goes on in. */
  readonly trace: string | null
  stored(): void
  failed(error: unknown): void
}

/**
 * An intake for one CRM. A delivery that comes alone is stored at once. Those that come while transactions are under
 * way are stored together by the next one: a commit for each would be a wait for the disk for each. A transaction
 * that fails for what is in it, or for a lock, is taken apart, so that each delivery has the fate it has alone.
 */
export function createIntake(parts: IntakeParts): Intake {
  const waiting: Waiting[] = []
  let underWay = 0

  function begin(): void {
    while (underWay < AT_ONCE && waiting.length > 0) {
      underWay += 1
      void storeGroup(parts, takeGroup(waiting)).finally(end)
    }
  }
  function end(): void {
    underWay -= 1
    begin()
  }
  return {
    store(delivery) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ delivery, trace: carriedTraces().own, stored: resolve, failed: reject })
      begin()
      return promise
    },
  }
}

/** Takes the first ones out; at least one, however large. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  let notices = 0
  const tooMany = waiting.findIndex(({ delivery }, place) => {
    notices += delivery.notices.length
    return place > 0 && (notices > MOST_NOTICES || place === MOST_DELIVERIES)
  })
  return waiting.splice(0, tooMany === -1 ? waiting.length : tooMany)
}

async function storeGroup(parts: IntakeParts, group: readonly Waiting[]): Promise<void> {
  try {
    await storeTraced(parts, group, LOCK_MS)
    for (const each of group) each.stored()
  } catch (error) {
    const apart = mayPassAlone(error, group.length)
    for (const each of group) {
      // Not waited for: whoever meets a lock must not hold up the next group.
      if (apart) void storeAlone(parts, each)
      else each.failed(error)
    }
  }
}

async function storeAlone(parts: IntakeParts, alone: Waiting): Promise<void> {
  await storeTraced(parts, [alone], 0).then(alone.stored, alone.failed)
}

function storeTraced(parts: IntakeParts, group: readonly Waiting[], lockMs: number): Promise<void> {
  const about = { 'plumbline.batch.size': group.length }
  const delivery = asOne(group.map((each) => each.delivery))
  return inBatch('store webhooks', about, group.flatMap(tracedSubjects), () =>
    store(parts, delivery, lockMs),
  )
}

function tracedSubjects({ delivery, trace }: Waiting): readonly Traced[] {
  return delivery.notices.flatMap(({ about }) => ('id' in about ? { id: about.id, trace } : []))
}

async function store(
  { db, clock, statementMs, onStored }: IntakeParts,
  delivery: Delivery,
  lockMs: number,
): Promise<void> {
  onStored(await storeWithin(db, delivery, clock.now(), { statementMs, lockMs }))
}

/** The notices of all; one that two of them tell is stored once and counted as repeated, as ever. */
function asOne(deliveries: readonly Delivery[]): Delivery {
  const [first] = deliveries
  if (!first) throw new Error('a group holds at least one delivery')
  return {
    crm: first.crm,
    source: first.source,
    notices: deliveries.flatMap(({ notices }) => notices),
    unreadable: deliveries.reduce((sum, { unreadable }) => sum + unreadable, 0),
  }
}

const LOCK_NOT_AVAILABLE = '55P03'
/** The time of a statement is over: the database is slow, and asking it a hundred times more would not help. */
const QUERY_CANCELED = '57014'

/** What the database says of a statement is about what is in it; that it cannot be reached is about all. */
function mayPassAlone(error: unknown, together: number): boolean {
  if (!(error instanceof DatabaseError) || error.code === QUERY_CANCELED) return false
  return together > 1 || error.code === LOCK_NOT_AVAILABLE
}
