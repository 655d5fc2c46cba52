import { type Answer, apiCall, type Endpoint, type SandboxRequest, typeIn } from './endpoint.ts'
import { apiError } from './errors.ts'
import { restTime } from './objects-value.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DELETED_DAYS = 15
const UPDATED_DAYS = 30
const IDS_MAX = 600_000

interface Span {
  readonly start: number
  readonly end: number
}

const timeText = (ms: number): string => restTime(new Date(ms).toISOString())

function invalidDate(message: string): Error {
  return apiError(400, 'INVALID_REPLICATION_DATE', message)
}

/** Seconds are cut off, as the real org does. */
function momentIn({ query }: SandboxRequest, name: string): number {
  // A plus that was not escaped arrives as a blank.
  const text = (query.get(name) ?? '').replace(' ', '+')
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalidDate(`${name} is not a valid date: ${text}`)
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS
}

function spanOf(request: SandboxRequest, days: number): Span {
  const start = momentIn(request, 'start')
  const end = momentIn(request, 'end')
  if (start < request.now - days * DAY_MS)
    throw invalidDate(`startDate before org replication enabled date: at most ${days} days ago`)
  if (end < start + MINUTE_MS)
    throw invalidDate('endDate must be at least one minute after startDate')
  return { start, end: Math.min(end, request.now) }
}

/** What transactions under way have stamped comes later, so nothing after the first of them is covered. */
function covered({ store }: Org, type: SObjectType, { end }: Span, now: number): number {
  const row = store
    .sql('select min(stamped_at) as first from record where type = ? and visible_at > ?')
    .get(type, now)
  return Math.min(end, row?.['first'] ? Number(row['first']) : end)
}

function checkCount(rows: readonly unknown[]): void {
  if (rows.length > IDS_MAX)
    throw apiError(400, 'EXCEEDED_ID_LIMIT', `More than ${IDS_MAX} ids: choose a shorter time`)
}

/** Also what was purged since: only the list of deletions still knows of it. */
function deletedRecords(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const span = spanOf(request, DELETED_DAYS)
  const rows = org.store
    .sql(
      `select d.id, d.at from deletion d left join record r on r.type = d.type and r.id = d.id
       where d.type = ? and d.at >= ? and d.at < ? and coalesce(r.visible_at, 0) <= ?
       order by d.at, d.id limit ?`,
    )
    .all(type, span.start, span.end, request.now, IDS_MAX + 1)
  checkCount(rows)
  return {
    status: 200,
    body: {
      deletedRecords: rows.map(({ id, at }) => ({ id, deletedDate: timeText(Number(at)) })),
      earliestDateAvailable: timeText(request.now - DELETED_DAYS * DAY_MS),
      latestDateCovered: timeText(covered(org, type, span, request.now)),
    },
  }
}

function updatedRecords(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const span = spanOf(request, UPDATED_DAYS)
  const rows = org.store
    .sql(
      `select id from record where type = ? and stamped_at >= ? and stamped_at < ?
       and is_deleted = 0 and visible_at <= ? order by stamped_at, id limit ?`,
    )
    .all(type, span.start, span.end, request.now, IDS_MAX + 1)
  checkCount(rows)
  return {
    status: 200,
    body: {
      ids: rows.map(({ id }) => id),
      latestDateCovered: timeText(covered(org, type, span, request.now)),
    },
  }
}

/** What was deleted or updated between two moments. */
export function deletedEndpoints(org: Org): Endpoint[] {
  const counted = (path: string, run: Endpoint['run']) =>
    apiCall('get', `/sobjects/:type/${path}`, run)
  return [
    counted('deleted', (request) => deletedRecords(org, request)),
    counted('updated', (request) => updatedRecords(org, request)),
  ]
}
