import { expect, test } from 'vitest'
import { contact, many, portal, START, V } from './portal.ts'

const DUE = '2026-11-02T09:00:00.000Z'
const TASK = {
  properties: {
    hs_task_subject: 'Call back',
    hs_task_body: 'Asked for a demo. key-0815',
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: 'HIGH',
    hs_task_type: 'CALL',
    hs_timestamp: DUE,
    hubspot_owner_id: '102',
  },
  associations: [
    {
      to: { id: '1' },
      types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 204 }],
    },
  ],
}

const withProperties = (change: object) => ({
  ...TASK,
  properties: { ...TASK.properties, ...change },
})

test('a task for a contact is created, read with all it says, and found from the contact', async () => {
  const { objects, call } = await portal(many(2))
  const made = await objects('POST', 'tasks', TASK)
  expect(made).toMatchObject({ status: 201, body: { id: '1001', properties: TASK.properties } })
  const names = Object.keys(TASK.properties).join(',')
  expect(
    (await objects('GET', `0-27/1001?properties=${names}&associations=contacts`)).body,
  ).toMatchObject({
    properties: TASK.properties,
    associations: { contacts: { results: [{ id: '1', type: 'task_to_contact' }] } },
  })
  const read = await call('POST', `/crm/associations/${V}/contacts/tasks/batch/read`, {
    inputs: [{ id: '1' }, { id: '2' }],
  })
  expect(read.body).toMatchObject({
    results: [
      { from: { id: '1' }, to: [{ toObjectId: '1001', associationTypes: [{ typeId: 203 }] }] },
    ],
    errors: [{ context: { ids: ['2'] } }],
  })
})

test('a task is found by a word of its body and by when it is due', async () => {
  const { objects, search } = await portal([contact(1)])
  await objects('POST', 'tasks', TASK)
  await objects('POST', 'tasks', withProperties({ hs_task_body: 'key-08155', hs_timestamp: START }))
  const found = async (propertyName: string, operator: string, value: string) => {
    const filterGroups = [{ filters: [{ propertyName, operator, value }] }]
    const page = await search('tasks', { filterGroups })
    return page.results.map(({ id }) => id)
  }
  expect(await found('hs_task_body', 'CONTAINS_TOKEN', 'key-0815')).toEqual(['1001'])
  expect(await found('hs_task_body', 'CONTAINS_TOKEN', 'key')).toEqual(['1001', '1002'])
  expect(await found('hs_timestamp', 'GTE', String(Date.parse(DUE)))).toEqual(['1001'])
})

test.for<[string, object, object]>([
  [
    'an owner who is none',
    { hubspot_owner_id: '999' },
    { errors: [{ code: 'INVALID_OWNER', context: { propertyName: ['hubspot_owner_id'] } }] },
  ],
  [
    'a priority that is none',
    { hs_task_priority: 'URGENT' },
    { errors: [{ code: 'INVALID_OPTION' }] },
  ],
  [
    'no due time',
    { hs_timestamp: '' },
    { context: { properties: ['hs_timestamp'] }, message: expect.stringContaining('TASK') },
  ],
])('a task with %s is refused', async ([, change, body]) => {
  const { objects, ids } = await portal([contact(1)])
  const reply = await objects('POST', 'tasks', withProperties(change))
  expect(reply).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR', ...body } })
  const inputs = [TASK, withProperties(change)]
  expect((await objects('POST', 'tasks/batch/create', { inputs })).status).toBe(400)
  expect(await ids('tasks')).toEqual([])
})

test('a task for a contact that does not exist is refused, and not half created', async () => {
  const { objects, ids } = await portal([contact(2)])
  expect((await objects('POST', 'tasks', TASK)).status).toBe(400)
  expect(await ids('tasks')).toEqual([])
})

test('other engagements are created likewise, and a contact has an owner of the portal or none', async () => {
  const { objects } = await portal([contact(1)])
  const call = {
    properties: { hs_timestamp: DUE, hs_call_direction: 'INBOUND', hs_call_status: 'COMPLETED' },
    associations: [{ to: { id: '1' }, types: [{ associationTypeId: 194 }] }],
  }
  expect(await objects('POST', 'calls', call)).toMatchObject({ status: 201 })
  const owner = (id: string) =>
    objects('PATCH', 'contacts/1', { properties: { hubspot_owner_id: id } })
  expect((await owner('101')).status).toBe(200)
  expect((await owner('')).status).toBe(200)
  expect((await owner('7')).body).toMatchObject({ errors: [{ code: 'INVALID_OWNER' }] })
})

test.for(['2026-09', '2026-03'])('the owners are listed under %s', async (version) => {
  const { call } = await portal()
  const reply = await call('GET', `/crm/owners/${version}`)
  expect(reply).toMatchObject({ status: 200, body: { results: { length: 3 } } })
  expect(await call('GET', `/crm/owners/${version}/102`)).toMatchObject({
    status: 200,
    body: { id: '102', email: 'tom.berglund@sandbox.example', archived: false },
  })
})
