import { z } from 'zod'
import { CrmUnavailable } from '../../src/errors.ts'
import type { ChangeWindow, Page, Position } from '../page.ts'
import { parsePosition } from '../position.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { withProperties } from './batch-read.ts'
import { isAscending } from './id-order.ts'
import { MAX_SEARCH_BODY, SEARCH, SEARCH_PAGE } from './limits.ts'
import { readAllLinks, toPage } from './page.ts'
import { cursorProperty, type ObjectType } from './properties.ts'
import type { Portal, Reading } from './reading.ts'
import { SearchAnswer } from './schema.ts'

const SearchPosition = z.object({ lastId: z.string().regex(/^\d+$/) })

/**
 * One page of what changed. Pages go by record id inside the window, never by `after`: many records may carry
 * the same moment, and a query ends at 10,000 results (BEHAVIOR.md, 3).
 */
export async function searchChanges(
  { client, log }: Portal,
  object: ObjectType,
  reading: Reading,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const lastId = position === null ? '0' : parsePosition('HubSpot', SearchPosition, position).lastId
  const complete = searchBody(object, window, lastId, reading.properties)
  const fits = JSON.stringify(complete).length <= MAX_SEARCH_BODY
  const answer = await client.call({
    method: 'POST',
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${object}/search`,
    body: fits ? complete : searchBody(object, window, lastId, [cursorProperty(object)]),
    allowance: SEARCH,
    answer: SearchAnswer,
  })
  const found = answer.results
  if (
    !isAscending(
      lastId,
      found.map(({ id }) => id),
    )
  ) {
    // The next page would skip records.
    throw new CrmUnavailable(CRM, `A search by id came out of order after ${lastId}`)
  }
  const newest = found.at(-1)
  // `total` counts what this query still has, so it tells of more even where `paging` is missing.
  const more = answer.paging?.next !== undefined || answer.total > found.length
  const next = newest && more ? { lastId: newest.id } : null
  const results = fits ? found : await withProperties(client, object, found, reading.properties)
  const links = await readAllLinks(client, log, object, results)
  return { ...toPage(object, results, links, reading, next), records: found.length }
}

function searchBody(
  object: ObjectType,
  window: ChangeWindow,
  lastId: string,
  properties: readonly string[],
) {
  const cursor = cursorProperty(object)
  const filters = [
    { propertyName: cursor, operator: 'GTE', value: String(window.since.getTime()) },
    { propertyName: cursor, operator: 'LTE', value: String(window.until.getTime()) },
    { propertyName: 'hs_object_id', operator: 'GT', value: lastId },
  ]
  const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }]
  return { filterGroups: [{ filters }], sorts, properties, limit: SEARCH_PAGE }
}
