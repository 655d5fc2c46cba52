import type { PortalRecord } from '../hubspot/record.ts'
import type { Fields } from './record.ts'
import { dateTime, day, filled, momentOf, titleCase, wholeNumberOf } from './translate-values.ts'

type Properties = PortalRecord['properties']

/** What happened, before it is known to whom: `at` is the moment it was entered, in ms. */
export interface Happening {
  readonly type: 'Task' | 'Event'
  readonly fields: Fields
  readonly at: number
}

const MINUTE = 60_000
const DEFAULT_MEETING_MS = 30 * MINUTE

function task(at: number, subtype: string, subject: string, more: Fields = {}): Happening {
  const fields = filled({
    Subject: subject || 'Task',
    TaskSubtype: subtype,
    Status: 'Completed',
    Priority: 'Normal',
    ActivityDate: day(at),
    ...more,
  })
  return { type: 'Task', at, fields: { ...fields, IsClosed: fields['Status'] === 'Completed' } }
}

const DISPOSITIONS: Readonly<Record<string, string>> = { COMPLETED: 'Connected' }

function call(at: number, properties: Properties): Happening {
  const status = properties['hs_call_status'] ?? ''
  const lastedMs = wholeNumberOf(properties['hs_call_duration'])
  return task(
    at,
    'Call',
    'Call',
    filled({
      CallType: titleCase(properties['hs_call_direction'] ?? ''),
      CallDurationInSeconds: lastedMs === null ? null : Math.round(lastedMs / 1_000),
      CallDisposition: DISPOSITIONS[status] ?? titleCase(status),
    }),
  )
}

function email(at: number, properties: Properties): Happening {
  const arrow = properties['hs_email_direction'] === 'INCOMING_EMAIL' ? '<<' : '>>'
  return task(at, 'Email', `Email: ${arrow} ${properties['hs_email_subject'] ?? ''}`.trimEnd())
}

function message(at: number, properties: Properties): Happening {
  const channel = properties['hs_communication_channel_type'] ?? 'UNKNOWN'
  return task(at, 'Task', `Message received (${channel})`)
}

function toDo(at: number, properties: Properties): Happening {
  const isDone = properties['hs_task_status'] === 'COMPLETED'
  return task(at, 'Task', properties['hs_task_subject'] ?? '', {
    Status: isDone ? 'Completed' : 'Not Started',
  })
}

/** A meeting of another outcome says nothing; under its bare title it would have been held. */
const OUTCOMES: Readonly<Record<string, string>> = {
  COMPLETED: '',
  NO_SHOW: 'No-show: ',
  SCHEDULED: 'Scheduled: ',
  RESCHEDULED: 'Rescheduled: ',
  CANCELLED: 'Canceled: ',
  CANCELED: 'Canceled: ',
}

function meeting(record: PortalRecord, at: number): Happening | undefined {
  const { properties } = record
  const prefix = OUTCOMES[properties['hs_meeting_outcome'] ?? '']
  if (prefix === undefined) return undefined
  const end = momentOf(properties['hs_meeting_end_time']) ?? at + DEFAULT_MEETING_MS
  const fields = filled({
    Subject: `${prefix}${properties['hs_meeting_title'] || 'Meeting'}`,
    StartDateTime: dateTime(at),
    EndDateTime: dateTime(end),
    ActivityDateTime: dateTime(at),
    ActivityDate: day(at),
    DurationInMinutes: Math.round((end - at) / MINUTE),
    EventSubtype: 'Event',
  })
  return { type: 'Event', at: record.createdAt, fields }
}

/** When an engagement took place, in ms. */
export function momentOfEngagement({ type, properties, createdAt }: PortalRecord): number {
  const start = type === 'meetings' ? momentOf(properties['hs_meeting_start_time']) : undefined
  return start ?? momentOf(properties['hs_timestamp']) ?? createdAt
}

/** A call, e-mail, message, task or meeting as the org keeps it; undefined for what it does not keep. */
export function engagement(record: PortalRecord): Happening | undefined {
  const { properties } = record
  const at = momentOfEngagement(record)
  switch (record.type) {
    case 'calls':
      return call(at, properties)
    case 'emails':
      return email(at, properties)
    case 'communications':
      return message(at, properties)
    case 'tasks':
      return toDo(at, properties)
    case 'meetings':
      return meeting(record, at)
    default:
      return undefined
  }
}

/** Where HubSpot keeps on a person when something last happened, and as which task an org has it. */
const LAST_MOMENTS = [
  ['hs_email_last_open_date', 'Email opened'],
  ['hs_email_last_click_date', 'Email clicked'],
  ['hs_email_last_reply_date', 'Email replied'],
] as const

/** What HubSpot rolls up on a person, as the tasks of an org. */
export function rolledUp({ properties }: PortalRecord): Happening[] {
  const subjects: [subject: string, moment: string | undefined][] = [
    ...forms(properties),
    ...LAST_MOMENTS.map(([property, subject]): [string, string | undefined] => [
      subject,
      properties[property],
    ]),
  ]
  const url = properties['hs_analytics_last_url']
  if (url) subjects.push([`Page viewed: ${url}`, properties['hs_analytics_last_timestamp']])
  return subjects.flatMap(([subject, moment]) => {
    const at = momentOf(moment)
    return at === undefined ? [] : [task(at, 'Task', subject)]
  })
}

/** First and most recent form; one where both are the same. */
function forms(properties: Properties): [subject: string, moment: string | undefined][] {
  const found = new Map<string, [string, string | undefined]>()
  for (const which of ['first', 'recent']) {
    const name = properties[`${which}_conversion_event_name`]
    const moment = properties[`${which}_conversion_date`]
    if (name) found.set(`${momentOf(moment)} ${name}`, [`Form submitted: ${name}`, moment])
  }
  return [...found.values()]
}
