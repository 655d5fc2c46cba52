import { randomUUID } from 'node:crypto'
import type { Change } from './change.ts'
import { addEvent, addRecordIds, type NewEvent } from './event-table.ts'
import type { Org } from './org.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

/** What one transaction has announced so far. */
interface Transaction {
  readonly key: string
  events: number
  /** Events by what they say, so that a further record with the same change joins them. */
  readonly known: Map<string, number>
}

const OPEN = 'open_transaction'
const DROPS = 'events_to_drop'
/** So many records at most share an event: it must stay below 1 MB. */
const RECORDS_MAX = 500

/** Saving is synchronous: whatever is announced in the same turn of the event loop is one transaction. */
function openTransaction(store: Store): Transaction {
  const known = store.parsed.get(OPEN)
  // Nothing else is ever kept under this key. A rollback empties it, as it empties the tables.
  if (known) return known as Transaction
  const opened: Transaction = { key: randomUUID(), events: 0, known: new Map() }
  store.parsed.set(OPEN, opened)
  queueMicrotask(() => store.parsed.delete(OPEN))
  return opened
}

/** The fields that an event names as changed. A converted lead keeps its last modification. */
function changedFieldsOf({ entity, changeType, changedFields }: Change): string[] {
  if (changeType !== 'UPDATE') return []
  const own = changedFields.filter((name) => !/^(LastModifiedDate|SystemModstamp)$/i.test(name))
  const isConversion = entity === 'Lead' && own.includes('IsConverted')
  return isConversion ? own : [...own, 'LastModifiedDate']
}

function eventOf(change: Change, transaction: Transaction, now: number): NewEvent {
  const changedFields = changedFieldsOf(change)
  const stamp = changedFields.includes('LastModifiedDate')
    ? { LastModifiedDate: new Date(change.at).toISOString() }
    : {}
  return {
    entity: change.entity,
    changeType: change.changeType,
    recordIds: change.recordIds,
    changedFields,
    values: change.changeType === 'DELETE' ? {} : { ...change.values, ...stamp },
    commitUser: change.commitUser,
    changeOrigin: change.changeOrigin,
    transactionKey: transaction.key,
    sequenceNumber: transaction.events + 1,
    committedAt: Math.max(now, change.visibleAt ?? 0),
  }
}

/** Whether this event is one of those that a test wants lost. */
function isLost(store: Store): boolean {
  const left = Number(readSetting(store, DROPS) ?? 0)
  if (left > 0) writeSetting(store, DROPS, String(left - 1))
  return left > 0
}

/** The next `count` events will reach nobody. */
export function dropEvents(store: Store, count: number): void {
  writeSetting(store, DROPS, String(count))
}

/**
 * Publishes a change, if its object is one of those that are selected. Call it inside the transaction that
 * makes the change. What one transaction changes alike becomes one event with several records.
 */
export function announce({ store, app, clock }: Org, change: Change): void {
  if (!app.cdcEntities.includes(change.entity)) return
  const transaction = openTransaction(store)
  const event = eventOf(change, transaction, clock.now())
  const { recordIds, transactionKey, sequenceNumber, ...said } = event
  const likeness = JSON.stringify(said)
  const known = transaction.known.get(likeness)
  if (known !== undefined && addRecordIds(store, known, recordIds, RECORDS_MAX)) return
  if (isLost(store)) return
  transaction.events = sequenceNumber
  transaction.known.set(likeness, addEvent(store, event))
}
