import { z } from 'zod'
import { CrmUnavailable } from '../../src/errors.ts'
import { EMPTY_PAGE, type Page, type Position, type Range, type Removal } from '../page.ts'
import { parsePosition } from '../position.ts'
import { engagementSourceId } from './activities.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { withProperties } from './batch-read.ts'
import { isAscending } from './id-order.ts'
import { LIST_PAGE, MAX_URL } from './limits.ts'
import { completeLinks, linkTargets, toPage } from './page.ts'
import { type ObjectType, subjectKind } from './properties.ts'
import type { Portal, Reading } from './reading.ts'
import { type CrmObject, ObjectList } from './schema.ts'

/** `lastId`: of the page before; absent where that page was out of order, and no gap can be told any more. */
const ListPosition = z.object({ after: z.string(), lastId: z.string().optional() })

/** What a URL has besides the names of the properties, with room to spare. */
const REST_OF_URL = 2_000

interface ListedPage {
  readonly results: readonly CrmObject[]
  /** HubSpot's own position after this page; undefined at the end. */
  readonly after: string | undefined
}

/** One page of all live records. */
export async function listLive(
  { client, log }: Portal,
  object: ObjectType,
  reading: Reading,
  position: Position | null,
): Promise<Page> {
  const at = position === null ? undefined : parsePosition('HubSpot', ListPosition, position)
  const { properties } = reading
  const fits = encodeURIComponent(properties.join()).length <= MAX_URL - REST_OF_URL
  const page = await listPage(client, object, {
    properties: (fits ? properties : ['hs_object_id']).join(),
    archived: 'false',
    ...associations(object),
    ...(at && { after: at.after }),
  })
  const links = await completeLinks(client, log, object, page.results)
  const results = fits
    ? page.results
    : await withProperties(client, object, page.results, properties)
  const { next, covers } = standing(object, page, position === null ? null : at?.lastId)
  return { ...toPage(object, results, links, reading, next), ...(covers && { covers }) }
}

/** One page of all archived records. */
export async function listArchived(
  { client }: Portal,
  object: ObjectType,
  position: Position | null,
): Promise<Page> {
  const at = position === null ? undefined : parsePosition('HubSpot', ListPosition, position)
  // An empty list of properties would bring HubSpot's default ones.
  const query = { properties: 'hs_object_id', archived: 'true', ...(at && { after: at.after }) }
  const { results, after } = await listPage(client, object, query)
  const removed = results.map((raw) => ({
    ...removedSubject(object, raw.id),
    at: raw.archivedAt ?? raw.updatedAt,
  }))
  const next = after === undefined ? null : { after }
  return { ...EMPTY_PAGE, removed, records: results.length, next }
}

async function listPage(
  client: Portal['client'],
  object: ObjectType,
  query: Readonly<Record<string, string>>,
): Promise<ListedPage> {
  const { results, paging } = await client.call({
    method: 'GET',
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${object}`,
    query: { limit: String(LIST_PAGE), ...query },
    answer: ObjectList,
  })
  const after = paging?.next?.after
  if (after !== undefined && after === query['after']) {
    throw new CrmUnavailable(CRM, `The list of ${object} does not move on from ${after}`, {
      quotes: after,
    })
  }
  return { results, after }
}

function associations(object: ObjectType): { associations?: string } {
  const targets = linkTargets(object).join()
  return targets ? { associations: targets } : {}
}

/**
 * Where to go on, and which ids the page leaves no gap in: the list is ordered by id, so whatever lies between two
 * neighbours does not exist. A page that is out of order tells nothing, nor do those after it.
 * @param lastId of the page before; null at the beginning
 */
function standing(
  object: ObjectType,
  { results, after }: ListedPage,
  lastId: string | null | undefined,
): { next: Position | null; covers?: Range } {
  const ids = results.map(({ id }) => id)
  const inOrder = lastId !== undefined && isAscending(lastId ?? '0', ids)
  const newest = ids.at(-1) ?? lastId ?? '0'
  const next = after === undefined ? null : { after, ...(inOrder && { lastId: newest }) }
  const kind = subjectKind(object)
  if (!inOrder || !kind) return { next }
  return { next, covers: { kind, after: lastId, upTo: next === null ? null : newest } }
}

/** A record of ours that is no more. */
export function removedSubject(object: ObjectType, id: string): Pick<Removal, 'kind' | 'id'> {
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
