import type { OrderByClause, Query } from '@jetstreamapp/soql-parser-js'
import { apiError, malformedQuery } from './errors.ts'
import { isLongText } from './objects-field.ts'
import { columnOf } from './objects-value.ts'
import { accessPath } from './soql-plan.ts'
import { openScope, resolveField, type Scope } from './soql-scope.ts'
import { seenRecords } from './soql-seen.ts'
import { type Tree, treeOf } from './soql-tree.ts'
import { comparable, type Piece, piece, whereSql } from './soql-where.ts'

const OFFSET_MAX = 2_000

/** What is asked of records, whatever is then read from them. */
export type Finding = Pick<Query, 'where' | 'orderBy' | 'limit' | 'offset'>

function listOf<T>(one: T | T[] | undefined): T[] {
  if (one === undefined) return []
  return Array.isArray(one) ? one : [one]
}

function ordersOf({ orderBy }: Finding): { field: string; order: OrderByClause }[] {
  return listOf(orderBy).map((order) => {
    if ('field' in order) return { field: order.field, order }
    throw malformedQuery(`the function ${order.fn.rawValue ?? ''} is not supported in ORDER BY`)
  })
}

/** What is empty comes first unless the query says otherwise. Records that tie come by their ids. */
function orderSql(scope: Scope, finding: Finding): string {
  const parts = ordersOf(finding).map(({ field, order }) => {
    const column = resolveField(scope, field)
    const { definition, parents } = column
    if (isLongText(definition))
      throw apiError(
        400,
        'MALFORMED_QUERY',
        `field '${definition.name}' can not be sorted in a query call`,
      )
    const direction = order.order === 'DESC' ? 'desc' : 'asc'
    const nulls = order.nulls === 'LAST' ? 'nulls last' : 'nulls first'
    // An index cannot serve "nulls first desc", and a system column is never empty.
    const isNeverEmpty = parents.length === 0 && columnOf(definition.name) !== undefined
    return `${comparable(scope, column)} ${direction} ${isNeverEmpty ? '' : nulls}`
  })
  return [...parts, `${scope.alias}.id`].join(', ')
}

function firstOrder(scope: Scope, finding: Finding): string | undefined {
  const [first] = ordersOf(finding)
  if (!first) return undefined
  const { definition, parents } = resolveField(scope, first.field)
  return parents.length === 0 ? definition.name : undefined
}

function checkOffset({ offset = 0 }: Finding): number {
  if (offset <= OFFSET_MAX) return offset
  throw apiError(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${OFFSET_MAX}`)
}

function filterOf({ where }: Finding, within: Tree | undefined): Tree | undefined {
  const own = where && treeOf(where)
  return own && within ? { kind: 'and', parts: [within, own] } : (own ?? within)
}

/** The records that satisfy a filter, and are `within` another one, as SQL from FROM on, without order. */
export function foundSql(scope: Scope, finding: Finding, within?: Tree): Piece {
  const tree = filterOf(finding, within)
  const where = tree ? whereSql(scope, tree) : piece('1')
  const { index, implied } = accessPath(scope, tree, firstOrder(scope, finding))
  const { source, condition } = seenRecords(scope, index)
  return piece(`from ${source} where ${condition} and ${implied.sql} and (${where.sql})`, [
    ...implied.values,
    ...where.values,
  ])
}

/** The ids of the records that a query finds, in its order. */
export function findIds(scope: Scope, finding: Finding, within?: Tree): string[] {
  const offset = checkOffset(finding)
  const found = foundSql(scope, finding, within)
  const order = orderSql(scope, finding)
  const rows = scope.org.store.db
    .prepare(`select ${scope.alias}.id ${found.sql} order by ${order} limit ? offset ?`)
    .all(...found.values, finding.limit ?? -1, offset)
  return rows.map((row) => String(row['id']))
}

/** Opens the scope of a whole query. @throws ApiError 400 INVALID_TYPE */
export function scopeOf(
  outer: Pick<Scope, 'org' | 'user' | 'now' | 'isAll'>,
  { sObject, sObjectAlias }: Pick<Query, 'sObject' | 'sObjectAlias'>,
): Scope {
  return openScope(outer, sObject ?? '', sObjectAlias, 'r')
}
