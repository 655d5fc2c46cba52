import { z } from 'zod'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest, typeIn } from './endpoint.ts'
import { invalid } from './errors.ts'
import { findObject } from './object-table.ts'
import { viewObject } from './object-view.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { objectScopes } from './scopes.ts'
import { type Condition, conditionOf, containsToken, Filter, operandOf } from './search-filter.ts'
import { addIndexLag, laggingObjects, type Searched } from './search-index.ts'
import type { Store } from './store.ts'

const BODY_MAX = 3_000
const PAGE_MAX = 200
const WINDOW = 10_000
const GROUPS_MAX = 5
const FILTERS_MAX = 6
const FILTERS_TOTAL = 18

const Sort = z.union([
  z.string().transform((text) => ({
    propertyName: text.replace(/^-/, ''),
    direction: text.startsWith('-') ? ('DESCENDING' as const) : ('ASCENDING' as const),
  })),
  z.object({
    propertyName: z.string(),
    direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
  }),
])

const Search = z.object({
  filterGroups: z.array(z.object({ filters: z.array(Filter) })).default([]),
  sorts: z.array(Sort).default([]),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().default(10),
  after: z
    .union([z.string().regex(/^\d*$/), z.number().int().nonnegative()])
    .transform(Number)
    .default(0),
})
type Search = z.infer<typeof Search>

function checkSize(request: SandboxRequest, search: Search): void {
  if (request.bodyLength > BODY_MAX)
    throw invalid(`The body is ${request.bodyLength} characters long; ${BODY_MAX} are allowed`)
  if (search.limit < 0 || search.limit > PAGE_MAX)
    throw invalid(`The limit ${search.limit} is not valid: at most ${PAGE_MAX}`)
  const sizes = search.filterGroups.map((group) => group.filters.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (
    sizes.length > GROUPS_MAX ||
    sizes.some((size) => size > FILTERS_MAX) ||
    total > FILTERS_TOTAL
  )
    throw invalid(
      `Too many filters: at most ${GROUPS_MAX} groups of ${FILTERS_MAX}, ${FILTERS_TOTAL} in all`,
    )
  if (search.sorts.length > 1) throw invalid('Only one sort is allowed')
  if (search.after + search.limit > WINDOW)
    throw invalid(`A search reaches ${WINDOW} results at most; this asks beyond them`)
}

/** Groups joined by OR, the filters of each by AND. */
function whereOf(store: Store, type: RecordType, search: Search, newest: number): Condition {
  const groups = search.filterGroups
    .filter((group) => group.filters.length > 0)
    .map((group) => group.filters.map((filter) => conditionOf(store, type, filter)))
  const any = groups.map((filters) => `(${filters.map(({ sql }) => sql).join(' and ')})`)
  const filters = groups.flat()
  return {
    sql: `type = ? and archived_at is null and merged_into is null and updated_at <= ?${
      any.length > 0 ? ` and (${any.join(' or ')})` : ''
    }`,
    values: [type, newest, ...filters.flatMap(({ values }) => values)],
    isIndexed: filters.every(({ isIndexed }) => isIndexed),
  }
}

function orderOf(store: Store, type: RecordType, search: Search): Condition {
  const [sort] = search.sorts
  if (!sort) return { sql: 'id', values: [], isIndexed: true }
  const { sql, isIndexed } = operandOf(store, type, sort.propertyName)
  const direction = sort.direction === 'DESCENDING' ? 'desc' : 'asc'
  return { sql: `${sql} ${direction}, id`, values: [], isIndexed }
}

interface Found {
  readonly total: number
  readonly hits: readonly { readonly id: number; readonly updatedAt: number }[]
}

/** The table itself, by an index where one serves. */
function storedObjects(index: string): Searched {
  return { sql: index === '' ? 'object' : `object indexed by ${index}`, values: [] }
}

/**
 * The indexes are named because the planner, knowing nothing of the values, would read the records
 * themselves: 50,000 of them for every page of a changed-since search.
 */
function tablesOf(type: RecordType, request: SandboxRequest, where: Condition, order: Condition) {
  const { indexLag } = request.effects
  if (indexLag) {
    const lagging = laggingObjects(type, indexLag, request.now)
    return { counting: lagging, paging: lagging }
  }
  return {
    counting: storedObjects(where.isIndexed ? 'object_by_change' : ''),
    paging: storedObjects(where.isIndexed && order.isIndexed ? 'object_by_id' : ''),
  }
}

function runSearch(
  store: Store,
  { counting, paging }: ReturnType<typeof tablesOf>,
  where: Condition,
  order: Condition,
  search: Search,
): Found {
  const counted = store.db
    .prepare(`select count(*) as n from ${counting.sql} where ${where.sql}`)
    .get(...counting.values, ...where.values)
  const rows = store.db
    .prepare(
      `select id, updated_at from ${paging.sql} where ${where.sql}
       order by ${order.sql} limit ? offset ?`,
    )
    .all(...paging.values, ...where.values, search.limit, search.after)
  const hits = rows.map((row) => ({ id: Number(row['id']), updatedAt: Number(row['updated_at']) }))
  return { total: Number(counted?.['n']), hits }
}

function search(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const wanted = bodyOf(request, Search)
  checkSize(request, wanted)
  const lag = request.effects.searchLagMs
  const newest = lag > 0 ? request.now - lag : Number.MAX_SAFE_INTEGER
  const where = whereOf(store, type, wanted, newest)
  const order = orderOf(store, type, wanted)
  const found = runSearch(store, tablesOf(type, request, where, order), where, order, wanted)
  const results = found.hits.flatMap(({ id, updatedAt }) => {
    const object = findObject(store, type, id)
    return object ? [viewObject(store, { ...object, updatedAt }, wanted.properties)] : []
  })
  const next = wanted.after + found.hits.length
  const more = next < found.total && found.hits.length > 0
  const paging = more ? { paging: { next: { after: String(next) } } } : {}
  return { status: 200, body: { total: found.total, results, ...paging } }
}

/** Search, on a budget of its own. */
export function searchEndpoints(sandbox: Sandbox): Endpoint[] {
  addIndexLag(sandbox.store)
  sandbox.store.db.function('contains_token', { deterministic: true }, (text, token) =>
    text === null ? null : Number(containsToken(String(text), String(token))),
  )
  return [
    {
      method: 'post',
      path: '/crm/objects/:version/:type/search',
      budget: 'search',
      scopes: (request) => objectScopes(typeIn(request), 'read'),
      run: (request) => search(sandbox, request),
    },
  ]
}
