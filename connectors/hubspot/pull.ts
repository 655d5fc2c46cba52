import { UserError } from '../../src/errors.ts'
import { type ChangeWindow, EMPTY_PAGE, type Page, type Position } from '../page.ts'
import { CRM } from './api-version.ts'
import { HubspotRejected } from './errors.ts'
import { listArchived, listLive } from './list.ts'
import { OBJECT_TYPES, type ObjectType } from './properties.ts'
import { type Portal, withReading } from './reading.ts'
import { searchChanges } from './search.ts'

const ARCHIVED = 'archived:'
const BEFORE_PEOPLE = OBJECT_TYPES.filter((object) => object !== 'contacts')

export const FULL_PHASES: readonly (readonly string[])[] = [
  [...BEFORE_PEOPLE, ...OBJECT_TYPES.map((object) => `${ARCHIVED}${object}`)],
  ['contacts'],
]
export const CHANGE_PHASES: readonly (readonly string[])[] = [BEFORE_PEOPLE, ['contacts']]

/** Streams whose scope a portal may not grant: then they are empty, and everything else is read. */
const OPTIONAL: readonly ObjectType[] = ['deals', 'emails']

/** The page, or an empty one where the portal grants no access to an optional stream. */
export async function orEmpty(
  { log }: Portal,
  object: ObjectType,
  reading: Promise<Page>,
): Promise<Page> {
  try {
    return await reading
  } catch (error) {
    const ungranted = error instanceof HubspotRejected && error.codes.has('MISSING_SCOPES')
    if (!ungranted || !OPTIONAL.includes(object)) throw error
    log.warn({ crm: CRM, object, error }, 'stream not granted; read without it')
    return EMPTY_PAGE
  }
}

/** One page of a full read: one call, except where a record has more associations than come with it. */
export async function pullAll(
  portal: Portal,
  stream: string,
  position: Position | null,
): Promise<Page> {
  if (stream.startsWith(ARCHIVED)) {
    const object = objectType(stream.slice(ARCHIVED.length))
    return await orEmpty(portal, object, listArchived(portal, object, position))
  }
  const object = objectType(stream)
  const page = withReading(portal, object, (reading) => listLive(portal, object, reading, position))
  return await orEmpty(portal, object, page)
}

/** One page of what changed in the window. */
export async function pullChanges(
  portal: Portal,
  stream: string,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const object = objectType(stream)
  const page = withReading(portal, object, (reading) =>
    searchChanges(portal, object, reading, window, position),
  )
  return await orEmpty(portal, object, page)
}

/** @throws UserError for a stream that HubSpot does not have */
export function objectType(stream: string): ObjectType {
  const object = OBJECT_TYPES.find((known) => known === stream)
  if (object) return object
  throw new UserError(`HubSpot has no stream "${stream}"; known are ${OBJECT_TYPES.join(', ')}`)
}
