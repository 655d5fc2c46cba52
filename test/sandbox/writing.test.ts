import { expect, test } from 'vitest'
import { company, contact, many, portal, START } from './portal.ts'

test('a batch update writes, moves the last-modified time and reads back', async () => {
  const { objects, clock } = await portal(many(3))
  clock.now = START + 1_000
  const inputs = [
    { id: '1', properties: { city: 'Graz', annualrevenue: 5 } },
    { id: '3', properties: { city: 'Linz' } },
  ]
  const reply = await objects('POST', 'contacts/batch/update', { inputs })
  expect(reply).toMatchObject({ status: 200, body: { results: [{ id: '1' }, { id: '3' }] } })
  expect(reply.body).not.toHaveProperty('numErrors')
  expect((await objects('GET', 'contacts/1?properties=city,annualrevenue')).body).toMatchObject({
    properties: { city: 'Graz', annualrevenue: '5', lastmodifieddate: '2026-11-01T12:00:01.000Z' },
  })
})

test('a value equal to the stored one is a write all the same', async () => {
  const { objects, clock, ledger } = await portal([contact(1, { city: 'Graz' })])
  clock.now = START + 7_000
  await objects('PATCH', 'contacts/1', { properties: { city: 'Graz' } })
  expect((await objects('GET', 'contacts/1')).body).toMatchObject({
    updatedAt: '2026-11-01T12:00:07.000Z',
  })
  expect(await ledger()).toMatchObject({ recordsWritten: 1, updateCalls: 1 })
})

test('the empty string clears a property', async () => {
  const { objects } = await portal([contact(1, { city: 'Graz' })])
  await objects('PATCH', 'contacts/1', { properties: { city: '' } })
  expect((await objects('GET', 'contacts/1?properties=city')).body).toMatchObject({
    properties: { city: null },
  })
})

test('values are kept in the form of their type', async () => {
  const { objects } = await portal([{ ...contact(1), type: 'meetings' }])
  const time = '2026-01-31T08:30:00.000Z'
  await objects('PATCH', 'meetings/1', {
    properties: { hs_timestamp: String(Date.parse(time)), hs_meeting_outcome: 'NO_SHOW' },
  })
  expect(
    (await objects('GET', 'meetings/1?properties=hs_timestamp,hs_meeting_outcome')).body,
  ).toMatchObject({ properties: { hs_timestamp: time, hs_meeting_outcome: 'NO_SHOW' } })
})

test.for<[string, string, string, string]>([
  ['an unknown property', 'no_such', 'x', 'PROPERTY_DOESNT_EXIST'],
  ['an unknown option', 'hs_lead_status', 'WARMISH', 'INVALID_OPTION'],
  ['one unknown option of several', 'hs_buying_role', 'CHAMPION;KING', 'INVALID_OPTION'],
  ['a number with a comma', 'associatedcompanyid', '5,333', 'INVALID_INTEGER'],
  ['a property that only HubSpot writes', 'hs_email_optout', 'true', 'READ_ONLY_VALUE'],
])('%s refuses the whole batch', async ([, name, value, code]) => {
  const { objects } = await portal(many(2))
  const inputs = [
    { id: '1', properties: { city: 'Graz' } },
    { id: '2', properties: { [name]: value } },
  ]
  const reply = await objects('POST', 'contacts/batch/update', { inputs })
  expect(reply).toMatchObject({
    status: 400,
    body: {
      category: 'VALIDATION_ERROR',
      message: expect.stringContaining('Property values were not valid'),
      errors: [{ code, context: { propertyName: [name] } }],
    },
  })
  expect((await objects('GET', 'contacts/1?properties=city')).body).toMatchObject({
    properties: { city: null },
  })
})

test('a time that is none is refused', async () => {
  const { objects } = await portal([{ ...contact(1), type: 'notes' }])
  const refused = await objects('PATCH', 'notes/1', { properties: { hs_timestamp: 'soon' } })
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ code: 'INVALID_DATE' }] } })
})

test('a batch of more than 100 is refused', async () => {
  const { objects } = await portal(many(101))
  const inputs = many(101).map(({ id }) => ({ id, properties: { city: 'Graz' } }))
  expect((await objects('POST', 'contacts/batch/update', { inputs })).status).toBe(400)
  const fits = inputs.slice(1)
  expect((await objects('POST', 'contacts/batch/update', { inputs: fits })).status).toBe(200)
})

test('an id twice in a batch is refused in the words of the real API', async () => {
  const { objects } = await portal([contact(123)])
  const one = { id: '123', properties: { city: 'Graz' } }
  const reply = await objects('POST', 'contacts/batch/update', { inputs: [one, one] })
  expect(reply).toMatchObject({
    status: 400,
    body: { message: 'Duplicate IDs found in batch input: [123]. IDs must be unique' },
  })
})

