import type { SQLOutputValue } from 'node:sqlite'
import { type IdKind, nextId, raiseIdFloor } from './ids.ts'
import type { Fields, SObjectType, StoredRecord } from './record.ts'
import { type Store, transaction } from './store.ts'

/** A record to be stored. What is left out follows from `createdAt`; without an id it gets the next one. */
export interface NewRecord {
  readonly type: SObjectType
  readonly id?: string
  readonly fields: Fields
  readonly createdAt: number
  readonly modifiedAt?: number
  readonly stampedAt?: number
  readonly isDeleted?: boolean
  readonly visibleAt?: number
}

/** The stamps of a change; `modifiedAt` stays where it is left out, as in a system's own update. */
export interface Stamps {
  readonly modifiedAt?: number
  readonly stampedAt: number
  /** When its transaction commits; at once where left out. */
  readonly visibleAt?: number
}

const wholeSecond = (ms: number): number => Math.floor(ms / 1_000) * 1_000

/** A row of `record` or `former_record`. */
export function toRecord(row: Record<string, SQLOutputValue>): StoredRecord {
  return {
    // The column holds nothing but types: insertRecord is its only writer.
    type: String(row['type']) as SObjectType,
    id: String(row['id']),
    fields: JSON.parse(String(row['fields'])),
    createdAt: Number(row['created_at']),
    modifiedAt: Number(row['modified_at']),
    stampedAt: Number(row['stamped_at']),
    isDeleted: row['is_deleted'] === 1,
    visibleAt: Number(row['visible_at']),
  }
}

/** The newest version of a record, deleted or not, whether queries see it yet or not. */
export function findRecord(store: Store, type: SObjectType, id: string): StoredRecord | undefined {
  const row = store.sql('select * from record where type = ? and id = ?').get(type, id)
  return row && toRecord(row)
}

/** What the list of deleted records says of a record: its last deletion, if it has not come back. */
function noteDeletion(store: Store, { type, id, isDeleted, stampedAt }: StoredRecord): void {
  store.sql('delete from deletion where type = ? and id = ?').run(type, id)
  if (isDeleted) store.sql('insert into deletion values (?, ?, ?)').run(type, id, stampedAt)
}

export function insertRecord(store: Store, record: NewRecord): StoredRecord {
  const createdAt = wholeSecond(record.createdAt)
  const modifiedAt = wholeSecond(record.modifiedAt ?? createdAt)
  const stored: StoredRecord = {
    type: record.type,
    id: record.id ?? nextId(store, record.type),
    fields: record.fields,
    createdAt,
    modifiedAt,
    stampedAt: wholeSecond(record.stampedAt ?? modifiedAt),
    isDeleted: record.isDeleted ?? false,
    visibleAt: record.visibleAt ?? 0,
  }
  store
    .sql('insert into record values (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      stored.type,
      stored.id,
      JSON.stringify(stored.fields),
      stored.createdAt,
      stored.modifiedAt,
      stored.stampedAt,
      Number(stored.isDeleted),
      stored.visibleAt,
    )
  if (stored.isDeleted) noteDeletion(store, stored)
  return stored
}

/** Until a late transaction commits, queries see what was there before it. */
function keepFormer(store: Store, former: StoredRecord, visibleUntil: number): void {
  store
    .sql(
      `insert or ignore into former_record
       select type, id, fields, created_at, modified_at, stamped_at, is_deleted, visible_at, ?
       from record where type = ? and id = ?`,
    )
    .run(visibleUntil, former.type, former.id)
}

function saveRecord(store: Store, former: StoredRecord, changed: StoredRecord): StoredRecord {
  return transaction(store, () => {
    if (changed.visibleAt > Math.max(changed.stampedAt, former.visibleAt))
      keepFormer(store, former, changed.visibleAt)
    store
      .sql(
        `update record set fields = ?, modified_at = ?, stamped_at = ?, is_deleted = ?, visible_at = ?
         where type = ? and id = ?`,
      )
      .run(
        JSON.stringify(changed.fields),
        changed.modifiedAt,
        changed.stampedAt,
        Number(changed.isDeleted),
        changed.visibleAt,
        changed.type,
        changed.id,
      )
    if (changed.isDeleted !== former.isDeleted) noteDeletion(store, changed)
    return changed
  })
}

function stamped(former: StoredRecord, at: Stamps) {
  return {
    modifiedAt: wholeSecond(at.modifiedAt ?? former.modifiedAt),
    stampedAt: wholeSecond(at.stampedAt),
    // A transaction under way holds the row's lock: what comes after it commits after it.
    visibleAt: Math.max(former.visibleAt, at.visibleAt ?? 0),
  }
}

/** Merges values into a record; undefined where there is none with this id. */
export function changeRecord(
  store: Store,
  type: SObjectType,
  id: string,
  fields: Fields,
  at: Stamps,
): StoredRecord | undefined {
  const former = findRecord(store, type, id)
  if (!former) return undefined
  const changed = { ...former, ...stamped(former, at), fields: { ...former.fields, ...fields } }
  return saveRecord(store, former, changed)
}

/** Moves a record into the recycle bin, or back. */
export function setDeleted(
  store: Store,
  type: SObjectType,
  id: string,
  isDeleted: boolean,
  at: Stamps,
): StoredRecord | undefined {
  const former = findRecord(store, type, id)
  return former && saveRecord(store, former, { ...former, ...stamped(former, at), isDeleted })
}

/** Removes a record for good; its id is never given again. */
export function purgeRecord(store: Store, type: SObjectType, id: string): void {
  const kind: IdKind = type
  transaction(store, () => {
    raiseIdFloor(store, kind)
    store.sql('delete from former_record where type = ? and id = ?').run(type, id)
    store.sql('delete from record where type = ? and id = ?').run(type, id)
  })
}

/** How many records there are of each type that has any: not deleted ones, nor leads that became contacts. */
export function countRecords(store: Store): Record<string, number> {
  const rows = store
    .sql(
      `select type, count(*) as n from record where is_deleted = 0
        and coalesce(json_extract(fields, '$.IsConverted'), 0) = 0 group by type`,
    )
    .all()
  return Object.fromEntries(rows.map((row) => [String(row['type']), Number(row['n'])]))
}
