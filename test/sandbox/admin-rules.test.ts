import { expect, test } from 'vitest'
import { contact, portal } from './portal.ts'

const RULE = {
  objectType: 'contacts',
  when: { property: 'lifecyclestage', equals: 'customer' },
  requires: 'hs_lead_status',
}
const MISSING = 'MISSING_CONDITIONAL_REQUIRED_PROPERTY'

async function withRule(change: object = {}) {
  const running = await portal([
    contact(1, { lifecyclestage: 'customer' }),
    contact(2, { lifecyclestage: 'lead' }),
    contact(3, { lifecyclestage: 'customer', hs_lead_status: 'OPEN' }),
  ])
  const reply = await running.control('/__rules', [{ ...RULE, ...change }])
  expect(reply.status).toBe(204)
  const set = (id: string, properties: object) =>
    running.objects('PATCH', `contacts/${id}`, { properties })
  const setAll = () =>
    running.objects('POST', 'contacts/batch/update', {
      inputs: ['1', '2', '3'].map((id) => ({ id, properties: { city: 'Graz' } })),
    })
  const cities = async () => {
    const { results } = await running.search('contacts', { properties: ['city'] })
    return results.map(({ properties }) => properties['city'])
  }
  return { ...running, set, setAll, cities }
}

test('a write to a record that breaks a rule is refused with the property that it lacks', async () => {
  const { set, objects } = await withRule()
  expect(await set('1', { city: 'Graz' })).toMatchObject({
    status: 400,
    body: {
      category: 'VALIDATION_ERROR',
      subCategory: MISSING,
      message: expect.stringContaining('lifecyclestage'),
      context: { propertyName: ['hs_lead_status'] },
      errors: [{ code: MISSING }],
    },
  })
  expect((await set('2', { city: 'Graz' })).status).toBe(200)
  expect((await set('3', { city: 'Graz' })).status).toBe(200)
  expect((await set('3', { hs_lead_status: '' })).status).toBe(400)
  expect((await set('2', { lifecyclestage: 'customer' })).status).toBe(400)
  expect((await set('1', { city: 'Graz', hs_lead_status: 'NEW' })).status).toBe(200)
  const created = await objects('POST', 'contacts', { properties: { lifecyclestage: 'customer' } })
  expect(created.status).toBe(400)
})

test('one bad row poisons a batch', async () => {
  const { setAll, cities } = await withRule()
  expect(await setAll()).toMatchObject({ status: 400, body: { subCategory: MISSING } })
  expect(await cities()).toEqual([null, null, null])
})

test('a rule by record fails only that record of a batch', async () => {
  const { setAll, cities, objects } = await withRule({ perRecord: true })
  expect(await setAll()).toMatchObject({
    status: 207,
    body: {
      results: [{ id: '2' }, { id: '3' }],
      numErrors: 1,
      errors: [{ subCategory: MISSING, context: { ids: ['1'], propertyName: ['hs_lead_status'] } }],
    },
  })
  expect(await cities()).toEqual([null, 'Graz', 'Graz'])
  const inputs = ['customer', 'lead'].map((stage) => ({
    properties: { lifecyclestage: stage },
    objectWriteTraceId: stage,
  }))
  expect(await objects('POST', 'contacts/batch/create', { inputs })).toMatchObject({
    status: 207,
    body: { errors: [{ context: { objectWriteTraceId: ['customer'] } }], results: { length: 1 } },
  })
})

test('a rule that looks only at its own properties lets other writes pass', async () => {
  const { set } = await withRule({ onlyWhenTouched: true })
  expect((await set('1', { city: 'Graz' })).status).toBe(200)
  expect((await set('1', { lifecyclestage: 'customer' })).status).toBe(400)
})

test('2026-03 and people in the CRM are not bound by rules, and rules end', async () => {
  const { call, control, set } = await withRule()
  const properties = { city: 'Graz' }
  expect((await call('PATCH', '/crm/objects/2026-03/contacts/1', { properties })).status).toBe(200)
  const mutation = { op: 'update', type: 'contacts', id: '1', properties }
  expect((await control('/__mutate', mutation)).status).toBe(200)
  expect((await set('1', properties)).status).toBe(400)
  await control('/__rules', [])
  expect((await set('1', properties)).status).toBe(200)
})

test('a rule about a property that does not exist is refused by its name', async () => {
  const { control } = await portal()
  expect(await control('/__rules', [{ ...RULE, requires: 'shoe_size' }])).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('shoe_size') },
  })
})
