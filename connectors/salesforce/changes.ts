import { CrmUnavailable } from '../../src/errors.ts'
import type { ChangeWindow, Page, Position } from '../page.ts'
import { parsePosition } from '../position.ts'
import { CRM } from './api-version.ts'
import { fetchObjects } from './fetch.ts'
import { idsIn } from './ids-in.ts'
import type { Org } from './org.ts'
import { toPage } from './page.ts'
import { ChangesPosition } from './position.ts'
import { queryPage, type SalesforceRecord } from './query.ts'
import type { Reading, Readings } from './reading.ts'
import { pageWhere } from './select.ts'
import { anyOf, id, moment } from './soql.ts'

/** The last record of a page. */
interface Place {
  readonly at: Date
  readonly id: string
}

/**
 * One page of what changed, deleted records too. Pages go by stamp and id: any number of records may carry one
 * second, and Salesforce's own cursors end after some time.
 */
export async function readChanges(
  org: Org,
  readings: Readings,
  reading: Reading,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const from = position === null ? null : placeOf(position)
  const conditions = [...after(window, from), `SystemModstamp <= ${moment(window.until)}`]
  const query = pageWhere(reading, conditions, ['SystemModstamp', 'Id'])
  const { records, more } = await queryPage(org, query)
  assertOrder(records, from)
  const last = records.at(-1)
  const isFull = records.length >= reading.pageSize
  const goesOn = last !== undefined && (more || isFull)
  const next = goesOn ? { at: moment(last.stampedAt), id: last.id } : null
  if (reading.object !== 'OpportunityContactRole') return await toPage(org, reading, records, next)
  const opportunities = idsIn(records, 'OpportunityId')
  const page = await fetchObjects(org, readings, 'Opportunity', opportunities)
  return { ...page, records: records.length, next }
}

function placeOf(position: Position): Place {
  const { at, id: lastId } = parsePosition('Salesforce', ChangesPosition, position)
  return { at, id: lastId }
}

function after({ since }: ChangeWindow, from: Place | null): readonly string[] {
  if (!from) return [`SystemModstamp >= ${moment(secondOf(since))}`]
  const at = moment(from.at)
  const sameSecond = `(SystemModstamp = ${at} AND Id > ${id(from.id)})`
  return [anyOf([`SystemModstamp > ${at}`, sameSecond])]
}

/** Stamps are cut to whole seconds: what changed later in the second of `since` carries an earlier one. */
function secondOf(since: Date): Date {
  return new Date(Math.floor(since.getTime() / 1_000) * 1_000)
}

/** @throws CrmUnavailable for a page out of order: the next one would skip records */
function assertOrder(records: readonly SalesforceRecord[], from: Place | null): void {
  let before = from
  for (const { stampedAt: at, id: recordId } of records) {
    if (before && !isBehind({ at, id: recordId }, before)) {
      throw new CrmUnavailable(CRM, `A query by time came out of order at ${recordId}`)
    }
    before = { at, id: recordId }
  }
}

function isBehind(one: Place, other: Place): boolean {
  const later = one.at.getTime() - other.at.getTime()
  return later > 0 || (later === 0 && one.id > other.id)
}
