import {
  type ActivityMapping,
  mappedForm,
  mappedMeeting,
  mappedPage,
} from '../../src/leads/activity-mapping.ts'
import type { ActivityType } from '../../src/leads/activity-types.ts'
import type { ActivityAttributes, ActivityRecord } from '../../src/leads/records.ts'
import { type EngagementType, MEETING_TYPE } from './properties.ts'
import type { CrmObject } from './schema.ts'
import { parseMoment, parseNumber, parseText, slug } from './values.ts'

interface Event {
  readonly type: string
  readonly attributes: ActivityAttributes
}

/** An event of the contact's roll-ups: `slot` names it in its id, whatever a mapping makes of it. */
interface RolledUp extends Event {
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
): Event | undefined {
  switch (object) {
    case 'calls':
      return callEvent(properties)
    case 'emails':
      if (properties['hs_email_direction'] !== 'INCOMING_EMAIL') return undefined
      return { type: 'email_reply', attributes: {} }
    case 'meetings':
      return meetingEvent(properties, mapping)
    case 'communications':
      return { type: 'message_received', attributes: {} }
  }
}

function callEvent(properties: Properties): Event | undefined {
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

const MEETING_TYPES: Readonly<Record<string, ActivityType>> = {
  COMPLETED: 'meeting_held',
  NO_SHOW: 'meeting_no_show',
  SCHEDULED: 'meeting_booked',
  RESCHEDULED: 'meeting_booked',
}

function meetingEvent(properties: Properties, mapping: ActivityMapping): Event | undefined {
  const outcome = properties['hs_meeting_outcome'] ?? ''
  const title = properties['hs_meeting_title'] ?? ''
  if (outcome === 'COMPLETED') {
    const mapped = mappedMeeting(mapping, title, properties[MEETING_TYPE] ?? '')
    if (mapped) return { type: mapped.is, attributes: { ...mapped.attributes } }
  }
  if (/^\s*webinar\s*:/i.test(title)) return webinarEvent(outcome, afterColon(title))
  const type = MEETING_TYPES[outcome]
  return type && { type, attributes: {} }
}

function webinarEvent(outcome: string, topic: string): Event | undefined {
  const event = { event: slug(topic) }
  if (outcome === 'COMPLETED') {
    return { type: 'webinar_attended', attributes: { ...event, attended_share: 1 } }
  }
  return outcome === 'NO_SHOW' ? { type: 'webinar_no_show', attributes: event } : undefined
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(':') + 1)
}

/** What HubSpot rolls up on the contact itself: the last page, the first and last form, the last e-mail events. */
export function rollUpActivities(
  raw: CrmObject,
  mapping: ActivityMapping = {},
): readonly ActivityRecord[] {
  const { properties } = raw
  const form = (name: string) => formEvent(properties[name], mapping)
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
  if (!url) return undefined
  const path = URL.parse(/^https?:/i.test(url) ? url : `https://${url}`)?.pathname
  const mapped = path === undefined ? undefined : mappedPage(mapping, path)
  return {
    slot: 'page_view',
    type: mapped?.is ?? 'page_view',
    attributes: { url, ...(path !== undefined && { path }), ...mapped?.attributes },
  }
}

/** What a form is for, told by its name; the first that fits. */
const FORM_PURPOSES: readonly (readonly [RegExp, ActivityType])[] = [
  [/demo/i, 'demo_requested'],
  [/trial/i, 'trial_started'],
  [/webinar/i, 'webinar_registered'],
  [/white ?paper|e-?book|guide|case[ -]study|report/i, 'content_downloaded'],
  [/blog|newsletter/i, 'blog_subscribed'],
  [/contact/i, 'contact_requested'],
]

const CONTENT_KINDS: readonly (readonly [RegExp, string])[] = [
  [/white ?paper/i, 'whitepaper'],
  [/e-?book/i, 'ebook'],
  [/guide/i, 'guide'],
  [/case[ -]study/i, 'case_study'],
  [/report/i, 'report'],
]

function formEvent(name: string | undefined, mapping: ActivityMapping): RolledUp | undefined {
  const form = parseText(name)
  if (!form) return undefined
  const slot = firstMatch(FORM_PURPOSES, form) ?? 'form_submitted'
  const mapped = mappedForm(mapping, form)
  const type = mapped?.is ?? slot
  return { slot, type, attributes: { form, ...formDetails(type, form), ...mapped?.attributes } }
}

function formDetails(type: string, form: string): ActivityAttributes {
  if (type === 'webinar_registered' && form.includes(':')) return { event: slug(afterColon(form)) }
  if (type !== 'content_downloaded') return {}
  const kind = firstMatch(CONTENT_KINDS, form)
  return kind ? { kind } : {}
}

function firstMatch<T>(table: readonly (readonly [RegExp, T])[], text: string): T | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1]
}
