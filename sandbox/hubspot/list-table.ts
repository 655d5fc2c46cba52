import type { SQLOutputValue } from 'node:sqlite'
import { branchSql, type FilterBranch } from './list-filter.ts'
import { findType } from './object-types.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

export const PROCESSING_TYPES = ['MANUAL', 'DYNAMIC', 'SNAPSHOT'] as const
type ProcessingType = (typeof PROCESSING_TYPES)[number]

/** A list of records, which HubSpot's screens call a segment. */
export interface List {
  readonly id: number
  readonly name: string
  readonly type: RecordType
  readonly processingType: ProcessingType
  readonly filterBranch: FilterBranch | null
  readonly createdAt: number
}

interface Member {
  readonly id: number
  readonly since: number
}

function toList(row: Record<string, SQLOutputValue>): List {
  const type = findType(String(row['type']))
  const processingType = PROCESSING_TYPES.find((known) => known === row['processing_type'])
  if (!type || !processingType) throw new Error(`The list ${String(row['id'])} is damaged.`)
  const branch = row['filter_branch']
  return {
    id: Number(row['id']),
    name: String(row['name']),
    type,
    processingType,
    filterBranch: branch === null ? null : JSON.parse(String(branch)),
    createdAt: Number(row['created_at']),
  }
}

export function findList(store: Store, id: number): List | undefined {
  const row = store.sql('select * from list where id = ?').get(id)
  return row && toList(row)
}

/** Names are compared without regard to case. */
export function findListByName(store: Store, name: string): List | undefined {
  const row = store.sql('select * from list where name = ?').get(name)
  return row && toList(row)
}

export function allLists(store: Store): List[] {
  return store.sql('select * from list order by id').all().map(toList)
}

export function insertList(store: Store, list: Omit<List, 'id'>): List {
  const { lastInsertRowid } = store
    .sql(
      `insert into list (name, type, processing_type, filter_branch, created_at)
       values (?, ?, ?, ?, ?)`,
    )
    .run(
      list.name,
      list.type,
      list.processingType,
      list.filterBranch && JSON.stringify(list.filterBranch),
      list.createdAt,
    )
  const made = { ...list, id: Number(lastInsertRowid) }
  if (made.processingType === 'SNAPSHOT') takeSnapshot(store, made)
  return made
}

export function deleteList(store: Store, id: number): void {
  store.sql('delete from list_member where list_id = ?').run(id)
  store.sql('delete from list where id = ?').run(id)
}

const LIVE = 'type = ? and archived_at is null and merged_into is null'

/** The members of a list as a query of (id, since), and its values. */
function membersSql(store: Store, list: List): { sql: string; values: (string | number)[] } {
  if (list.processingType !== 'DYNAMIC' || !list.filterBranch)
    return {
      sql: `select id, m.since from list_member m join object on id = m.record_id
            where m.list_id = ? and ${LIVE}`,
      values: [list.id, list.type],
    }
  const { sql, values } = branchSql(store, list.type, list.filterBranch)
  // Nobody watches a dynamic list change here: a record's last change is as near as we know its joining.
  return {
    sql: `select id, max(updated_at, ?) as since from object where ${LIVE} and (${sql})`,
    values: [list.createdAt, list.type, ...values],
  }
}

function takeSnapshot(store: Store, list: List): void {
  const { sql, values } = membersSql(store, { ...list, processingType: 'DYNAMIC' })
  store.db
    .prepare(`insert into list_member select ?, id, ? from (${sql})`)
    .run(list.id, list.createdAt, ...values)
}

export function countMembers(store: Store, list: List): number {
  const { sql, values } = membersSql(store, list)
  const row = store.db.prepare(`select count(*) as n from (${sql})`).get(...values)
  return Number(row?.['n'])
}

/** Up to `limit` members after an id, in the order of their ids. */
export function membersOf(
  store: Store,
  list: List,
  page: { after: number; limit: number },
): Member[] {
  const { sql, values } = membersSql(store, list)
  const rows = store.db
    .prepare(`select id, since from (${sql}) where id > ? order by id limit ?`)
    .all(...values, page.after, page.limit)
  return rows.map((row) => ({ id: Number(row['id']), since: Number(row['since']) }))
}