test('unknown, archived and merged ids fail alone in a batch update', async () => {
  const { objects, control } = await portal(many(5))
  await control('/__mutate', { op: 'archive', type: 'contacts', id: '2' })
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '3', loserId: '4' })
  const inputs = ['1', '2', '4', '99'].map((id) => ({ id, properties: { city: 'Graz' } }))
  const reply = await objects('POST', 'contacts/batch/update', { inputs })
  expect(reply).toMatchObject({
    status: 207,
    body: {
      results: [{ id: '1' }],
      numErrors: 1,
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['2', '4', '99'] } }],
    },
  })
  expect((await objects('GET', 'contacts/3?properties=city')).body).toMatchObject({
    properties: { city: null },
  })
})

test('a merged id leads to the survivor when read, or updated by itself', async () => {
  const { objects } = await portal(many(3))
  const body = { primaryObjectId: '1', objectIdToMerge: '2' }
  expect(await objects('POST', 'contacts/merge', body)).toMatchObject({ status: 200 })
  expect((await objects('GET', 'contacts/2')).body).toMatchObject({ id: '1' })
  const updated = await objects('PATCH', 'contacts/2', { properties: { city: 'Graz' } })
  expect(updated).toMatchObject({ status: 200, body: { id: '1' } })
  const read = await objects('POST', 'contacts/batch/read', { inputs: [{ id: '2' }] })
  expect(read.body).toMatchObject({ results: [{ id: '1' }] })
})

test('a chain of merges leads to the last survivor and lists every loser', async () => {
  const { control, objects } = await portal(many(3))
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '2', loserId: '1' })
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '3', loserId: '2' })
  const reply = await objects('GET', 'contacts/1?properties=hs_merged_object_ids')
  expect(reply.body).toMatchObject({ id: '3', properties: { hs_merged_object_ids: '1;2' } })
})

test('a merge keeps the values of the winner, fills its gaps and moves associations', async () => {
  const loser = {
    ...contact(2, { city: 'Linz', state: 'OÖ' }),
    associations: [{ type: 'companies' as const, id: '10', primary: true }],
  }
  const { control, objects } = await portal([contact(1, { city: 'Graz' }), loser, company(10)])
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '1', loserId: '2' })
  const path = 'contacts/1?properties=city,state,associatedcompanyid&associations=companies'
  expect((await objects('GET', path)).body).toMatchObject({
    properties: { city: 'Graz', state: 'OÖ', associatedcompanyid: '10' },
    associations: { companies: { results: [{ id: '10' }, { id: '10' }] } },
  })
})

test('companies merged: their people follow', async () => {
  const person = {
    ...contact(1),
    associations: [{ type: 'companies' as const, id: '11', primary: true }],
  }
  const { control, objects } = await portal([person, company(10), company(11)])
  await control('/__mutate', { op: 'merge', type: 'companies', id: '10', loserId: '11' })
  const reply = await objects('GET', 'contacts/1?properties=associatedcompanyid')
  expect(reply.body).toMatchObject({ properties: { associatedcompanyid: '10' } })
})

test('a record is created with an association, and an email only once', async () => {
  const { objects } = await portal([company(10)])
  const body = {
    properties: { email: 'ada@b.example' },
    associations: [{ to: { id: '10' }, types: [{ associationTypeId: 1 }] }],
  }
  const reply = await objects('POST', 'contacts', body)
  expect(reply).toMatchObject({ status: 201, body: { properties: { email: 'ada@b.example' } } })
  const again = await objects('POST', 'contacts', { properties: { email: 'ADA@b.example' } })
  expect(again).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('Existing ID') },
  })
})

test('a batch create echoes the trace id of each input', async () => {
  const { objects, ids } = await portal()
  const inputs = ['a', 'b'].map((name) => ({
    properties: { firstname: name },
    objectWriteTraceId: name,
  }))
  const reply = await objects('POST', 'contacts/batch/create', { inputs })
  expect(reply).toMatchObject({
    status: 201,
    body: { results: [{ objectWriteTraceId: 'a' }, { objectWriteTraceId: 'b' }] },
  })
  expect(await ids('contacts')).toHaveLength(2)
})

test('a batch archive takes what it finds; a CRM user brings it back', async () => {
  const { objects, ids, control } = await portal(many(3))
  const inputs = [{ id: '1' }, { id: '2' }, { id: '77' }]
  expect((await objects('POST', 'contacts/batch/archive', { inputs })).status).toBe(204)
  expect(await ids('contacts')).toEqual(['3'])
  await control('/__mutate', { op: 'restore', type: 'contacts', id: '1' })
  expect(await ids('contacts')).toEqual(['1', '3'])
})

test('a CRM user changes what the API may not, and at any moment', async () => {
  const { control, objects } = await portal(many(1))
  const at = START - 300_000
  const properties = { hs_email_optout: 'true', associatedcompanyid: '5,333' }
  await control('/__mutate', { op: 'update', type: 'contacts', id: '1', properties, at })
  const path = 'contacts/1?properties=hs_email_optout,associatedcompanyid'
  expect((await objects('GET', path)).body).toMatchObject({
    properties,
    updatedAt: '2026-11-01T11:55:00.000Z',
  })
  const typo = { op: 'update', type: 'contacts', id: '1', properties: { citty: 'x' } }
  expect((await control('/__mutate', typo)).status).toBe(400)
})
