import type { SQLOutputValue } from 'node:sqlite'
import type { Fields, SObjectType } from './record.ts'
import { readSetting, type Store, transaction, writeSetting } from './store.ts'

export const CHANGE_TYPES = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'UNDELETE',
  'GAP_CREATE',
  'GAP_UPDATE',
  'GAP_DELETE',
  'GAP_UNDELETE',
  'GAP_OVERFLOW',
] as const
type ChangeType = (typeof CHANGE_TYPES)[number]

export interface NewEvent {
  readonly entity: SObjectType
  readonly changeType: ChangeType
  readonly recordIds: readonly string[]
  readonly changedFields: readonly string[]
  readonly values: Fields
  readonly commitUser: string
  readonly changeOrigin: string
  readonly transactionKey: string
  readonly sequenceNumber: number
  /** ms; the event takes its place in the stream at that moment. */
  readonly committedAt: number
}

/** An event in the stream. `seq` grows by one from event to event. */
export interface ChangeEvent extends NewEvent {
  readonly seq: number
}

const RETENTION_MS = 72 * 3_600_000
const LAST = 'event_seq'
const PURGED = 'event_purged_seq'

/** Adds an event that nobody sees before its transaction has committed; returns its row. */
export function addEvent(store: Store, event: NewEvent): number {
  const { lastInsertRowid } = store
    .sql(
      `insert into change_event (entity, change_type, record_ids, changed_fields, field_values,
         commit_user, change_origin, transaction_key, sequence_number, committed_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      event.entity,
      event.changeType,
      JSON.stringify(event.recordIds),
      JSON.stringify(event.changedFields),
      JSON.stringify(event.values),
      event.commitUser,
      event.changeOrigin,
      event.transactionKey,
      event.sequenceNumber,
      event.committedAt,
    )
  return Number(lastInsertRowid)
}

/** Lets more records share an event; false where it is full, or gone with its transaction. */
export function addRecordIds(
  store: Store,
  row: number,
  recordIds: readonly string[],
  most: number,
): boolean {
  const known = store.sql('select record_ids from change_event where id = ?').get(row)
  if (!known) return false
  const all = [...new Set<string>([...JSON.parse(String(known['record_ids'])), ...recordIds])]
  if (all.length > most) return false
  store.sql('update change_event set record_ids = ? where id = ?').run(JSON.stringify(all), row)
  return true
}

const numberIn = (store: Store, key: string) => Number(readSetting(store, key) ?? 0)

/** Gives what has committed by now its place in the stream, and forgets what is older than 72 hours. */
export function advanceStream(store: Store, now: number): void {
  const due = store
    .sql(
      `select id from change_event where seq is null and committed_at <= ?
       order by committed_at, id`,
    )
    .all(now)
  const old = store
    .sql('select max(seq) as seq from change_event where committed_at < ?')
    .get(now - RETENTION_MS)
  if (due.length === 0 && !old?.['seq']) return
  transaction(store, () => {
    const place = store.sql('update change_event set seq = ? where id = ?')
    const last = numberIn(store, LAST)
    for (const [index, { id }] of due.entries()) place.run(last + index + 1, Number(id))
    writeSetting(store, LAST, String(last + due.length))
    forgetUntil(store, now - RETENTION_MS)
  })
}

function forgetUntil(store: Store, moment: number): void {
  const row = store
    .sql('select max(seq) as seq from change_event where seq is not null and committed_at < ?')
    .get(moment)
  const last = Number(row?.['seq'] ?? 0)
  if (last === 0) return
  store.sql('delete from change_event where seq <= ?').run(last)
  writeSetting(store, PURGED, String(last))
}

/** The last place of the stream, and the last one whose event has been forgotten; 0 before the first. */
export function streamBounds(store: Store): { last: number; purged: number } {
  return { last: numberIn(store, LAST), purged: numberIn(store, PURGED) }
}

function toEvent(row: Record<string, SQLOutputValue>): ChangeEvent {
  return {
    seq: Number(row['seq']),
    // The columns hold nothing but these: addEvent is their only writer.
    entity: String(row['entity']) as SObjectType,
    changeType: String(row['change_type']) as ChangeType,
    recordIds: JSON.parse(String(row['record_ids'])),
    changedFields: JSON.parse(String(row['changed_fields'])),
    values: JSON.parse(String(row['field_values'])),
    commitUser: String(row['commit_user']),
    changeOrigin: String(row['change_origin']),
    transactionKey: String(row['transaction_key']),
    sequenceNumber: Number(row['sequence_number']),
    committedAt: Number(row['committed_at']),
  }
}

/** The next events of a stream, of one object or of all (null). */
export function eventsAfter(
  store: Store,
  seq: number,
  entity: SObjectType | null,
  limit: number,
): ChangeEvent[] {
  return store
    .sql(
      `select * from change_event where seq > ? and (? is null or entity = ?) order by seq limit ?`,
    )
    .all(seq, entity, entity, limit)
    .map(toEvent)
}

/** How many events there are by `Object CHANGE_TYPE`, those that wait for their commit included. */
export function countEvents(store: Store): Record<string, number> {
  const rows = store
    .sql(
      `select entity || ' ' || change_type as kind, count(*) as n
       from change_event group by 1 order by 1`,
    )
    .all()
  return Object.fromEntries(rows.map((row) => [String(row['kind']), Number(row['n'])]))
}
