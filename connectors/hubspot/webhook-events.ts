import { z } from 'zod'
import type { Notice, NoticeSubject, Received } from '../notice.ts'
import {
  EventId,
  EventMoment,
  Maybe,
  noticesOf,
  OUR_PREFIX,
  parseEvent,
  readEach,
  records,
  Said,
  streamOfType,
  Unreadable,
} from './notices.ts'

const WebhookEvent = z
  .object({
    portalId: EventId,
    // The documentation says eventType, payloads say subscriptionType.
    subscriptionType: Said,
    eventType: Said,
    occurredAt: EventMoment,
    eventId: Maybe,
    appId: Maybe,
    objectId: Maybe,
    objectTypeId: Said,
    propertyName: Said,
    changeSource: Said,
    // Text in live payloads; `userId:123` when a user did it.
    sourceId: z
      .union([z.string(), z.number().transform(String)])
      .optional()
      .catch(undefined),
    primaryObjectId: Maybe,
    mergedObjectIds: z.array(EventId).default([]),
    newObjectId: Maybe,
    associationType: Said,
    associationRemoved: z.boolean().optional().catch(undefined),
    fromObjectId: Maybe,
    toObjectId: Maybe,
    fromObjectTypeId: Said,
    toObjectTypeId: Said,
  })
  .transform((event) => ({ ...event, type: event.subscriptionType ?? event.eventType ?? '' }))
type WebhookEvent = z.infer<typeof WebhookEvent>

/** Reads the events of one webhook request. */
export function readWebhookEvents(events: readonly unknown[]): Received {
  return readEach(events, (event) => readEvent(parseEvent(WebhookEvent, event)))
}

function readEvent(event: WebhookEvent): readonly Notice[] {
  const told = {
    accountId: event.portalId,
    at: new Date(event.occurredAt),
    identity: identity(event),
  }
  return noticesOf(told, subjectsOf(event))
}

/** `eventId` alone may repeat on different events (official). */
function identity(event: WebhookEvent): readonly unknown[] {
  const { type, objectTypeId, objectId, eventId, propertyName } = event
  const { associationType, associationRemoved, fromObjectId, toObjectId } = event
  const association = [associationType, associationRemoved, fromObjectId, toObjectId]
  return ['webhook', type, objectTypeId, objectId, eventId, propertyName, ...association]
}

/** Object types of which HubSpot also tells, and that we do not read. */
const NOT_READ = ['ticket', 'product', 'line_item', 'conversation', 'event']

function subjectsOf(event: WebhookEvent): readonly NoticeSubject[] {
  const [object = '', action = ''] = event.type.split('.')
  if (NOT_READ.includes(object)) return []
  if (object !== 'object' && !LEGACY_STREAMS.has(object)) throw unknownType(event.type)
  const stream = object === 'object' ? streamOfType(event.objectTypeId) : LEGACY_STREAMS.get(object)
  if (object === 'object' && event.objectTypeId === undefined) {
    throw new Unreadable('not as promised: objectTypeId')
  }
  const read = READERS[action]
  if (!read) throw unknownType(event.type)
  return read(event, stream)
}

/** Types are words of HubSpot's, never somebody's data; anything else is not repeated. */
function unknownType(type: string): Unreadable {
  return new Unreadable(/^[\w.]{1,60}$/.test(type) ? `unknown type ${type}` : 'no known type')
}

/** The first word of types like `contact.creation`. */
const LEGACY_STREAMS: ReadonlyMap<string, string> = new Map([
  ['contact', 'contacts'],
  ['company', 'companies'],
  ['deal', 'deals'],
])

type Reader = (event: WebhookEvent, stream: string | undefined) => readonly NoticeSubject[]

const READERS: Readonly<Record<string, Reader>> = {
  creation: changedRecord,
  deletion: changedRecord,
  restore: changedRecord,
  propertyChange(event, stream) {
    const subjects = changedRecord(event, stream)
    if (!isEcho(event)) return subjects
    return subjects.map((about) => (about.what === 'record' ? { ...about, what: 'echo' } : about))
  },
  merge(event, stream) {
    const { primaryObjectId, mergedObjectIds, newObjectId, objectId } = event
    if (primaryObjectId === undefined && newObjectId === undefined && objectId === undefined) {
      throw new Unreadable('not as promised: primaryObjectId')
    }
    return records(stream, primaryObjectId, ...mergedObjectIds, newObjectId, objectId)
  },
  associationChange,
  privacyDeletion(event, stream) {
    if (stream !== 'contacts') throw unknownType(event.type)
    return [{ what: 'erased', kind: 'person', id: requiredId(event) }]
  },
}

function changedRecord(event: WebhookEvent, stream: string | undefined): readonly NoticeSubject[] {
  return records(stream, requiredId(event))
}

function requiredId({ objectId }: WebhookEvent): string {
  if (objectId === undefined) throw new Unreadable('not as promised: objectId')
  return objectId
}

/** Other apps' changes are INTEGRATION too, and another property that we wrote must be read. */
function isEcho({ changeSource, sourceId, appId, propertyName }: WebhookEvent): boolean {
  return (
    changeSource?.toUpperCase() === 'INTEGRATION' &&
    sourceId !== undefined &&
    sourceId === appId &&
    propertyName?.startsWith(OUR_PREFIX) === true
  )
}

/** Both sides have changed, as far as we read them; HubSpot tells of each side apart, but not always. */
function associationChange(
  event: WebhookEvent,
  stream: string | undefined,
): readonly NoticeSubject[] {
  if (event.fromObjectId === undefined || event.toObjectId === undefined) {
    throw new Unreadable('not as promised: fromObjectId, toObjectId')
  }
  const [from, to] = sidesOf(event.associationType)
  return [
    ...records(streamOfType(event.fromObjectTypeId) ?? from ?? stream, event.fromObjectId),
    ...records(streamOfType(event.toObjectTypeId) ?? to, event.toObjectId),
  ]
}

/** What `CONTACT_TO_COMPANY` joins; labels may follow. */
function sidesOf(associationType = ''): readonly [string | undefined, string | undefined] {
  const [from = '', to = ''] = associationType.toUpperCase().split('_TO_')
  return [streamOfWord(from), streamOfWord(to)]
}

const ASSOCIATION_WORDS: readonly (readonly [string, string])[] = [
  ['CONTACT', 'contacts'],
  ['COMPANY', 'companies'],
  ['DEAL', 'deals'],
  ['CALL', 'calls'],
  ['EMAIL', 'emails'],
  ['MEETING', 'meetings'],
  ['COMMUNICATION', 'communications'],
]

function streamOfWord(word: string): string | undefined {
  return ASSOCIATION_WORDS.find(([start]) => word.startsWith(start))?.[1]
}
