import type { PortalRecord } from '../hubspot/record.ts'
import type { IdSource } from './ids.ts'
import { drawEngagementCount, heatOf, type Latent } from './latent.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'
import { DAY, HOUR, iso, MINUTE, wholeSecond } from './times.ts'

type Engagement = Pick<PortalRecord, 'type' | 'properties'>

/** Meetings and webinars start this long after they were entered, at the most. */
const BOOKED_AHEAD = 3 * DAY

export interface EngagedContact {
  readonly id: string
  readonly latent: Latent
  readonly createdAt: number
  readonly timeline: Timeline
  readonly webinar: string
}

/** Every engagement record with one contact, in no particular order of time. */
export function* engagementRecords(
  contact: EngagedContact,
  ids: IdSource,
  random: Random,
): Generator<PortalRecord> {
  const count = drawEngagementCount(contact.latent, random)
  for (let n = 0; n < count; n += 1) {
    const at = contact.timeline.moment()
    const { type, properties } = drawEngagement(contact, at, random)
    const ahead = type === 'meetings' ? random.next() * BOOKED_AHEAD : 0
    yield {
      type,
      id: ids.next(type),
      properties: { hs_timestamp: iso(at), ...properties },
      associations: [{ type: 'contacts', id: contact.id }],
      createdAt: Math.max(contact.createdAt, wholeSecond(at - ahead)),
      updatedAt: at,
    }
  }
}

function drawEngagement(contact: EngagedContact, at: number, random: Random): Engagement {
  const heat = heatOf(contact.latent)
  const kind = random.weighted([
    ['email in', 0.06 + 0.25 * heat],
    ['email out', 0.2],
    ['call', 0.14],
    ['meeting', 0.03 + 0.3 * heat],
    ['webinar', 0.08 + 0.1 * heat],
    ['message', 0.04],
    ['note', 0.16],
    ['task', 0.14],
  ])
  if (kind === 'email in' || kind === 'email out') return email(kind === 'email in', random)
  if (kind === 'call') return call(heat, random)
  if (kind === 'meeting') return meeting(at, heat, random)
  if (kind === 'webinar') return webinar(contact.webinar, at, random)
  if (kind === 'message') return message(random)
  return kind === 'note' ? note(random) : task(random)
}

function email(incoming: boolean, random: Random): Engagement {
  const subject = random.pick([
    'Quick question',
    'Next steps',
    'Pricing for your team',
    'Your trial',
  ])
  return {
    type: 'emails',
    properties: {
      hs_email_direction: incoming ? 'INCOMING_EMAIL' : 'EMAIL',
      hs_email_status: 'SENT',
      hs_email_subject: incoming ? `Re: ${subject}` : subject,
    },
  }
}

function call(heat: number, random: Random): Engagement {
  const connected = random.chance(0.3 + 0.5 * heat)
  const inbound = connected && random.chance(0.1 + 0.4 * heat)
  const status = connected ? 'COMPLETED' : random.pick(['NO_ANSWER', 'BUSY', 'CANCELED'])
  const lasting = connected ? random.int(30, 1_800) : 0
  return {
    type: 'calls',
    properties: {
      hs_call_direction: inbound ? 'INBOUND' : 'OUTBOUND',
      hs_call_status: status,
      hs_call_duration: String(lasting * 1_000),
    },
  }
}

function meeting(at: number, heat: number, random: Random): Engagement {
  const outcome = random.weighted([
    ['COMPLETED', 6 + 6 * heat],
    ['NO_SHOW', 1.5],
    ['SCHEDULED', 1],
    ['RESCHEDULED', 0.7],
    ['CANCELLED', 1],
  ])
  const title = random.pick(['Discovery call', 'Product demo', 'Pricing review', 'Check-in'])
  return { type: 'meetings', properties: meetingProperties(title, outcome, at, 30 * MINUTE) }
}

function webinar(name: string, at: number, random: Random): Engagement {
  const outcome = random.chance(0.6) ? 'COMPLETED' : 'NO_SHOW'
  return { type: 'meetings', properties: meetingProperties(`Webinar: ${name}`, outcome, at, HOUR) }
}

function meetingProperties(title: string, outcome: string, at: number, length: number) {
  return {
    hs_meeting_title: title,
    hs_meeting_outcome: outcome,
    hs_meeting_start_time: iso(at),
    hs_meeting_end_time: iso(at + length),
  }
}

function message(random: Random): Engagement {
  return {
    type: 'communications',
    properties: {
      hs_communication_channel_type: random.pick(['LINKEDIN_MESSAGE', 'WHATS_APP', 'SMS']),
      hs_communication_body: 'Thanks, could you send me more about it?',
    },
  }
}

function note(random: Random): Engagement {
  const body = random.pick(['Left a voicemail.', 'Budget is set in Q1.', 'Met at the fair.'])
  return { type: 'notes', properties: { hs_note_body: body } }
}

function task(random: Random): Engagement {
  return {
    type: 'tasks',
    properties: {
      hs_task_subject: random.pick(['Follow up', 'Send proposal', 'Call back']),
      hs_task_status: random.pick(['NOT_STARTED', 'COMPLETED', 'COMPLETED']),
      hs_task_type: random.pick(['TODO', 'CALL', 'EMAIL']),
      hs_task_priority: random.pick(['NONE', 'LOW', 'MEDIUM', 'HIGH']),
    },
  }
}
