import { expect, test } from 'vitest'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { Fields } from '../../../sandbox/salesforce/record.ts'
import { contact } from '../portal.ts'
import { MOMENT, of, rowsOf } from './market-org.ts'

const engagement = (type: PortalRecord['type'], properties: Record<string, string>) => ({
  ...contact(50, { hs_timestamp: MOMENT, ...properties }),
  type,
  associations: [{ type: 'contacts' as const, id: '1' }],
})
const meeting = (outcome: string, title = 'Check-in') =>
  engagement('meetings', {
    hs_meeting_title: title,
    hs_meeting_outcome: outcome,
    hs_meeting_start_time: MOMENT,
    hs_meeting_end_time: '2026-10-15T14:09:16.000Z',
  })

const HAPPENED: [string, PortalRecord, Fields][] = [
  [
    'a call that was answered',
    engagement('calls', {
      hs_call_direction: 'INBOUND',
      hs_call_status: 'COMPLETED',
      hs_call_duration: '61000',
    }),
    {
      TaskSubtype: 'Call',
      Status: 'Completed',
      CallType: 'Inbound',
      CallDurationInSeconds: 61,
      CallDisposition: 'Connected',
    },
  ],
  [
    'one that was not',
    engagement('calls', { hs_call_status: 'NO_ANSWER' }),
    { CallDisposition: 'No Answer', Subject: 'Call' },
  ],
  [
    'an e-mail from them',
    engagement('emails', {
      hs_email_direction: 'INCOMING_EMAIL',
      hs_email_subject: 'Re: Quick question',
    }),
    { TaskSubtype: 'Email', Subject: 'Email: << Re: Quick question' },
  ],
  [
    'an e-mail to them',
    engagement('emails', { hs_email_direction: 'EMAIL', hs_email_subject: 'Quick question' }),
    { TaskSubtype: 'Email', Subject: 'Email: >> Quick question' },
  ],
  [
    'a message',
    engagement('communications', { hs_communication_channel_type: 'SMS' }),
    { Subject: 'Message received (SMS)' },
  ],
  [
    'a task to do',
    engagement('tasks', { hs_task_subject: 'Call back', hs_task_status: 'NOT_STARTED' }),
    { Subject: 'Call back', Status: 'Not Started', IsClosed: false },
  ],
  [
    'a meeting',
    meeting('COMPLETED'),
    {
      Subject: 'Check-in',
      StartDateTime: MOMENT,
      EndDateTime: '2026-10-15T14:09:16.000Z',
      DurationInMinutes: 30,
    },
  ],
  ['a meeting nobody came to', meeting('NO_SHOW'), { Subject: 'No-show: Check-in' }],
  ['a booked meeting', meeting('SCHEDULED'), { Subject: 'Scheduled: Check-in' }],
  ['a moved meeting', meeting('RESCHEDULED'), { Subject: 'Rescheduled: Check-in' }],
  ['a cancelled meeting', meeting('CANCELLED'), { Subject: 'Canceled: Check-in' }],
]

test.for(HAPPENED)('%s', ([, record, fields]) => {
  const [, row] = rowsOf([contact(1), record])
  expect(row?.fields).toMatchObject({
    ...fields,
    WhoId: idOf('Lead', 1),
    ActivityDate: '2026-10-15',
  })
})

test('a task was entered at the moment it tells of', () => {
  const [, row] = rowsOf([contact(1), engagement('calls', { hs_call_status: 'BUSY' })])
  expect(row?.createdAt).toBe(Date.parse(MOMENT))
})

test.for([
  ['a note', engagement('notes', { hs_note_body: 'Budget in Q1' })],
  ['a meeting of no known outcome', meeting('')],
] as const)('%s is left out', ([, record]) => {
  expect(rowsOf([contact(1), record])).toHaveLength(1)
})

test('what is rolled up on a person becomes tasks; the same form twice is one', () => {
  const at = (minute: string) => `2026-10-15T13:${minute}:16.000Z`
  const rows = rowsOf([
    contact(1, {
      first_conversion_event_name: 'Request a demo',
      first_conversion_date: at('00'),
      recent_conversion_event_name: 'Request a demo',
      recent_conversion_date: at('00'),
      hs_analytics_last_url: 'https://www.seller.example/pricing',
      hs_analytics_last_timestamp: at('01'),
      hs_email_last_open_date: at('02'),
      hs_email_last_click_date: at('03'),
      hs_email_last_reply_date: at('04'),
    }),
  ])
  const told = of(rows, 'Task').map(({ fields, createdAt }) => [fields['Subject'], createdAt])
  expect(told.sort()).toEqual([
    ['Email clicked', Date.parse(at('03'))],
    ['Email opened', Date.parse(at('02'))],
    ['Email replied', Date.parse(at('04'))],
    ['Form submitted: Request a demo', Date.parse(at('00'))],
    ['Page viewed: https://www.seller.example/pricing', Date.parse(at('01'))],
  ])
})

test('who attends a webinar twice is in two campaigns of its name', () => {
  const webinar = meeting('COMPLETED', 'Webinar: Pipeline Math')
  const missed = { ...meeting('NO_SHOW', 'Webinar: Pipeline Math'), id: '52' }
  const rows = rowsOf([contact(1), webinar, { ...webinar, id: '51' }, missed])
  expect(of(rows, 'Campaign').map(({ fields }) => fields['Name'])).toEqual(
    Array(3).fill('Webinar: Pipeline Math'),
  )
  const members = of(rows, 'CampaignMember').map(({ fields }) => fields)
  expect(new Set(members.map((member) => member['CampaignId'])).size).toBe(3)
  expect(members[0]).toMatchObject({
    LeadId: idOf('Lead', 1),
    Status: 'Attended',
    HasResponded: true,
    FirstRespondedDate: '2026-10-15',
  })
  expect(members[2]).toMatchObject({ Status: 'No Show', HasResponded: false })
  expect(members[2]).not.toHaveProperty('FirstRespondedDate')
})
