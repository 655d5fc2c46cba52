import { expect, test } from 'vitest'
import { activitiesOf, isRetracted } from '../../../connectors/salesforce/activities.ts'
import { CREATED, raw } from './raw.ts'

const LEAD = '00Q000000000001EAA'
const CONTACT = '003000000000001AAA'
const TASK = '00T000000000001EAA'
const CLOSED = { WhoId: LEAD, IsClosed: 'true', ActivityDate: '2026-01-05' }

const task = (fields: Record<string, string>) =>
  activitiesOf('Task', raw({ ...CLOSED, ...fields }, TASK), {})

const told = (fields: Record<string, string>) => {
  const [activity] = task(fields)
  return activity && { type: activity.type, attributes: activity.attributes }
}

const plain = (type: string) => ({ type, attributes: {} })

test.each([
  ['Email: << Re: Quick question', 'Email', plain('email_reply')],
  ['Email: >> Quick question', 'Email', undefined],
  ['[Outreach] [Email] [In] Re: Hello', 'Email', plain('email_reply')],
  ['[Outreach] [Email] [Out] Hello', 'Email', undefined],
  ['Reply: Re: Hello', 'Email', plain('email_reply')],
  ['Email replied', 'Task', plain('email_reply')],
  ['Email opened', 'Task', plain('email_open')],
  ['Opened email: Hello', 'Task', plain('email_open')],
  ['email clicked', 'Task', plain('email_click')],
  ['Clicked link in email: Hello', 'Task', plain('email_click')],
  ['Message received (LINKEDIN_MESSAGE)', 'Task', plain('message_received')],
  ['Form submitted: ', 'Task', undefined],
  ['Prepare the demo', 'Task', undefined],
  ['Please reply: urgent', 'Task', undefined],
  ['', 'Task', undefined],
])('a task %j of the subtype %s', (Subject, TaskSubtype, expected) => {
  expect(told({ Subject, TaskSubtype })).toEqual(expected)
})

test.each([
  ['Form submitted: Request a demo', 'demo_requested', { form: 'Request a demo' }],
  [
    'Filled out form: Whitepaper: X',
    'content_downloaded',
    { form: 'Whitepaper: X', kind: 'whitepaper' },
  ],
  ['submitted form:  Survey ', 'form_submitted', { form: 'Survey' }],
  [
    'Form submitted: Webinar: Pipeline Math',
    'webinar_registered',
    { form: 'Webinar: Pipeline Math', event: 'pipeline-math' },
  ],
  [
    'Page viewed: https://a.example/pricing?x=1',
    'page_view',
    { url: 'https://a.example/pricing?x=1', path: '/pricing' },
  ],
  ['Visited web page: a.example/docs', 'page_view', { url: 'a.example/docs', path: '/docs' }],
])('a task %j names what was filled in or looked at', (Subject, type, attributes) => {
  expect(told({ Subject })).toEqual({ type, attributes })
})

test.each([
  [
    { CallDisposition: 'Connected', CallType: 'Inbound', CallDurationInSeconds: '61' },
    { direction: 'inbound', duration_s: 61 },
  ],
  [{ CallDisposition: 'Connected - interested' }, {}],
  [
    { CallDurationInSeconds: '30', CallType: 'Outbound' },
    { direction: 'outbound', duration_s: 30 },
  ],
  [{ CallDisposition: 'No Answer' }, undefined],
  [{ CallDisposition: 'Not connected' }, undefined],
  [{ CallDisposition: 'Left voicemail', CallDurationInSeconds: '20' }, undefined],
  [{ CallDisposition: 'Busy' }, undefined],
  [{ CallDisposition: 'Connected', CallType: 'Internal' }, undefined],
  [{ CallDurationInSeconds: '0' }, undefined],
  [{}, undefined],
])('a call %j', (fields, attributes) => {
  expect(told({ TaskSubtype: 'Call', Subject: 'Call', ...fields })).toEqual(
    attributes && { type: 'call_connected', attributes },
  )
})

test('what is not done yet is nothing, whatever the org calls done', () => {
  const Subject = 'Email opened'
  expect(task({ Subject, IsClosed: 'false', Status: 'Completed' })).toEqual([])
  expect(task({ Subject, IsClosed: 'true', Status: 'Erledigt' })).toHaveLength(1)
  expect(task({ Subject, IsClosed: '', Status: 'Completed' })).toHaveLength(1)
  expect(task({ Subject, IsClosed: '', Status: 'In Progress' })).toEqual([])
})

test('without a person, or of a whole series, it is nothing', () => {
  expect(task({ Subject: 'Email opened', WhoId: '' })).toEqual([])
  expect(task({ Subject: 'Email opened', IsRecurrence: 'true' })).toEqual([])
})

test.each([
  ['2026-01-05', CREATED.toISOString()],
  ['2026-01-04', CREATED.toISOString()],
  ['2026-01-03', '2026-01-03T12:00:00.000Z'],
  ['2026-01-06', '2026-01-06T12:00:00.000Z'],
  ['2025-06-01', '2025-06-01T12:00:00.000Z'],
  ['', CREATED.toISOString()],
  ['soon', CREATED.toISOString()],
])('a task of the day %j, recorded on 5 January at 8, happened at %s', (ActivityDate, at) => {
  const [activity] = task({ Subject: 'Email opened', ActivityDate })
  expect(activity).toEqual({
    sourceId: `Task:${TASK}`,
    personId: LEAD,
    type: 'email_open',
    occurredAt: new Date(at),
    attributes: {},
  })
})

