import { z } from 'zod'
import { CrmRejected, CrmUnavailable, UserError } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { ChangeWindow, Page, Position, Removal } from '../connector.ts'
import { engagementSourceId } from './activities.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { HubspotRejected } from './errors.ts'
import { LIST_PAGE, MAX_SEARCH_BODY, SEARCH, SEARCH_PAGE } from './limits.ts'
import { completeLinks, EMPTY_PAGE, linkTargets, readAllLinks, toPage } from './page.ts'
import { cursorProperty, OBJECT_TYPES, type ObjectType, READ_PROPERTIES } from './properties.ts'
import { type CrmObject, ObjectList, SearchAnswer } from './schema.ts'

const ARCHIVED = 'archived:'
const BEFORE_PEOPLE = OBJECT_TYPES.filter((object) => object !== 'contacts')

export const FULL_PHASES: readonly (readonly string[])[] = [
  [...BEFORE_PEOPLE, ...OBJECT_TYPES.map((object) => `${ARCHIVED}${object}`)],
  ['contacts'],
]
export const CHANGE_PHASES: readonly (readonly string[])[] = [BEFORE_PEOPLE, ['contacts']]

/** Streams whose scope a portal may not grant: then they are empty, and everything else is read. */
const OPTIONAL: readonly ObjectType[] = ['deals', 'emails']

async function orEmpty(log: Log, object: ObjectType, reading: Promise<Page>): Promise<Page> {
  try {
    return await reading
  } catch (error) {
    const ungranted = error instanceof HubspotRejected && error.codes.has('MISSING_SCOPES')
    if (!ungranted || !OPTIONAL.includes(object)) throw error
    log.warn({ crm: CRM, object, reason: error.message }, 'stream not granted; read without it')
    return { ...EMPTY_PAGE, records: 0, next: null }
  }
}

/** One page of a full read: one call, except where a record has more associations than come with it. */
export async function pullAll(
  client: HubspotClient,
  log: Log,
  stream: string,
  position: Position | null,
): Promise<Page> {
  const archived = stream.startsWith(ARCHIVED)
  const object = objectType(archived ? stream.slice(ARCHIVED.length) : stream)
  return await orEmpty(log, object, readList(client, log, object, archived, position))
}

async function readList(
  client: HubspotClient,
  log: Log,
  object: ObjectType,
  archived: boolean,
  position: Position | null,
): Promise<Page> {
  const after = position === null ? undefined : parsePosition(ListPosition, position).after
  const list = await client.call({
    method: 'GET',
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${object}`,
    query: listQuery(object, archived, after),
    answer: ObjectList,
  })
  const nextAfter = list.paging?.next?.after
  if (nextAfter !== undefined && nextAfter === after) {
    throw new CrmUnavailable(CRM, `The list of ${object} does not move on from ${after}`)
  }
  const next = nextAfter === undefined ? null : { after: nextAfter }
  if (archived) return archivedPage(object, list.results, next)
  const links = await completeLinks(client, log, object, list.results)
  return toPage(object, list.results, links, next)
}

function listQuery(object: ObjectType, archived: boolean, after: string | undefined) {
  const targets = linkTargets(object).join(',')
  return {
    limit: String(LIST_PAGE),
    // An empty list would bring HubSpot's default properties.
    properties: archived ? 'hs_object_id' : READ_PROPERTIES[object].join(','),
    archived: String(archived),
    ...(!archived && targets && { associations: targets }),
    ...(after !== undefined && { after }),
  }
}

function archivedPage(
  object: ObjectType,
  results: readonly CrmObject[],
  next: Position | null,
): Page {
  const removed = results.map((raw) => ({
    ...removedSubject(object, raw.id),
    at: raw.archivedAt ?? raw.updatedAt,
  }))
  return { ...EMPTY_PAGE, removed, records: results.length, next }
}

function removedSubject(object: ObjectType, id: string): Pick<Removal, 'kind' | 'id'> {
  switch (object) {
    case 'contacts':
      return { kind: 'person', id }
    case 'companies':
      return { kind: 'company', id }
    case 'deals':
      return { kind: 'deal', id }
    default:
      return { kind: 'activity', id: engagementSourceId(object, id) }
  }
}

/**
 * One page of what changed. Pages go by record id inside the window, never by `after`: many records may carry
 * the same moment, and a query ends at 10,000 results (BEHAVIOR.md, 3).
 */
export async function pullChanges(
  client: HubspotClient,
  log: Log,
  stream: string,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const object = objectType(stream)
  return await orEmpty(log, object, searchChanges(client, log, object, window, position))
}

async function searchChanges(
  client: HubspotClient,
  log: Log,
  object: ObjectType,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const lastId = position === null ? '0' : parsePosition(SearchPosition, position).lastId
  const answer = await client.call({
    method: 'POST',
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${object}/search`,
    body: searchBody(object, window, lastId),
    allowance: SEARCH,
    answer: SearchAnswer,
  })
  const { results } = answer
  assertAscending(results, lastId)
  const newest = results.at(-1)
  // `total` counts what this query still has, so it tells of more even where `paging` is missing.
  const more = answer.paging?.next !== undefined || answer.total > results.length
  const next = newest && more ? { lastId: newest.id } : null
  const links = await readAllLinks(client, log, object, results)
  return toPage(object, results, links, next)
}

function searchBody(object: ObjectType, window: ChangeWindow, lastId: string) {
  const cursor = cursorProperty(object)
  const filters = [
    { propertyName: cursor, operator: 'GTE', value: String(window.since.getTime()) },
    { propertyName: cursor, operator: 'LTE', value: String(window.until.getTime()) },
    { propertyName: 'hs_object_id', operator: 'GT', value: lastId },
  ]
  const body = {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
    properties: READ_PROPERTIES[object],
    limit: SEARCH_PAGE,
  }
  const length = JSON.stringify(body).length
  if (length <= MAX_SEARCH_BODY) return body
  throw new CrmRejected(CRM, 400, `A search of ${object} takes ${length} characters, 3,000 at most`)
}

/** Out of order, the next page would skip records. */
function assertAscending(results: readonly CrmObject[], lastId: string): void {
  let previous = BigInt(lastId)
  for (const { id } of results) {
    if (BigInt(id) <= previous) {
      throw new CrmUnavailable(CRM, `A search by id came out of order after ${previous}`)
    }
    previous = BigInt(id)
  }
}

const ListPosition = z.object({ after: z.string() })
const SearchPosition = z.object({ lastId: z.string().regex(/^\d+$/) })

function parsePosition<T>(schema: z.ZodType<T>, position: Position): T {
  const parsed = schema.safeParse(position)
  if (parsed.success) return parsed.data
  throw new UserError('The saved sync position is not one of HubSpot; start this stream again')
}

function objectType(stream: string): ObjectType {
  const object = OBJECT_TYPES.find((known) => known === stream)
  if (object) return object
  throw new UserError(`HubSpot has no stream "${stream}"; known are ${OBJECT_TYPES.join(', ')}`)
}
