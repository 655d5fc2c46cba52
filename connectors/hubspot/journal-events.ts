import { z } from 'zod'
import type { Notice, NoticeSubject, Received } from '../notice.ts'
import {
  EventId,
  EventMoment,
  Maybe,
  noticesOf,
  parseEvent,
  readEach,
  records,
  Said,
  streamOfType,
  Unreadable,
} from './notices.ts'

/** ISO text; as milliseconds in webhooks, so both are taken. */
const Moment = z
  .union([z.iso.datetime({ offset: true }), EventMoment])
  .transform((moment) => new Date(moment))

const JournalEvent = z.object({
  type: z.string(),
  portalId: EventId,
  occurredAt: Moment,
  action: Said,
  objectTypeId: Said,
  objectId: Maybe,
  propertyChanges: z.record(z.string(), z.unknown()).optional().catch(undefined),
  associatedObjectId: Maybe,
  associatedObjectTypeId: Said,
  primaryObjectId: Maybe,
  mergedObjectIds: z.array(EventId).optional().catch(undefined),
  eventTypeId: Said,
})
type JournalEvent = z.infer<typeof JournalEvent>

/** What a file of the journal holds. */
export const JournalFile = z.object({ journalEvents: z.array(z.unknown()) })

/** HubSpot's ids of the two events in the life of an installation. */
export const LIFECYCLE = { install: '4-1909196', uninstall: '4-1916193' } as const

/** Reads the events of one stretch of the journal. */
export function readJournalEvents(events: readonly unknown[]): Received {
  return readEach(events, (event) => readEvent(parseEvent(JournalEvent, event)))
}

function readEvent(event: JournalEvent): readonly Notice[] {
  const read = READERS[event.type]
  if (!read) throw unknownType(event.type)
  const told = { accountId: event.portalId, at: event.occurredAt, identity: identity(event) }
  return noticesOf(told, read(event))
}

/** Events of the journal have no id. */
function identity(event: JournalEvent): readonly unknown[] {
  const { type, action, objectTypeId, objectId, eventTypeId } = event
  const { associatedObjectTypeId, associatedObjectId } = event
  const properties = Object.keys(event.propertyChanges ?? {}).sort()
  const association = [associatedObjectTypeId, associatedObjectId]
  return ['journal', type, action, objectTypeId, objectId, eventTypeId, properties, ...association]
}

const READERS: Readonly<Record<string, (event: JournalEvent) => readonly NoticeSubject[]>> = {
  OBJECT(event) {
    const { primaryObjectId, mergedObjectIds = [], objectId } = event
    if (primaryObjectId === undefined) requiredId(event)
    const stream = streamOfType(event.objectTypeId)
    return records(stream, objectId, primaryObjectId, ...mergedObjectIds)
  },
  ASSOCIATION(event) {
    return [
      ...records(streamOfType(event.objectTypeId), requiredId(event)),
      ...records(streamOfType(event.associatedObjectTypeId), event.associatedObjectId),
    ]
  },
  GDPR_PRIVACY_DELETION(event) {
    const kind = ERASED_KINDS.get(streamOfType(event.objectTypeId) ?? '')
    return kind === undefined ? [] : [{ what: 'erased', kind, id: requiredId(event) }]
  },
  APP_LIFECYCLE_EVENT({ eventTypeId, action }) {
    if (eventTypeId === LIFECYCLE.install || action === 'APP_INSTALL')
      return [{ what: 'installed' }]
    if (eventTypeId === LIFECYCLE.uninstall || action === 'APP_UNINSTALL') {
      return [{ what: 'uninstalled' }]
    }
    throw new Unreadable('an unknown event in the life of an installation')
  },
  // We subscribe to none; somebody else with our app's token might.
  LIST_MEMBERSHIP: () => [],
}

const ERASED_KINDS: ReadonlyMap<string, 'person' | 'company'> = new Map([
  ['contacts', 'person'],
  ['companies', 'company'],
])

function requiredId({ objectId }: JournalEvent): string {
  if (objectId === undefined) throw new Unreadable('not as promised: objectId')
  return objectId
}

function unknownType(type: string): Unreadable {
  return new Unreadable(/^\w{1,60}$/.test(type) ? `unknown type ${type}` : 'no known type')
}
