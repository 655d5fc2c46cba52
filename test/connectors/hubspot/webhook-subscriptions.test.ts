import { expect, test } from 'vitest'
import { READ_PROPERTIES } from '../../../connectors/hubspot/properties.ts'
import {
  watchedProperties,
  webhookSubscriptions,
} from '../../../connectors/hubspot/webhook-subscriptions.ts'

const lines = webhookSubscriptions().map(({ subscriptionType, objectType, propertyName }) =>
  [subscriptionType, objectType, propertyName].filter(Boolean).join(' '),
)

test('every change that can matter to a score is asked for, once', () => {
  expect(new Set(lines).size).toBe(lines.length)
  expect(lines).toEqual(
    expect.arrayContaining([
      'object.creation contact',
      'object.merge company',
      'object.restore deal',
      'object.associationChange meeting',
      'object.propertyChange contact jobtitle',
      'object.propertyChange company domain',
      'object.propertyChange call hs_call_status',
      'contact.privacyDeletion contact',
    ]),
  )
  // HubSpot allows 1,000 to an app.
  expect(lines.length).toBeLessThan(1_000)
})

test('what is read is watched, except what HubSpot never tells', () => {
  const quiet = READ_PROPERTIES.contacts.filter(
    (name) => !watchedProperties('contacts').includes(name),
  )
  expect(
    quiet.filter((name) => !/^plumbline_|lastmodifieddate$|^num_unique_conv/.test(name)),
  ).toEqual([])
})

test('our own fields are never watched: that would be an echo of every score', () => {
  expect(lines.filter((line) => line.includes('plumbline'))).toEqual([])
  expect(lines.filter((line) => line.includes('lastmodifieddate'))).toEqual([])
})

test('engagements can be neither merged nor restored', () => {
  expect(
    lines.filter((line) => /(merge|restore) (call|email|meeting|communication)/.test(line)),
  ).toEqual([])
})
