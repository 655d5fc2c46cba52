import { CrmUnavailable } from '../../src/errors.ts'
import { EMPTY_PAGE, type Page } from '../page.ts'
import { inParallel } from '../parallel.ts'
import { CRM } from './api-version.ts'
import { S_OBJECTS, type SObject } from './fields.ts'
import { sObjectOf, to18 } from './ids.ts'
import { idsIn } from './ids-in.ts'
import { joinPages } from './join-pages.ts'
import type { Org } from './org.ts'
import { toPage } from './page.ts'
import { encodedLength, queryEverything, type SalesforceRecord } from './query.ts'
import { type Reading, type Readings, withReading } from './reading.ts'
import { removalOf } from './removals.ts'
import { recordsWhere } from './select.ts'
import { idIn } from './soql.ts'
import { objectOf } from './streams.ts'

/** Records of one query by id. */
const MOST_IDS = 400
/** Of a URL, with all that is in it. */
const MAX_URL = 14_500
/** One id more: `'…',`, of which four characters take three each. */
const ID_IN_URL = 18 + 3 * 3
const BATCHES_IN_FLIGHT = 4
/** Somebody was merged, and the winner merged again, so many times. */
const LONGEST_CHAIN = 10

/** Any number of records of a stream as they are now: gone, merged and converted ones too, each as such. */
export async function fetchRecords(
  org: Org,
  readings: Readings,
  stream: string,
  ids: readonly string[],
): Promise<Page> {
  const object = objectOf(stream)
  const distinct = [...new Set(ids.map((id) => to18(id) ?? id))]
  const ofObject = Map.groupBy(distinct, (id) => knownObject(id) ?? object)
  const pages: Page[] = []
  for (const [each, some] of ofObject) {
    const read = each === 'OpportunityContactRole' ? fetchRoles : fetchObjects
    pages.push(await read(org, readings, each, some))
  }
  const page = await withWinners(org, readings, joinPages(pages))
  return { ...page, records: ids.length }
}

function knownObject(id: string): SObject | undefined {
  const name = sObjectOf(id)
  return S_OBJECTS.find((object) => object === name)
}

/** A role is nothing by itself: its opportunity is read again. */
async function fetchRoles(
  org: Org,
  readings: Readings,
  object: SObject,
  ids: readonly string[],
): Promise<Page> {
  const roles = await withReading(org, readings, object, [], (reading) =>
    readByIds(org, reading, ids.filter(isId)),
  )
  return await fetchObjects(org, readings, 'Opportunity', idsIn(roles, 'OpportunityId'))
}

/** Distinct records of one object; who is not there at all is gone. */
export async function fetchObjects(
  org: Org,
  readings: Readings,
  object: SObject,
  ids: readonly string[],
): Promise<Page> {
  if (ids.length === 0) return EMPTY_PAGE
  return await withReading(org, readings, object, EMPTY_PAGE, async (reading) => {
    const records = await readByIds(org, reading, ids.filter(isId))
    const page = await toPage(org, reading, records, null)
    const here = new Set(records.map(({ id }) => id))
    const at = org.context.clock.now()
    const gone = ids.filter((id) => !here.has(id)).flatMap((id) => removalOf(object, id, at))
    return { ...page, removed: [...page.removed, ...gone] }
  })
}

function isId(text: string): boolean {
  return to18(text) !== undefined
}

/** Records of one object by id, deleted ones too; who is not there does not come. */
export async function readByIds(
  org: Org,
  reading: Reading,
  ids: readonly string[],
): Promise<readonly SalesforceRecord[]> {
  const query = (some: readonly string[]) => recordsWhere(reading, { where: [idIn('Id', some)] })
  const size = batchSize(encodedLength(query(ids.slice(0, 1))))
  const starts = Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => at * size)
  const answers = await inParallel(starts, BATCHES_IN_FLIGHT, (start) =>
    queryEverything(org, query(ids.slice(start, start + size))),
  )
  return answers.flat()
}

/** @param length of the query for one id */
function batchSize(length: number): number {
  return Math.max(1, Math.min(MOST_IDS, Math.floor((MAX_URL - length) / ID_IN_URL)))
}

/** Reads whom the merged ones became, so that nobody is told to be somebody whom nobody knows. */
async function withWinners(org: Org, readings: Readings, first: Page): Promise<Page> {
  let page = first
  const looked = new Set<string>()
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const open = page.merged.map(({ winner }) => winner).filter((id) => !isTold(page, id, looked))
    if (open.length === 0) return page
    const pages = [page]
    for (const [object, ids] of Map.groupBy(new Set(open), knownObject)) {
      for (const id of ids) looked.add(id)
      if (object) pages.push(await fetchObjects(org, readings, object, ids))
    }
    page = joinPages(pages)
  }
  throw new CrmUnavailable(CRM, 'Merges lead on and on')
}

function isTold(page: Page, id: string, looked: ReadonlySet<string>): boolean {
  if (looked.has(id)) return true
  const told = [...page.people, ...page.companies, ...page.removed].some((each) => each.id === id)
  return told || page.merged.some(({ loser }) => loser === id)
}
