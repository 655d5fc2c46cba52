import { CrmUnavailable } from '../../src/errors.ts'
import { EMPTY_PAGE, type Page, type Position, type Range } from '../page.ts'
import { parsePosition } from '../position.ts'
import { CRM } from './api-version.ts'
import { bulkQueryCalls } from './bulk-costs.ts'
import { KIND_OF, type SubjectObject } from './definitions.ts'
import { isSubject, type SObject } from './fields.ts'
import { beginJob, readJobPage } from './list-job.ts'
import type { Org } from './org.ts'
import { toPage } from './page.ts'
import { type JobPosition, ListPosition } from './position.ts'
import { queryCount, queryPage, type SalesforceRecord } from './query.ts'
import { PAGE_SIZE, type Reading } from './reading.ts'
import { pageWhere } from './select.ts'
import { countOf, id } from './soql.ts'

/** Calls that a full reading of so many records takes, and the way that takes fewer. */
export interface ReadingPlan {
  readonly way: 'rest' | 'bulk'
  readonly rest: number
  readonly bulk: number
}

/**
 * A page of the REST API brings 2,000 records for one call of the customer's daily allowance; a query job brings
 * 10,000, but costs some calls whatever its size, and time. Below some 27,000 records pages are cheaper.
 * @param pageSize records that one page of the REST API holds
 */
export function readingPlan(records: number, pageSize = PAGE_SIZE): ReadingPlan {
  const rest = Math.max(1, Math.ceil(records / pageSize))
  const bulk = bulkQueryCalls(records)
  return { way: bulk < rest ? 'bulk' : 'rest', rest, bulk }
}

/** One page of all live records, in the order of their ids. */
export async function listLive(
  org: Org,
  reading: Reading,
  position: Position | null,
): Promise<Page> {
  if (position === null) return await restPage(org, reading, null)
  const at = parsePosition('Salesforce', ListPosition, position)
  if ('job' in at) return await jobPage(org, reading, at)
  const { lastId, planned } = at
  if (planned === 0 && (await isForJob(org, reading, lastId))) {
    const place = await beginJob(org, reading, conditions(reading.object, lastId))
    if (place) return await jobPage(org, reading, { ...place, lastId, readTo: lastId })
  }
  return await restPage(org, reading, lastId)
}

/** What the first page leaves is counted once. Sub-queries are not for jobs. */
async function isForJob(org: Org, reading: Reading, lastId: string): Promise<boolean> {
  if (reading.hasRoles) return false
  const where = conditions(reading.object, lastId)
  const left = await queryCount(org, countOf({ from: reading.object, where }))
  return readingPlan(left, reading.pageSize).way === 'bulk'
}

/** Where the job comes to nothing, the rest is read by pages from where it began. */
async function jobPage(org: Org, reading: Reading, at: JobPosition): Promise<Page> {
  const step = await readJobPage(org, reading, at)
  if (step === 'lost') return await restPage(org, reading, at.lastId)
  if (step === 'working') return { ...EMPTY_PAGE, next: { ...at } }
  const { records, locator } = step
  const { readTo, ...place } = at
  const last = records.at(-1)?.id ?? readTo
  const inOrder = readTo !== undefined && last !== undefined && isAscending(readTo, records)
  const isOver = locator === null
  const next = isOver ? null : { ...place, locator, ...(inOrder && { readTo: last }) }
  const covers = inOrder ? rangeOf(reading.object, readTo, isOver ? null : last) : undefined
  return { ...(await toPage(org, reading, records, next)), ...(covers && { covers }) }
}

async function restPage(org: Org, reading: Reading, lastId: string | null): Promise<Page> {
  const { object, pageSize } = reading
  const { records, more } = await queryPage(
    org,
    pageWhere(reading, conditions(object, lastId), ['Id']),
  )
  if (!isAscending(lastId ?? '', records)) {
    // The next page would skip records.
    throw new CrmUnavailable(CRM, `A list of ${object} came out of order after ${lastId}`)
  }
  const last = records.at(-1)?.id
  const goesOn = last !== undefined && (more || records.length >= pageSize)
  const next = goesOn ? { lastId: last, planned: lastId === null ? 0 : 1 } : null
  const covers = rangeOf(object, lastId, goesOn ? last : null)
  return { ...(await toPage(org, reading, records, next)), ...(covers && { covers }) }
}

/** Leads that were converted are told by their change; the contacts they became are a stream of their own. */
function conditions(object: SObject, lastId: string | null): readonly string[] {
  return [
    'IsDeleted = false',
    ...(object === 'Lead' ? ['IsConverted = false'] : []),
    ...(lastId === null ? [] : [`Id > ${id(lastId)}`]),
  ]
}

/**
 * People are in two streams, so a page covers ids of its own object at the most.
 * @param after null for the first page
 * @param upTo null for the last page
 */
function rangeOf(object: SObject, after: string | null, upTo: string | null): Range | undefined {
  if (!isSubject(object)) return undefined
  const { first, last } = idsOf(object)
  return { kind: KIND_OF[object], after: after ?? first, upTo: upTo ?? last }
}

/** What ids begin with; they are ordered inside of one object only. */
const KEY_PREFIXES: Readonly<Record<SubjectObject, string>> = {
  Lead: '00Q',
  Contact: '003',
  Account: '001',
}
const REST_OF_ID = 15

function idsOf(object: SubjectObject): { readonly first: string; readonly last: string } {
  const prefix = KEY_PREFIXES[object]
  return { first: prefix + '0'.repeat(REST_OF_ID), last: prefix + 'z'.repeat(REST_OF_ID) }
}

/** Salesforce orders ids as we do: by character code, capitals before small letters. */
function isAscending(after: string, records: readonly SalesforceRecord[]): boolean {
  let before = after
  for (const { id: recordId } of records) {
    if (recordId <= before) return false
    before = recordId
  }
  return true
}
