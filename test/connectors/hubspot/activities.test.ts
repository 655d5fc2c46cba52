import { expect, test } from 'vitest'
import {
  engagementActivities,
  isRetracted,
  rollUpActivities,
} from '../../../connectors/hubspot/activities.ts'
import { CREATED, raw } from './raw.ts'

const AT = '2026-10-01T10:00:00Z'
const MS = Date.parse(AT)

test.each([
  ['Request a demo', 'demo_requested', {}],
  ['Free Trial sign-up', 'trial_started', {}],
  ['Webinar registration: Pipeline Math', 'webinar_registered', { event: 'pipeline-math' }],
  ['Webinar', 'webinar_registered', {}],
  ['Whitepaper: Forecasting', 'content_downloaded', { kind: 'whitepaper' }],
  ['E-Book download', 'content_downloaded', { kind: 'ebook' }],
  ['Buyer guide', 'content_downloaded', { kind: 'guide' }],
  ['Case study: Acme', 'content_downloaded', { kind: 'case_study' }],
  ['State of Sales report', 'content_downloaded', { kind: 'report' }],
  ['Blog', 'blog_subscribed', {}],
  ['Newsletter', 'blog_subscribed', {}],
  ['Contact us', 'contact_requested', {}],
  ['Contact us for a DEMO', 'demo_requested', {}],
  ['Survey', 'form_submitted', {}],
])('form %j is %s', (form, type, attributes) => {
  const activities = rollUpActivities(
    raw({ first_conversion_event_name: form, first_conversion_date: AT }),
  )
  expect(activities).toEqual([
    {
      sourceId: `rollup:${type}:${MS}`,
      personId: '501',
      type,
      occurredAt: new Date(AT),
      attributes: { form, ...attributes },
    },
  ])
})

test('the first form is the recent one until there is a second', () => {
  const once = {
    first_conversion_event_name: 'Survey',
    first_conversion_date: AT,
    recent_conversion_event_name: 'Survey',
    recent_conversion_date: String(MS),
  }
  expect(rollUpActivities(raw(once))).toHaveLength(1)
  const twice = { ...once, recent_conversion_date: '2026-10-02T10:00:00Z' }
  expect(rollUpActivities(raw(twice))).toHaveLength(2)
})

test.each([
  ['https://acme.example/pricing/teams?email=a@b.c#x', '/pricing/teams'],
  ['acme.example:8080/docs', '/docs'],
  ['http://', undefined],
])('page %s has path %s', (url, path) => {
  const [activity] = rollUpActivities(
    raw({ hs_analytics_last_url: url, hs_analytics_last_timestamp: String(MS) }),
  )
  expect(activity).toMatchObject({ type: 'page_view', sourceId: `rollup:page_view:${MS}` })
  expect(activity?.attributes).toEqual({ url, ...(path && { path }) })
})

test('e-mail dates become one activity each', () => {
  const found = rollUpActivities(
    raw({
      hs_email_last_open_date: AT,
      hs_email_last_click_date: AT,
      hs_email_last_reply_date: AT,
    }),
  )
  expect(found.map((each) => each.type)).toEqual(['email_open', 'email_click', 'email_reply'])
})

test('a date without a name, or a name without a readable date, is nothing', () => {
  expect(rollUpActivities(raw({ first_conversion_date: AT }))).toEqual([])
  expect(
    rollUpActivities(
      raw({ first_conversion_event_name: 'Survey', first_conversion_date: 'yesterday' }),
    ),
  ).toEqual([])
})

test.each([
  [
    'calls',
    { hs_call_status: 'COMPLETED', hs_call_direction: 'INBOUND', hs_call_duration: '61499' },
    { type: 'call_connected', attributes: { direction: 'inbound', duration_s: 61 } },
  ],
  ['calls', { hs_call_status: 'COMPLETED' }, { type: 'call_connected', attributes: {} }],
  ['calls', { hs_call_status: 'NO_ANSWER' }, undefined],
  ['emails', { hs_email_direction: 'INCOMING_EMAIL' }, { type: 'email_reply', attributes: {} }],
  ['emails', { hs_email_direction: 'EMAIL' }, undefined],
  [
    'meetings',
    { hs_meeting_title: 'Webinar: Pipeline Math', hs_meeting_outcome: 'COMPLETED' },
    { type: 'webinar_attended', attributes: { event: 'pipeline-math', attended_share: 1 } },
  ],
  [
    'meetings',
    { hs_meeting_title: 'webinar: Pipeline Math', hs_meeting_outcome: 'NO_SHOW' },
    { type: 'webinar_no_show', attributes: { event: 'pipeline-math' } },
  ],
  ['meetings', { hs_meeting_title: 'Webinar: X', hs_meeting_outcome: 'SCHEDULED' }, undefined],
  ['meetings', { hs_meeting_outcome: 'COMPLETED' }, { type: 'meeting_held', attributes: {} }],
  ['meetings', { hs_meeting_outcome: 'NO_SHOW' }, { type: 'meeting_no_show', attributes: {} }],
  ['meetings', { hs_meeting_outcome: 'SCHEDULED' }, { type: 'meeting_booked', attributes: {} }],
  ['meetings', { hs_meeting_outcome: 'RESCHEDULED' }, { type: 'meeting_booked', attributes: {} }],
  ['meetings', { hs_meeting_outcome: 'CANCELLED' }, undefined],
  ['meetings', {}, undefined],
  ['communications', {}, { type: 'message_received', attributes: {} }],
] as const)('%s with %j', (object, properties, expected) => {
  const activities = engagementActivities(object, raw({ hs_timestamp: AT, ...properties }), ['1'])
  expect(activities[0]).toEqual(
    expected && {
      ...expected,
      sourceId: `${object}:501`,
      personId: '1',
      occurredAt: new Date(AT),
    },
  )
})

test('everybody at a meeting has the activity, under one source id', () => {
  const held = raw({
    hs_meeting_outcome: 'COMPLETED',
    hs_meeting_start_time: '2026-10-03T10:00:00Z',
    hs_timestamp: AT,
  })
  const activities = engagementActivities('meetings', held, ['1', '2'])
  expect(activities.map((each) => [each.sourceId, each.personId])).toEqual([
    ['meetings:501', '1'],
    ['meetings:501', '2'],
  ])
  expect(activities[0]?.occurredAt).toEqual(new Date('2026-10-03T10:00:00Z'))
})

test('without a time of its own an engagement happened when it was recorded', () => {
  const [activity] = engagementActivities('communications', raw({ hs_timestamp: 'soon' }), ['1'])
  expect(activity?.occurredAt).toEqual(CREATED)
})

test('only a cancelled meeting takes its activity back', () => {
  expect(isRetracted('meetings', raw({ hs_meeting_outcome: 'CANCELLED' }))).toBe(true)
  expect(isRetracted('meetings', raw({ hs_meeting_outcome: 'NO_SHOW' }))).toBe(false)
  expect(isRetracted('calls', raw({ hs_meeting_outcome: 'CANCELLED' }))).toBe(false)
})