const EVENT = '00U000000000001EAA'
const meeting = (fields: Record<string, string>, mapping = {}) =>
  activitiesOf(
    'Event',
    raw({ WhoId: CONTACT, StartDateTime: '2026-02-01T10:00:00.000Z', ...fields }, EVENT),
    mapping,
  )

test.each([
  ['Discovery call', 'meeting_held'],
  ['No-show: Discovery call', 'meeting_no_show'],
  ['NO SHOW: Discovery call', 'meeting_no_show'],
  ['[No Show] Discovery call', 'meeting_no_show'],
  ['Scheduled: Discovery call', 'meeting_booked'],
  ['Rescheduled: Discovery call', 'meeting_booked'],
  ['Canceled: Discovery call', undefined],
  ['[Cancelled] Discovery call', undefined],
  ['No-show Inc. kick-off', 'meeting_held'],
])('an event %j', (Subject, type) => {
  const record = raw({ Subject }, EVENT)
  expect(meeting({ Subject }).map((each) => each.type)).toEqual(type ? [type] : [])
  expect(isRetracted('Event', record)).toBe(type === undefined)
})

test('a meeting happens when it begins', () => {
  expect(meeting({ Subject: 'Demo' })[0]?.occurredAt).toEqual(new Date('2026-02-01T10:00:00Z'))
  const allDay = { Subject: 'Fair', StartDateTime: '', ActivityDate: '2026-02-03' }
  expect(meeting(allDay)[0]?.occurredAt).toEqual(new Date('2026-02-03T12:00:00Z'))
})

test("a customer's rule speaks of the bare title of what was held, and of the org's own types", () => {
  const mapping = {
    meetings: [
      { title: 'Discovery*', is: 'discovery_held' },
      { type: 'Site visit', is: 'visit' },
    ],
  }
  expect(meeting({ Subject: 'Discovery call' }, mapping)[0]?.type).toBe('discovery_held')
  expect(meeting({ Subject: 'No-show: Discovery call' }, mapping)[0]?.type).toBe('meeting_no_show')
  expect(meeting({ Subject: 'Tour', Type: 'site visit' }, mapping)[0]?.type).toBe('visit')
})

test('the copies that other users have of a meeting, and the pattern of a series, are no meetings', () => {
  expect(meeting({ Subject: 'Demo', IsChild: 'true' })).toEqual([])
  expect(meeting({ Subject: 'Demo', IsRecurrence: 'true' })).toEqual([])
})

const MEMBER = '00v000000000001AAA'
const WEBINAR = {
  LeadId: LEAD,
  'Campaign.Name': 'Webinar: Pipeline Math',
  'Campaign.Type': 'Webinar',
}
const member = (fields: Record<string, string>, mapping = {}) =>
  activitiesOf('CampaignMember', raw({ ...WEBINAR, ...fields }, MEMBER), mapping)

test.each([
  ['Attended', 'webinar_attended', { event: 'pipeline-math', attended_share: 1 }],
  ['Attended On-Demand', 'webinar_attended', { event: 'pipeline-math', attended_share: 1 }],
  ['No Show', 'webinar_no_show', { event: 'pipeline-math' }],
  ['Registered', 'webinar_registered', { event: 'pipeline-math' }],
])('who is %s of a webinar', (Status, type, attributes) => {
  const [activity] = member({ Status })
  expect(activity).toMatchObject({ sourceId: `CampaignMember:${MEMBER}`, type, attributes })
})

test('an invitation to a webinar says nothing; another answer is a registration', () => {
  expect(member({ Status: 'Sent', HasResponded: 'false' })).toEqual([])
  expect(member({ Status: 'Responded', HasResponded: 'true' })[0]?.type).toBe('webinar_registered')
})

test('a webinar whose name does not say so is one by its type, and attending is held for the rules', () => {
  const [activity] = member({ Status: 'Attended', 'Campaign.Name': 'Pipeline Math' })
  expect(activity?.attributes['event']).toBe('pipeline-math')
  const mapping = { meetings: [{ title: 'Webinar: Pipe*', is: 'big_webinar' }] }
  expect(member({ Status: 'Attended' }, mapping)[0]?.type).toBe('big_webinar')
})

test('an answer to any other campaign is like its form', () => {
  const other = {
    'Campaign.Name': 'Buyer guide 2026',
    'Campaign.Type': 'Email',
    Status: 'Downloaded',
  }
  expect(member({ ...other, HasResponded: 'true' })[0]).toMatchObject({
    type: 'content_downloaded',
    attributes: { form: 'Buyer guide 2026', kind: 'guide' },
  })
  expect(member({ ...other, HasResponded: 'false' })).toEqual([])
  expect(member({ 'Campaign.Name': '', HasResponded: 'true' })).toEqual([])
})

test('a member who was converted is the contact; the day of the first answer counts', () => {
  const [activity] = member({
    Status: 'Attended',
    ContactId: CONTACT,
    FirstRespondedDate: '2026-03-01',
  })
  expect(activity).toMatchObject({
    personId: CONTACT,
    occurredAt: new Date('2026-03-01T12:00:00Z'),
  })
  expect(member({ Status: 'Attended', LeadId: '' })).toEqual([])
})
