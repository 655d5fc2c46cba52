import { expect, test } from 'vitest'
import { engagementActivities, rollUpActivities } from '../../../connectors/hubspot/activities.ts'
import type { ActivityMapping } from '../../../src/leads/activity-mapping.ts'
import { raw } from './raw.ts'

const AT = '2026-10-01T10:00:00Z'
const CONTACT = raw({
  first_conversion_event_name: 'Talk to us',
  first_conversion_date: AT,
  recent_conversion_event_name: 'Request a demo',
  recent_conversion_date: '2026-10-02T10:00:00Z',
  hs_analytics_last_url: 'https://acme.example/pricing/teams?a=b',
  hs_analytics_last_timestamp: AT,
})
const MAPPING: ActivityMapping = {
  forms: [
    { name: 'talk to us', is: 'contact_requested', attributes: { topic: 'sales', form: 'T' } },
    { name: '*demo*', is: 'call_wanted' },
    { name: 'Live session: *', is: 'webinar_registered' },
  ],
  pages: [{ path: '/pricing*', is: 'pricing_viewed' }],
  meetings: [{ title: 'Discovery*', type: 'First', is: 'discovery_held' }],
}

test("the customer's rules come before ours, and add their attributes", () => {
  const found = rollUpActivities(CONTACT, MAPPING)
  expect(found.map(({ type, attributes }) => [type, attributes])).toEqual([
    ['contact_requested', { form: 'T', topic: 'sales' }],
    ['call_wanted', { form: 'Request a demo' }],
    ['pricing_viewed', { url: 'https://acme.example/pricing/teams?a=b', path: '/pricing/teams' }],
  ])
})

test('a changed mapping changes what an activity is and never which one it is', () => {
  const before = rollUpActivities(CONTACT)
  const after = rollUpActivities(CONTACT, MAPPING)
  expect(after.map(({ sourceId }) => sourceId)).toEqual(before.map(({ sourceId }) => sourceId))
  expect(after.map(({ type }) => type)).not.toEqual(before.map(({ type }) => type))
})

test('a form that is mapped to a webinar keeps the event that its name tells', () => {
  const [activity] = rollUpActivities(
    raw({ first_conversion_event_name: 'Live session: Pipeline', first_conversion_date: AT }),
    MAPPING,
  )
  expect(activity).toMatchObject({ type: 'webinar_registered', attributes: { event: 'pipeline' } })
})

test.each([
  ['COMPLETED', 'Discovery with Acme', 'First', 'discovery_held'],
  ['COMPLETED', 'Discovery with Acme', 'Second', 'meeting_held'],
  ['NO_SHOW', 'Discovery with Acme', 'First', 'meeting_no_show'],
  ['SCHEDULED', 'Discovery with Acme', 'First', 'meeting_booked'],
  ['CANCELLED', 'Discovery with Acme', 'First', undefined],
])('a %s meeting %j of type %s is %s', (outcome, title, type, expected) => {
  const meeting = raw({
    hs_meeting_outcome: outcome,
    hs_meeting_title: title,
    hs_activity_type: type,
  })
  const [activity] = engagementActivities('meetings', meeting, ['1'], MAPPING)
  expect(activity?.type).toBe(expected)
})
