import {
  type ActivityEvent,
  formEvent,
  type MeetingOutcome,
  meetingEvent,
  pageEvent,
} from '../../src/leads/activity-events.ts'
import type { ActivityMapping } from '../../src/leads/activity-mapping.ts'
import type { ActivityType } from '../../src/leads/activity-types.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { parseMoment, parseNumber, parseText } from '../values.ts'
import { type EngagementType, MEETING_TYPE } from './properties.ts'
import type { CrmObject } from './schema.ts'

/** An event of the contact's roll-ups: `slot` names it in its id, whatever a mapping makes of it. */
interface RolledUp extends ActivityEvent {
  readonly slot: ActivityType
}

type Properties = CrmObject['properties']

/**
 * The activities of an engagement, one per contact, all with the same `sourceId`; none when the record says
 * nothing about what a person did.
 */
export function engagementActivities(
  object: EngagementType,
  raw: CrmObject,
  personIds: readonly string[],
  mapping: ActivityMapping = {},
): readonly ActivityRecord[] {
  const event = engagementEvent(object, raw.properties, mapping)
  if (!event) return []
  const start = object === 'meetings' ? raw.properties['hs_meeting_start_time'] : undefined
  const occurredAt =
    parseMoment(start) ?? parseMoment(raw.properties['hs_timestamp']) ?? raw.createdAt
  const sourceId = engagementSourceId(object, raw.id)
  return personIds.map((personId) => ({ sourceId, personId, occurredAt, ...event }))
}

export function engagementSourceId(object: EngagementType, id: string): string {
  return `${object}:${id}`
}

/** A cancelled meeting was an activity while it was booked and is none any more. */
export function isRetracted(object: EngagementType, raw: CrmObject): boolean {
  return object === 'meetings' && raw.properties['hs_meeting_outcome'] === 'CANCELLED'
}

function engagementEvent(
  object: EngagementType,
  properties: Properties,
  mapping: ActivityMapping,
): ActivityEvent | undefined {
  switch (object) {
    case 'calls':
      return callEvent(properties)
    case 'emails':
      if (properties['hs_email_direction'] !== 'INCOMING_EMAIL') return undefined
      return { type: 'email_reply', attributes: {} }
    case 'meetings':
      return heldOrBooked(properties, mapping)
    case 'communications':
      return { type: 'message_received', attributes: {} }
  }
}

function callEvent(properties: Properties): ActivityEvent | undefined {
  if (properties['hs_call_status'] !== 'COMPLETED') return undefined
  const direction = parseText(properties['hs_call_direction'])?.toLowerCase()
  const durationMs = parseNumber(properties['hs_call_duration'])
  return {
    type: 'call_connected',
    attributes: {
      ...(direction && { direction }),
      ...(durationMs !== undefined && { duration_s: Math.round(durationMs / 1000) }),
    },
  }
}

const MEETING_OUTCOMES: Readonly<Record<string, MeetingOutcome>> = {
  COMPLETED: 'held',
  NO_SHOW: 'no show',
  SCHEDULED: 'booked',
  RESCHEDULED: 'booked',
}

function heldOrBooked(properties: Properties, mapping: ActivityMapping): ActivityEvent | undefined {
  const outcome = MEETING_OUTCOMES[properties['hs_meeting_outcome'] ?? '']
  const title = properties['hs_meeting_title'] ?? ''
  return outcome && meetingEvent(outcome, title, properties[MEETING_TYPE] ?? '', mapping)
}

/** What HubSpot rolls up on the contact itself: the last page, the first and last form, the last e-mail events. */
export function rollUpActivities(
  raw: CrmObject,
  mapping: ActivityMapping = {},
): readonly ActivityRecord[] {
  const { properties } = raw
  const form = (name: string) => lastForm(properties[name], mapping)
  const found = [
    rollUp(raw.id, properties['first_conversion_date'], form('first_conversion_event_name')),
    rollUp(raw.id, properties['recent_conversion_date'], form('recent_conversion_event_name')),
    rollUp(raw.id, properties['hs_analytics_last_timestamp'], lastPage(properties, mapping)),
    rollUp(raw.id, properties['hs_email_last_open_date'], plain('email_open')),
    rollUp(raw.id, properties['hs_email_last_click_date'], plain('email_click')),
    rollUp(raw.id, properties['hs_email_last_reply_date'], plain('email_reply')),
  ]
  // The first form and the recent form are the same event until somebody submits a second one.
  const bySource = new Map(
    found.filter((activity) => activity !== undefined).map((each) => [each.sourceId, each]),
  )
  return [...bySource.values()]
}

/** The id must not hang on the mapping: after a change the event would be there under both ids. */
function rollUp(
  personId: string,
  when: string | undefined,
  event: RolledUp | undefined,
): ActivityRecord | undefined {
  const occurredAt = parseMoment(when)
  if (!occurredAt || !event) return undefined
  const { slot, type, attributes } = event
  const sourceId = `rollup:${slot}:${occurredAt.getTime()}`
  return { sourceId, personId, occurredAt, type, attributes }
}

function plain(type: ActivityType): RolledUp {
  return { slot: type, type, attributes: {} }
}

function lastPage(properties: Properties, mapping: ActivityMapping): RolledUp | undefined {
  const url = parseText(properties['hs_analytics_last_url'])
  return url === undefined ? undefined : pageEvent(url, mapping)
}

function lastForm(name: string | undefined, mapping: ActivityMapping): RolledUp | undefined {
  const form = parseText(name)
  return form === undefined ? undefined : formEvent(form, mapping)
}
