import { expect, test } from 'vitest'
import { contact, portal, V } from './portal.ts'

const OPTIONS = [{ label: 'A', value: 'A', displayOrder: 0, hidden: false }]
const TIER = {
  name: 'ls_tier',
  label: 'Tier',
  type: 'enumeration',
  fieldType: 'select',
  groupName: 'lead_scoring',
  options: OPTIONS,
}
const SCORE = { ...TIER, name: 'ls_score', type: 'number', fieldType: 'number', options: [] }
const GROUP = { name: 'lead_scoring', label: 'Lead scoring', displayOrder: -1 }

async function withGroup() {
  const running = await portal([contact(1)])
  const properties = (method: string, path = '', body?: unknown) =>
    running.call(method, `/crm/properties/${V}/contacts${path}`, body)
  expect(await properties('POST', '/groups', GROUP)).toMatchObject({ status: 201 })
  return { ...running, properties }
}

test('the standard properties are there, with their types and options', async () => {
  const { properties, call } = await withGroup()
  expect((await properties('GET', '/hs_email_last_open_date')).body).toMatchObject({
    type: 'datetime',
    hubspotDefined: true,
    modificationMetadata: { readOnlyValue: true, archivable: false },
  })
  const stage = await properties('GET', '/lifecyclestage')
  expect(stage.body).toMatchObject({ options: { length: 8 } })
  const industry = await call('GET', `/crm/properties/${V}/companies/industry`)
  expect(industry.body).toMatchObject({ type: 'enumeration' })
  const outcome = await call('GET', `/crm/properties/${V}/0-47/hs_meeting_outcome`)
  expect(outcome.body).toMatchObject({ options: { length: 5 } })
})

test('a property is created once, found, and refused a second time', async () => {
  const { properties } = await withGroup()
  expect((await properties('GET', '/ls_tier')).status).toBe(404)
  const made = await properties('POST', '', TIER)
  expect(made).toMatchObject({ status: 201, body: { name: 'ls_tier', hubspotDefined: false } })
  expect((await properties('GET', '/ls_tier')).body).toMatchObject({ options: OPTIONS })
  expect(await properties('POST', '', TIER)).toMatchObject({
    status: 409,
    body: {
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    },
  })
})

test.for<[string, object]>([
  ['a name with a capital letter', { name: 'lsTier' }],
  ['a fieldType that does not fit', { fieldType: 'number' }],
  ['an unknown type', { type: 'calculation_score' }],
  ['no options', { options: [] }],
  ['an option without hidden', { options: [{ label: 'A', value: 'A', displayOrder: 0 }] }],
  ['an option without its place', { options: [{ label: 'A', value: 'A', hidden: false }] }],
  ['two equal options', { options: [...OPTIONS, ...OPTIONS] }],
  ['an unknown group', { groupName: 'nowhere' }],
  ['outside options of nobody', { options: [], externalOptions: true }],
  ['no label', { label: undefined }],
])('a property with %s is refused', async ([, change]) => {
  const { properties } = await withGroup()
  const reply = await properties('POST', '', { ...TIER, ...change })
  expect(reply).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
})

test('in 2026-03 an option needs no place in the order', async () => {
  const { call } = await withGroup()
  const options = [{ label: 'A', value: 'A', hidden: false }]
  const reply = await call('POST', '/crm/properties/2026-03/contacts', { ...TIER, options })
  expect(reply.status).toBe(201)
})

test('changed options replace the whole list; without options it stays', async () => {
  const { properties, objects } = await withGroup()
  await properties('POST', '', TIER)
  await properties('PATCH', '/ls_tier', { label: 'Lead tier' })
  expect((await properties('GET', '/ls_tier')).body).toMatchObject({
    label: 'Lead tier',
    options: OPTIONS,
  })
  const options = [{ label: 'B', value: 'B', displayOrder: 0, hidden: false }]
  await properties('PATCH', '/ls_tier', { options })
  const write = (value: string) =>
    objects('PATCH', 'contacts/1', { properties: { ls_tier: value } })
  expect((await write('A')).status).toBe(400)
  expect((await write('B')).status).toBe(200)
  expect((await properties('PATCH', '/email', { label: 'Mail' })).status).toBe(400)
})

test('an archived property takes no values, and comes back by being created again', async () => {
  const { properties, objects } = await withGroup()
  await properties('POST', '', SCORE)
  await objects('PATCH', 'contacts/1', { properties: { ls_score: '87' } })
  expect((await properties('DELETE', '/ls_score')).status).toBe(204)
  expect((await properties('GET', '/ls_score')).status).toBe(404)
  const refused = await objects('PATCH', 'contacts/1', { properties: { ls_score: '88' } })
  expect(refused).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] },
  })
  expect((await objects('GET', 'contacts/1?properties=ls_score')).body).not.toHaveProperty(
    'properties.ls_score',
  )
  expect((await properties('POST', '', SCORE)).status).toBe(201)
  expect((await objects('GET', 'contacts/1?properties=ls_score')).body).toMatchObject({
    properties: { ls_score: '87' },
  })
})

test('a batch of new properties reports the ones that failed', async () => {
  const { properties } = await withGroup()
  const all = await properties('POST', '/batch/create', { inputs: [TIER] })
  expect(all).toMatchObject({ status: 201, body: { results: [{ name: 'ls_tier' }] } })
  const some = await properties('POST', '/batch/create', { inputs: [TIER, SCORE] })
  expect(some).toMatchObject({
    status: 207,
    body: {
      results: [{ name: 'ls_score' }],
      numErrors: 1,
      errors: [{ category: 'OBJECT_ALREADY_EXISTS', context: { name: ['ls_tier'] } }],
    },
  })
})

test('a batch read of properties lists the unknown ones', async () => {
  const { properties } = await withGroup()
  const inputs = [{ name: 'email' }, { name: 'nothing' }]
  expect(await properties('POST', '/batch/read', { inputs })).toMatchObject({
    status: 207,
    body: { results: [{ name: 'email' }], errors: [{ context: { name: ['nothing'] } }] },
  })
})

test('a group is created once and goes only when its properties are gone', async () => {
  const { properties } = await withGroup()
  expect((await properties('POST', '/groups', GROUP)).status).toBe(409)
  expect((await properties('GET', '/groups/lead_scoring')).body).toMatchObject(GROUP)
  await properties('POST', '', SCORE)
  expect(await properties('DELETE', '/groups/lead_scoring')).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'GROUP_WITH_ACTIVE_PROPERTIES' }] },
  })
  await properties('DELETE', '/ls_score')
  expect((await properties('DELETE', '/groups/lead_scoring')).status).toBe(204)
  expect((await properties('GET', '/groups/lead_scoring')).status).toBe(404)
})
