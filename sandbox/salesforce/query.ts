import { randomNumbers } from '../common/random.ts'
import {
  type Answer,
  apiCall,
  dataPath,
  type Endpoint,
  param,
  type SandboxRequest,
} from './endpoint.ts'
import { malformedQuery } from './errors.ts'
import type { Org } from './org.ts'
import { type Cursor, cursorIds, findCursor, invalidLocator, openCursor } from './query-cursor.ts'
import { parseSoql } from './soql.ts'
import { aggregate, countFound, isAggregate, isPlainCount } from './soql-aggregate.ts'
import { findIds, scopeOf } from './soql-find.ts'
import { readRecords } from './soql-read.ts'
import type { Scope } from './soql-scope.ts'
import { longTexts, type Selection, selectionOf } from './soql-select.ts'

const PAGE_MIN = 200
const LONG_TEXT_PAGE = 200

/** The size that pages shall have: what the caller hints at, within the org's own bounds. */
function wantedSize(org: Org, { headers }: SandboxRequest, selection: Selection): number {
  const most = longTexts(selection) >= 2 ? LONG_TEXT_PAGE : org.app.pageSize
  const hint = /batchSize=(\d+)/i.exec(headers['sforce-query-options'] ?? '')?.[1]
  if (hint === undefined) return most
  return Math.min(Math.max(Number(hint), PAGE_MIN), most)
}

/** How many records the page has in the end: a busy org may make any page shorter. */
function actualSize(org: Org, { effects }: SandboxRequest, wanted: number, place: number): number {
  const most = Math.min(wanted, effects.pageRows ?? wanted)
  if (!org.app.shortPages) return most
  return Math.max(1, Math.ceil(most * (0.5 + randomNumbers(place + most)() / 2)))
}

interface Page {
  readonly total: number
  readonly offset: number
  readonly ids: readonly string[]
  readonly locator: string | undefined
}

function pageAnswer(
  scope: Scope,
  selection: Selection,
  page: Page,
  request: SandboxRequest,
): Answer {
  const end = page.offset + page.ids.length
  const done = end >= page.total || page.locator === undefined
  const path = dataPath(request)
  const call = scope.isAll ? 'queryAll' : 'query'
  const next = done ? {} : { nextRecordsUrl: `${path}/${call}/${page.locator}-${end}` }
  const records = readRecords(scope, selection, page.ids, path)
  return { status: 200, body: { totalSize: page.total, done, ...next, records } }
}

function whole(records: readonly unknown[], totalSize = records.length): Answer {
  return { status: 200, body: { totalSize, done: true, records } }
}

function runQuery(org: Org, request: SandboxRequest, isAll: boolean): Answer {
  const soql = request.query.get('q')
  if (soql === null) throw malformedQuery('A query string has to be specified')
  const query = parseSoql(soql)
  const scope = scopeOf({ org, user: request.user, now: request.now, isAll }, query)
  if (isPlainCount(query)) return whole([], countFound(scope, query))
  if (isAggregate(query)) return whole(aggregate(scope, query))
  const selection = selectionOf(scope, query)
  const ids = findIds(scope, query)
  const pageSize = wantedSize(org, request, selection)
  const size = actualSize(org, request, pageSize, 0)
  const isMore = ids.length > size
  const cursor = isMore
    ? openCursor(org.store, { soql, userId: request.user.id, isAll, pageSize }, ids, request.now)
    : undefined
  const page = { total: ids.length, offset: 0, ids: ids.slice(0, size), locator: cursor?.id }
  return pageAnswer(scope, selection, page, request)
}

function locatorIn(org: Org, request: SandboxRequest): { cursor: Cursor; offset: number } {
  const [, id = '', start = ''] = /^(01g\w{15})-(\d{1,9})$/.exec(param(request, 'locator')) ?? []
  const cursor = findCursor(org.store, id, request.now)
  const offset = Number(start)
  if (start === '' || offset >= cursor.total || cursor.userId !== request.user.id)
    throw invalidLocator()
  return { cursor, offset }
}

/** The records were found when the query ran; their values are what they are now. */
function nextPage(org: Org, request: SandboxRequest): Answer {
  const { cursor, offset } = locatorIn(org, request)
  const query = parseSoql(cursor.soql)
  const { isAll, total } = cursor
  const scope = scopeOf({ org, user: request.user, now: request.now, isAll }, query)
  const size = actualSize(org, request, cursor.pageSize, offset)
  const ids = cursorIds(org.store, cursor.id, offset, size)
  const page = { total, offset, ids, locator: cursor.id }
  return pageAnswer(scope, selectionOf(scope, query), page, request)
}

/** SOQL over REST, with or without what was deleted and archived. */
export function queryEndpoints(org: Org): Endpoint[] {
  const counted = (path: string, run: Endpoint['run']) => apiCall('get', `/${path}`, run)
  return [
    counted('query', (request) => runQuery(org, request, false)),
    counted('queryAll', (request) => runQuery(org, request, true)),
    counted('query/:locator', (request) => nextPage(org, request)),
    counted('queryAll/:locator', (request) => nextPage(org, request)),
  ]
}
