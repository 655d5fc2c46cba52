import { findField } from './objects.ts'
import type { FieldDefinition } from './objects-field.ts'
import { fieldValue, restValue } from './objects-value.ts'
import type { StoredRecord, Value } from './record.ts'
import { findRecord, toRecord } from './record-table.ts'
import { findIds } from './soql-find.ts'
import type { Column, Scope } from './soql-scope.ts'
import { seenRecords } from './soql-seen.ts'
import type { ChildSelection, Selection } from './soql-select.ts'
import type { Tree } from './soql-tree.ts'

/** One record as REST answers it. */
export type RestRecord = Record<string, unknown>

/** The parents that were looked up while a page is read. */
type Parents = Map<string, StoredRecord | undefined>

/** The versions of these records that queries see, in the order of the ids; those purged are missing. */
export function seenByIds(scope: Scope, ids: readonly string[]): StoredRecord[] {
  const { source, condition } = seenRecords({ ...scope, isAll: true })
  const rows = scope.org.store.db
    .prepare(
      `select ${scope.alias}.* from ${source} where ${condition}
       and ${scope.alias}.id in (select value from json_each(?))`,
    )
    .all(JSON.stringify(ids))
  const records = new Map(rows.map((row) => [String(row['id']), toRecord(row)]))
  return ids.flatMap((id) => records.get(id) ?? [])
}

/** The record that a reference leads to; the field is the holder's own of that name. */
function parentOf(
  scope: Scope,
  holder: StoredRecord,
  { name }: FieldDefinition,
  parents: Parents,
): StoredRecord | undefined {
  const reference = findField(scope.org.store, holder.type, name)
  const id = reference ? fieldValue(holder, reference) : null
  if (!reference || typeof id !== 'string') return undefined
  if (!parents.has(id)) {
    const found = reference.referenceTo.map((type) => findRecord(scope.org.store, type, id))
    parents.set(id, found.find(Boolean))
  }
  return parents.get(id)
}

const attributes = (record: StoredRecord, path: string) => ({
  type: record.type,
  url: `${path}/sobjects/${record.type}/${record.id}`,
})

/** The object within which a parent's fields stand. */
function placeOf(row: RestRecord, step: string, parent: StoredRecord, path: string): RestRecord {
  // Under a parent's name there is never anything but what this function puts there.
  const place = (row[step] ?? { attributes: attributes(parent, path) }) as RestRecord
  row[step] = place
  return place
}

function placeColumn(
  scope: Scope,
  row: RestRecord,
  record: StoredRecord,
  { definition, parents: references, path: steps }: Column,
  parents: Parents,
  path: string,
): void {
  let place = row
  let holder = record
  for (const [index, reference] of references.entries()) {
    const step = steps[index] ?? reference.name
    const parent = parentOf(scope, holder, reference, parents)
    if (!parent) {
      place[step] = null
      return
    }
    place = placeOf(place, step, parent, path)
    holder = parent
  }
  place[definition.name] = restValue(fieldValue(holder, definition), definition)
}

function columnValue(scope: Scope, record: StoredRecord, column: Column, parents: Parents): Value {
  let holder: StoredRecord | undefined = record
  for (const reference of column.parents)
    holder = holder && parentOf(scope, holder, reference, parents)
  return holder ? fieldValue(holder, column.definition) : null
}

/** The children of all these records, by the id of their parent; found in one go. */
function childrenByParent(
  { scope, query, selection, relationship }: ChildSelection,
  parentIds: readonly string[],
  path: string,
): Map<string, RestRecord[]> {
  if (parentIds.length === 0) return new Map()
  const { limit = Number.POSITIVE_INFINITY, offset = 0, ...finding } = query
  const ofParents: Tree = {
    kind: 'compare',
    field: relationship.field,
    operator: 'IN',
    literals: parentIds.map((id) => ({ type: 'STRING', text: `'${id}'` })),
  }
  const children = seenByIds(scope, findIds(scope, finding, ofParents))
  const byParent = Map.groupBy(children, ({ fields }) => String(fields[relationship.field]))
  const rows = [...byParent].map(
    ([id, own]) => [id, rowsOf(scope, selection, own.slice(offset, offset + limit), path)] as const,
  )
  return new Map(rows.filter(([, own]) => own.length > 0))
}

function rowsOf(
  scope: Scope,
  selection: Selection,
  records: readonly StoredRecord[],
  path: string,
): RestRecord[] {
  const parents: Parents = new Map()
  const ids = records.map(({ id }) => id)
  const children = selection.children.map((child) => ({
    name: child.name,
    byParent: childrenByParent(child, ids, path),
  }))
  return records.map((record) => {
    const row: RestRecord = { attributes: attributes(record, path) }
    for (const column of selection.columns) placeColumn(scope, row, record, column, parents, path)
    for (const { name, byParent } of children) {
      const own = byParent.get(record.id)
      row[name] = own ? { totalSize: own.length, done: true, records: own } : null
    }
    return row
  })
}

/** Reads what a query selects from the records with these ids, in this order. */
export function readRecords(
  scope: Scope,
  selection: Selection,
  ids: readonly string[],
  path: string,
): RestRecord[] {
  return rowsOf(scope, selection, seenByIds(scope, ids), path)
}

/** The same as plain values in the order of the columns, datetimes ending in Z; children are left out. */
export function readValues(
  scope: Scope,
  { columns }: Selection,
  ids: readonly string[],
): Value[][] {
  const parents: Parents = new Map()
  return seenByIds(scope, ids).map((record) =>
    columns.map((column) => columnValue(scope, record, column, parents)),
  )
}
