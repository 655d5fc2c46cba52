import { expect, test } from 'vitest'
import { ORG_START } from '../org.ts'
import { expandBitmaps, subscriber } from './pubsub-client.ts'
import { change, id, LEADS, listening, org, report } from './pubsub-org.ts'

test('an update names who, what and where from, and holds the new values only', async () => {
  const at = await org()
  const stream = await listening(at)
  await change(at, 1, { Title: 'Head of Sales', City: 'Graz', NumberOfEmployees: 12 })
  const [event] = await stream.payloads(1)
  expect(event?.ChangeEventHeader).toMatchObject({
    entityName: 'Lead',
    recordIds: [id(1)],
    changeType: 'UPDATE',
    changeOrigin: expect.stringMatching(/^com\/salesforce\/api\/rest\/\d+\.0;client=somebody$/),
    sequenceNumber: 1,
    commitTimestamp: ORG_START,
    nulledFields: [],
  })
  expect(event).toMatchObject({
    Title: 'Head of Sales',
    NumberOfEmployees: 12,
    Email: null,
    Name: null,
  })
  expect(event?.['Address']).toMatchObject({ City: 'Graz' })
  expect(event?.['LastModifiedDate']).toBe(ORG_START)
  const { schemaJson } = await subscriber(at).schemaOf(stream.events()[0]?.event.schemaId ?? '')
  const names = expandBitmaps(schemaJson, event?.ChangeEventHeader.changedFields ?? [])
  expect(names).toEqual(
    expect.arrayContaining(['Title', 'NumberOfEmployees', 'Address.City', 'LastModifiedDate']),
  )
  expect(names).not.toContain('Email')
})

test('a value that was taken away is named as nulled', async () => {
  const at = await org()
  await change(at, 1, { Title: 'CEO', City: 'Graz' })
  const stream = await listening(at, LEADS)
  await change(at, 1, { Title: null, City: null })
  const [event] = await stream.payloads(1)
  const { schemaId } = await subscriber(at).topic(LEADS)
  const { schemaJson } = await subscriber(at).schemaOf(schemaId)
  const nulled = expandBitmaps(schemaJson, event?.ChangeEventHeader.nulledFields ?? [])
  expect(nulled.sort()).toEqual(['Address.City', 'Title'])
})

test('what one call changes alike is one event; what differs has the same transaction key', async () => {
  const at = await org()
  const stream = await listening(at)
  const records = [1, 2, 3].map((n) => ({
    attributes: { type: 'Lead' },
    id: id(n),
    Title: n === 3 ? 'Other' : 'Same',
  }))
  await at.call('PATCH', 'composite/sobjects', { records, allOrNone: false })
  const events = await stream.payloads(2)
  const headers = events.map((event) => event.ChangeEventHeader)
  expect(headers.map(({ recordIds }) => recordIds)).toEqual([[id(1), id(2)], [id(3)]])
  expect(headers.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2])
  expect(new Set(headers.map(({ transactionKey }) => transactionKey)).size).toBe(1)
})

test('a call that is undone tells nobody', async () => {
  const at = await org()
  const stream = await listening(at)
  const records = [
    { attributes: { type: 'Lead' }, id: id(1), Title: 'Lost' },
    { attributes: { type: 'Lead' }, id: id(2), Company: '' },
  ]
  await at.call('PATCH', 'composite/sobjects', { records, allOrNone: true })
  await change(at, 3, { Title: 'Kept' })
  const [event] = await stream.payloads(1)
  expect(event).toMatchObject({ Title: 'Kept' })
  expect(await report(at)).toMatchObject({ events: { 'Lead UPDATE': 1 } })
})

test('creation, deletion and conversion have their own kinds', async () => {
  const at = await org()
  const stream = await listening(at)
  await at.call('POST', 'sobjects/Lead', { LastName: 'New', Company: 'Example' })
  await at.lever('/__mutate', { op: 'delete', type: 'Lead', id: id(1) })
  await at.lever('/__mutate', { op: 'convert', type: 'Lead', id: id(2) })
  await expect.poll(() => stream.events().length).toBeGreaterThanOrEqual(4)
  const events = await stream.payloads(stream.events().length)
  const leadEvents = events.filter((event) => event.ChangeEventHeader.entityName === 'Lead')
  const kinds = leadEvents.map((event) => event.ChangeEventHeader.changeType)
  expect(kinds).toEqual(['CREATE', 'DELETE', 'UPDATE'])
  const [created, deleted, converted] = leadEvents
  expect(created).toMatchObject({ Name: { LastName: 'New' }, Company: 'Example' })
  expect(created?.ChangeEventHeader.changedFields).toEqual([])
  expect(deleted).toMatchObject({ Company: null })
  expect(converted).toMatchObject({ IsConverted: true, LastModifiedDate: null })
})

test('a topic of one object holds that object only, and unselected ones say nothing', async () => {
  const at = await org(1, { cdcEntities: ['Lead'] })
  const stream = await listening(at, LEADS)
  await at.call('POST', 'sobjects/Account', { Name: 'Example' })
  await change(at, 1, { Title: 'CEO' })
  const [event] = await stream.payloads(1)
  expect(event?.ChangeEventHeader.entityName).toBe('Lead')
  expect((await report(at)).events).toEqual({ 'Lead UPDATE': 1 })
})

test('a transaction that commits late is heard of when it commits', async () => {
  const at = await org()
  const stream = await listening(at)
  const late = { fields: { Title: 'late' }, commitAfterMs: 60_000 }
  await at.lever('/__mutate', { op: 'update', type: 'Lead', id: id(1), ...late })
  await change(at, 2, { Title: 'soon' })
  expect((await stream.payloads(1))[0]).toMatchObject({ Title: 'soon' })
  at.clock.now += 61_000
  expect((await stream.payloads(2))[1]).toMatchObject({
    Title: 'late',
    ChangeEventHeader: { recordIds: [id(1)] },
  })
})

test('a field that the caller may not see is as if it did not exist', async () => {
  const at = await org()
  const field = { type: 'Text', label: 'Hidden', length: 20 }
  await at.call('POST', 'tooling/sobjects/CustomField', {
    FullName: 'Lead.Hidden__c',
    Metadata: field,
  })
  const stream = await listening(at)
  const fields = { Hidden__c: 'secret', Title: 'open' }
  await at.lever('/__mutate', { op: 'update', type: 'Lead', id: id(1), fields })
  expect((await stream.payloads(1))[0]).toMatchObject({ Title: 'open', Hidden__c: null })
})
