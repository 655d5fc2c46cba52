import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { receive } from '../../../connectors/hubspot/webhook.ts'
import { SECRET, signedBySender, TARGET } from './signer.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const APP = { clientSecret: SECRET, webhookUrl: TARGET }

const EVENT = {
  eventId: 100,
  subscriptionId: 25,
  portalId: 4711,
  appId: 1160452,
  occurredAt: NOW.getTime(),
  subscriptionType: 'object.creation',
  objectTypeId: '0-1',
  attemptNumber: 0,
  objectId: 123,
  changeSource: 'CRM_UI',
}

function read(...events: unknown[]) {
  return receive(APP, signedBySender(JSON.stringify(events), { at: NOW }), NOW)
}

function about(event: object) {
  const { notices, unreadable } = read({ ...EVENT, ...event })
  expect(unreadable).toEqual([])
  return notices.map((notice) => notice.about)
}

const record = (stream: string, id: string) => ({ what: 'record', stream, id })

describe('what events say', () => {
  test.each([
    ['object.creation', '0-1', 'contacts'],
    ['object.deletion', '0-2', 'companies'],
    ['object.restore', '0-3', 'deals'],
    ['object.propertyChange', '0-48', 'calls'],
    ['object.creation', '0-49', 'emails'],
    ['object.creation', '0-47', 'meetings'],
    ['object.creation', '0-18', 'communications'],
    ['contact.creation', undefined, 'contacts'],
    ['company.propertyChange', undefined, 'companies'],
    ['deal.deletion', undefined, 'deals'],
  ])('%s of %s is about a record of %s', (subscriptionType, objectTypeId, stream) => {
    expect(about({ subscriptionType, objectTypeId })).toEqual([record(stream, '123')])
  })

  test.each([
    { subscriptionType: 'ticket.creation' },
    { subscriptionType: 'object.creation', objectTypeId: '0-46' },
    { subscriptionType: 'conversation.creation' },
  ])('objects that we do not read are passed over: $subscriptionType', (event) => {
    expect(about(event)).toEqual([])
  })

  test('the type may stand in eventType, ids may be text', () => {
    const { subscriptionType: eventType, ...rest } = EVENT
    const { notices } = read({ ...rest, eventType, objectId: '123', portalId: '4711' })
    expect(notices).toMatchObject([
      { accountId: '4711', at: NOW, about: record('contacts', '123') },
    ])
  })

  test('a merge is about everybody in it', () => {
    const merge = {
      subscriptionType: 'contact.merge',
      objectId: 7,
      primaryObjectId: 7,
      mergedObjectIds: [8, '9'],
      newObjectId: 10,
    }
    const ids = ['7', '8', '9', '10']
    expect(about(merge)).toEqual(ids.map((id) => record('contacts', id)))
  })

  test.each([
    [{ associationType: 'CONTACT_TO_COMPANY' }, ['contacts', 'companies']],
    [{ associationType: 'COMPANY_TO_CONTACT' }, ['companies', 'contacts']],
    [{ associationType: 'CONTACT_TO_TICKET' }, ['contacts']],
    [{ associationType: 'MEETING_EVENT_TO_CONTACT' }, ['meetings', 'contacts']],
    [{ fromObjectTypeId: '0-1', toObjectTypeId: '0-3' }, ['contacts', 'deals']],
    [{ fromObjectTypeId: '0-48', toObjectTypeId: '0-46' }, ['calls']],
    [{ associationType: 'Decision maker' }, ['contacts']],
  ])('an association %j is about the sides that we read', (event, streams) => {
    const ids = { fromObjectId: 1, toObjectId: 2 }
    const seen = about({ subscriptionType: 'contact.associationChange', ...ids, ...event })
    expect(seen).toEqual(streams.map((stream, at) => record(stream, String(at + 1))))
  })

  test('a privacy deletion erases a person', () => {
    expect(about({ subscriptionType: 'contact.privacyDeletion' })).toEqual([
      { what: 'erased', kind: 'person', id: '123' },
    ])
  })

  test.each([
    ['our write', {}, 'echo'],
    ['in small letters, as a number', { changeSource: 'integration', sourceId: 1160452 }, 'echo'],
    ['another app', { sourceId: '9999' }, 'record'],
    ['a user', { changeSource: 'CRM_UI', sourceId: 'userId:7001' }, 'record'],
    ['no source id', { sourceId: undefined }, 'record'],
    ['no app id', { appId: undefined, sourceId: undefined }, 'record'],
    ['our write of a property that is not ours', { propertyName: 'jobtitle' }, 'record'],
  ])('a changed property is an echo only of ours: %s', (_name, event, what) => {
    const echo = {
      subscriptionType: 'contact.propertyChange',
      propertyName: 'plumbline_score',
      changeSource: 'INTEGRATION',
      sourceId: '1160452',
    }
    expect(about({ ...echo, ...event })).toEqual([{ what, stream: 'contacts', id: '123' }])
  })

  test('a batch may speak of several portals', () => {
    const { notices } = read(EVENT, { ...EVENT, portalId: 4712 })
    expect(notices.map(({ accountId }) => accountId)).toEqual(['4711', '4712'])
  })
})

