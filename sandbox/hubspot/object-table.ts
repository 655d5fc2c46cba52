import type { SQLOutputValue } from 'node:sqlite'
import type { RecordType } from './record.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

export type Values = Record<string, string>

/** One stored record. Times are milliseconds since the epoch. */
export interface StoredObject {
  readonly type: RecordType
  readonly id: number
  readonly properties: Values
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  readonly mergedInto: number | null
}

const nullable = (value: SQLOutputValue | undefined): number | null =>
  value === null || value === undefined ? null : Number(value)

function toObject(type: RecordType, row: Record<string, SQLOutputValue>): StoredObject {
  return {
    type,
    id: Number(row['id']),
    properties: JSON.parse(String(row['properties'])),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    archivedAt: nullable(row['archived_at']),
    mergedInto: nullable(row['merged_into']),
  }
}

/** A record id as the API writes it, or undefined where the text cannot be one. */
export function parseId(text: string): number | undefined {
  const id = /^[0-9]{1,15}$/.test(text) ? Number(text) : 0
  return id > 0 ? id : undefined
}

/** The row with exactly this id: live, archived or merged away. */
export function findObject(store: Store, type: RecordType, id: number): StoredObject | undefined {
  const row = store.sql('select * from object where type = ? and id = ?').get(type, id)
  return row && toObject(type, row)
}

/** The record an id now stands for: a merge's loser leads to the survivor. */
export function resolveObject(
  store: Store,
  type: RecordType,
  id: number,
): StoredObject | undefined {
  const found = findObject(store, type, id)
  return found?.mergedInto ? resolveObject(store, type, found.mergedInto) : found
}

export function findContactByEmail(store: Store, email: string): StoredObject | undefined {
  const row = store
    .sql(
      `select * from object where type = 'contacts' and archived_at is null and merged_into is null
       and lower(json_extract(properties, '$."email"')) = ?`,
    )
    .get(email.toLowerCase())
  return row && toObject('contacts', row)
}

/** Up to `limit` records after an id, in the order of their ids. */
export function listObjects(
  store: Store,
  type: RecordType,
  page: { after: number; limit: number; archived: boolean },
): StoredObject[] {
  const rows = store
    .sql(
      `select * from object where type = ? and merged_into is null
       and archived_at is ${page.archived ? 'not null' : 'null'}
       and id > ? order by id limit ?`,
    )
    .all(type, page.after, page.limit)
  return rows.map((row) => toObject(type, row))
}

export function insertObject(store: Store, object: StoredObject): void {
  store
    .sql('insert into object values (?, ?, ?, ?, ?, ?, ?)')
    .run(
      object.type,
      object.id,
      JSON.stringify(object.properties),
      object.createdAt,
      object.updatedAt,
      object.archivedAt,
      object.mergedInto,
    )
}

export function saveObject(store: Store, object: StoredObject): void {
  store
    .sql(
      `update object set properties = ?, updated_at = ?, archived_at = ?, merged_into = ?
       where type = ? and id = ?`,
    )
    .run(
      JSON.stringify(object.properties),
      object.updatedAt,
      object.archivedAt,
      object.mergedInto,
      object.type,
      object.id,
    )
}

function highestId(store: Store, type: RecordType): number {
  const row = store.sql('select max(id) as id from object where type = ?').get(type)
  const floor = readSetting(store, `id_floor:${type}`)
  return Math.max(1_000, Number(row?.['id'] ?? 0), Number(floor ?? 0))
}

/** An id that no record of the type has had. */
export function nextId(store: Store, type: RecordType): number {
  return highestId(store, type) + 1
}

/** Call it before a record is erased: otherwise the next one to be made would get its id. */
export function raiseIdFloor(store: Store, type: RecordType): void {
  writeSetting(store, `id_floor:${type}`, String(highestId(store, type)))
}

/** How many live records there are of each type that has any. */
export function countObjects(store: Store): Record<string, number> {
  const rows = store
    .sql(
      `select type, count(*) as n from object
       where archived_at is null and merged_into is null group by type`,
    )
    .all()
  return Object.fromEntries(rows.map((row) => [String(row['type']), Number(row['n'])]))
}
