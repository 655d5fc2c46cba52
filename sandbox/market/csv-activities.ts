import type { PortalRecord } from '../hubspot/record.ts'
import type { Fields } from './csv-fields.ts'
import type { IdSource } from './ids.ts'
import { iso } from './times.ts'

type Engagement = Pick<PortalRecord, 'type' | 'properties'>

const NO_ANSWER = /no.?answer|voicemail|busy|not.?reached|unreachable|failed|cancel/

/** A row of an activities file as an engagement record; undefined, with a note, where HubSpot has none. */
export function activityFromRow(
  fields: Fields,
  contactId: string,
  ids: IdSource,
): PortalRecord | undefined {
  const kind = fields.text('activityType')?.toLowerCase() ?? ''
  const at = fields.moment('activityAt')
  if (at === undefined) {
    fields.note('an activity without a readable date, left out')
    return undefined
  }
  const engagement = engagementOf(kind, fields, iso(at))
  if (engagement === undefined) {
    fields.note('an activity that HubSpot has no record for, left out', kind)
    return undefined
  }
  return {
    type: engagement.type,
    id: ids.next(engagement.type),
    properties: { hs_timestamp: iso(at), ...engagement.properties },
    associations: [{ type: 'contacts', id: contactId }],
    createdAt: at,
    updatedAt: at,
  }
}

function engagementOf(kind: string, fields: Fields, at: string): Engagement | undefined {
  const inbound = /^in(bound|coming)/i.test(fields.text('direction') ?? '')
  const outbound = /^out(bound|going)/i.test(fields.text('direction') ?? '')
  if (/webinar/.test(kind)) return webinar(fields, at)
  if (/meeting|demo$|appointment/.test(kind)) return meeting(fields, at)
  if (/call|phone/.test(kind)) return call(fields, inbound)
  // A message that the seller sent is none that was received.
  if (/message|sms|whatsapp|chat/.test(kind)) return outbound ? undefined : message(kind)
  if (/e-?mail/.test(kind)) return email(fields, inbound)
  if (/note/.test(kind)) return { type: 'notes', properties: { hs_note_body: subject(fields) } }
  if (/task|to-?do/.test(kind))
    return { type: 'tasks', properties: { hs_task_subject: subject(fields) } }
  return undefined
}

function subject(fields: Fields): string {
  return fields.text('activityName') ?? ''
}

function call(fields: Fields, inbound: boolean): Engagement {
  const unanswered = NO_ANSWER.test(fields.text('activityOutcome')?.toLowerCase() ?? '')
  return {
    type: 'calls',
    properties: {
      hs_call_direction: inbound ? 'INBOUND' : 'OUTBOUND',
      hs_call_status: unanswered ? 'NO_ANSWER' : 'COMPLETED',
    },
  }
}

function email(fields: Fields, inbound: boolean): Engagement {
  const properties = {
    hs_email_direction: inbound ? 'INCOMING_EMAIL' : 'EMAIL',
    hs_email_subject: subject(fields),
  }
  return { type: 'emails', properties }
}

function meeting(fields: Fields, at: string): Engagement {
  const title = fields.text('activityName') ?? 'Meeting'
  return { type: 'meetings', properties: meetingProperties(title, fields, at) }
}

function webinar(fields: Fields, at: string): Engagement {
  const title = `Webinar: ${fields.text('activityName') ?? 'unnamed'}`
  return { type: 'meetings', properties: meetingProperties(title, fields, at) }
}

function meetingProperties(title: string, fields: Fields, at: string) {
  return {
    hs_meeting_title: title,
    hs_meeting_outcome: meetingOutcome(fields.text('activityOutcome')?.toLowerCase() ?? ''),
    hs_meeting_start_time: at,
  }
}

function meetingOutcome(said: string): string {
  if (/no.?show|no.?answer|missed/.test(said)) return 'NO_SHOW'
  if (/cancel/.test(said)) return 'CANCELLED'
  return /scheduled|set$|booked/.test(said) ? 'SCHEDULED' : 'COMPLETED'
}

function message(kind: string): Engagement {
  const channel = /linkedin/.test(kind)
    ? 'LINKEDIN_MESSAGE'
    : /whatsapp/.test(kind)
      ? 'WHATS_APP'
      : /sms/.test(kind)
        ? 'SMS'
        : 'CUSTOM_CHANNEL_CONVERSATION'
  return { type: 'communications', properties: { hs_communication_channel_type: channel } }
}