describe('the key of a notice', () => {
  const keys = (...events: object[]) =>
    read(...events.map((event) => ({ ...EVENT, ...event }))).notices.map(({ key }) => key)

  test('is the same when HubSpot delivers again, whatever the attempt', () => {
    const [first] = keys({})
    expect(keys({ attemptNumber: 7, subscriptionId: 99 })).toEqual([first])
  })

  test.each([
    { portalId: 4712 },
    { eventId: 101 },
    { objectId: 124 },
    { objectTypeId: '0-2' },
    { occurredAt: NOW.getTime() + 1 },
    { subscriptionType: 'object.deletion' },
    { propertyName: 'jobtitle' },
  ])('tells events apart that differ in %j', (difference) => {
    expect(new Set(keys({}, difference)).size).toBe(2)
  })

  test('tells the two sides of an association apart, and adding from removing', () => {
    const change = {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_COMPANY',
      fromObjectId: 1,
      toObjectId: 2,
      objectId: undefined,
    }
    const seen = keys(
      { ...change, associationRemoved: false },
      { ...change, associationRemoved: true },
    )
    expect(new Set(seen).size).toBe(4)
  })
})

describe('a batch with poison in it', () => {
  test('loses nothing but the poison, and its reasons repeat no value', () => {
    const poison = [
      null,
      17,
      'jane@canary.example',
      [],
      {},
      { ...EVENT, portalId: null },
      { ...EVENT, portalId: 'jane@canary.example' },
      { ...EVENT, objectId: '../../canary' },
      { ...EVENT, objectId: 2 ** 60 },
      { ...EVENT, occurredAt: 'canary' },
      { ...EVENT, occurredAt: 9e15 },
      { ...EVENT, occurredAt: 8.64e15 },
      { ...EVENT, occurredAt: -1 },
      { ...EVENT, objectTypeId: undefined },
      { ...EVENT, subscriptionType: 'contact.canary@example', objectTypeId: undefined },
      { ...EVENT, subscriptionType: 'contact.merge', objectId: undefined },
      { ...EVENT, subscriptionType: 'contact.associationChange' },
      { ...EVENT, subscriptionType: 'company.privacyDeletion' },
      { ...EVENT, subscriptionType: undefined },
    ]
    const good = Array.from({ length: 99 }, (_, at) => ({ ...EVENT, objectId: at }))
    const half = Math.ceil(good.length / 2)
    const { notices, unreadable } = read(...good.slice(0, half), ...poison, ...good.slice(half))
    expect(notices).toHaveLength(99)
    expect(unreadable).toHaveLength(poison.length)
    expect(unreadable.join()).not.toMatch(/canary|jane/)
  })

  test('an unknown type is named', () => {
    const { unreadable } = read({ ...EVENT, subscriptionType: 'contact.teleported' })
    expect(unreadable).toEqual(['unknown type contact.teleported'])
  })

  test('odd optional values and huge ones are as if they were not there', () => {
    const odd = {
      propertyName: 5,
      changeSource: null,
      sourceId: {},
      appId: null,
      eventId: [],
      propertyValue: 'x'.repeat(65_536),
    }
    expect(about({ subscriptionType: 'contact.propertyChange', ...odd })).toEqual([
      record('contacts', '123'),
    ])
  })

  test('any JSON whatever is read without a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (events) => {
        const { notices, unreadable } = read(...events)
        expect(notices.length + unreadable.length).toBe(events.length)
      }),
    )
  })
})
