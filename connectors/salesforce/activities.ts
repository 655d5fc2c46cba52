import {
  type ActivityEvent,
  formEvent,
  meetingEvent,
  pageEvent,
  webinarEvent,
  webinarTopic,
} from '../../src/leads/activity-events.ts'
import { type ActivityMapping, mappedMeeting } from '../../src/leads/activity-mapping.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { slug } from '../../src/leads/slug.ts'
import { parseMoment, parseNumber, parseText, parseTruth } from '../values.ts'
import type { ActivityObject } from './fields.ts'
import { to18 } from './ids.ts'
import type { SalesforceRecord } from './query.ts'
import { meetingSayingOf, sayingOf } from './subjects.ts'
import { momentOnDay } from './values.ts'

type Fields = SalesforceRecord['fields']

/** What a task, event or campaign membership says that a person did; nothing when it says nothing of that kind. */
export function activitiesOf(
  object: ActivityObject,
  record: SalesforceRecord,
  mapping: ActivityMapping,
): readonly ActivityRecord[] {
  const personId = personOf(object, record.fields)
  const event = personId === undefined ? undefined : eventOf(object, record.fields, mapping)
  if (personId === undefined || !event) return []
  const { type, attributes } = event
  const sourceId = activitySourceId(object, record.id)
  return [{ sourceId, personId, type, occurredAt: occurredAt(object, record), attributes }]
}

export function activitySourceId(object: ActivityObject, id: string): string {
  return `${object}:${id}`
}

/** A cancelled meeting was an activity while it was booked and is none any more. */
export function isRetracted(object: ActivityObject, { fields }: SalesforceRecord): boolean {
  return object === 'Event' && meetingSayingOf(fields['Subject'] ?? '').outcome === 'cancelled'
}

/** Who it was. A member who was a lead is named as the contact too, once it is converted. */
function personOf(object: ActivityObject, fields: Fields): string | undefined {
  if (object !== 'CampaignMember') return to18(fields['WhoId'] ?? '')
  return to18(fields['ContactId'] ?? '') ?? to18(fields['LeadId'] ?? '')
}

function occurredAt(object: ActivityObject, { fields, createdAt }: SalesforceRecord): Date {
  switch (object) {
    case 'Task':
      return momentOnDay(fields['ActivityDate'], createdAt)
    case 'CampaignMember':
      return momentOnDay(fields['FirstRespondedDate'], createdAt)
    case 'Event':
      return parseMoment(fields['StartDateTime']) ?? momentOnDay(fields['ActivityDate'], createdAt)
  }
}

function eventOf(
  object: ActivityObject,
  fields: Fields,
  mapping: ActivityMapping,
): ActivityEvent | undefined {
  // Of a series each occurrence is a record of its own; of a meeting with several users each has a copy.
  if (parseTruth(fields['IsRecurrence']) || parseTruth(fields['IsChild'])) return undefined
  switch (object) {
    case 'Task':
      return taskEvent(fields, mapping)
    case 'Event':
      return calendarEvent(fields, mapping)
    case 'CampaignMember':
      return memberEvent(fields, mapping)
  }
}

function taskEvent(fields: Fields, mapping: ActivityMapping): ActivityEvent | undefined {
  if (!isCompleted(fields)) return undefined
  if (fields['TaskSubtype'] === 'Call') return callEvent(fields)
  const said = sayingOf(fields['Subject'] ?? '')
  if (!said) return undefined
  switch (said.what) {
    case 'form':
      return formEvent(said.of, mapping)
    case 'page':
      return pageEvent(said.of, mapping)
    default:
      return { type: said.what, attributes: {} }
  }
}

/** An org may name its statuses as it likes, and says of each whether it ends a task. */
function isCompleted(fields: Fields): boolean {
  return parseTruth(fields['IsClosed']) ?? /^completed$/i.test(fields['Status']?.trim() ?? '')
}

const REACHED = /\b(?:connect(?:ed)?|answered|spoke|talked|conversation|reached)\b/i
const NOT_REACHED = /\b(?:no|not|never|nobody|un\w+|voice ?mail|left|wrong)\b/i

function callEvent(fields: Fields): ActivityEvent | undefined {
  const durationS = parseNumber(fields['CallDurationInSeconds'])
  const disposition = parseText(fields['CallDisposition'])
  const isReached =
    disposition === undefined
      ? (durationS ?? 0) > 0
      : REACHED.test(disposition) && !NOT_REACHED.test(disposition)
  const direction = parseText(fields['CallType'])?.toLowerCase()
  if (!isReached || direction === 'internal') return undefined
  return {
    type: 'call_connected',
    attributes: {
      ...(direction && { direction }),
      ...(durationS !== undefined && { duration_s: Math.round(durationS) }),
    },
  }
}

function calendarEvent(fields: Fields, mapping: ActivityMapping): ActivityEvent | undefined {
  const { outcome, title } = meetingSayingOf(fields['Subject'] ?? '')
  if (outcome === 'cancelled') return undefined
  return meetingEvent(outcome, title, fields['Type'] ?? '', mapping)
}

function memberEvent(fields: Fields, mapping: ActivityMapping): ActivityEvent | undefined {
  const campaign = parseText(fields['Campaign.Name'])
  if (campaign === undefined) return undefined
  const isWebinar = /^webinar$/i.test(fields['Campaign.Type']?.trim() ?? '')
  const known = isWebinar ? attendance(campaign, fields['Status'] ?? '', mapping) : undefined
  if (known) return known
  return parseTruth(fields['HasResponded']) ? formEvent(campaign, mapping) : undefined
}

/** By the statuses that Salesforce suggests for webinars. */
function attendance(
  campaign: string,
  status: string,
  mapping: ActivityMapping,
): ActivityEvent | undefined {
  const topic = webinarTopic(campaign)
  if (/^\s*registered\b/i.test(status)) {
    return { type: 'webinar_registered', attributes: { event: slug(topic) } }
  }
  if (/^\s*no[ -]?show\b/i.test(status)) return webinarEvent('no show', topic)
  if (!/^\s*attended\b/i.test(status)) return undefined
  const mapped = mappedMeeting(mapping, campaign, '')
  if (mapped) return { type: mapped.is, attributes: { ...mapped.attributes } }
  return webinarEvent('held', topic)
}
