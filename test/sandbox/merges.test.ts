import { expect, test } from 'vitest'
import { company, contact, portal, V } from './portal.ts'

const of = (id: string) => [{ type: 'companies' as const, id, primary: true }]

async function merged() {
  const running = await portal([
    { ...contact(1, { email: 'a@b.example', city: 'Graz' }), associations: of('10') },
    { ...contact(2, { email: 'b@b.example', state: 'OÖ' }), associations: of('11') },
    contact(3),
    company(10),
    company(11),
  ])
  const merge = (id: string, loserId: string) =>
    running.control('/__mutate', { op: 'merge', type: 'contacts', id, loserId, intoNew: true })
  expect(await merge('1', '2')).toMatchObject({ status: 200, body: { id: '1001' } })
  return { ...running, merge }
}

test('a merge into a new record: both former ids lead on to it', async () => {
  const { objects, ids } = await merged()
  const names = 'email,city,state,associatedcompanyid,hs_merged_object_ids'
  for (const id of ['1', '2', '1001'])
    expect((await objects('GET', `contacts/${id}?properties=${names}`)).body).toMatchObject({
      id: '1001',
      properties: {
        email: 'a@b.example',
        city: 'Graz',
        state: 'OÖ',
        associatedcompanyid: '10',
        hs_merged_object_ids: '1;2',
      },
    })
  expect(await ids('contacts')).toEqual(['3', '1001'])
  expect(await ids('contacts?archived=true')).toEqual([])
})

test('the new record has the associations of both', async () => {
  const { objects, call } = await merged()
  const { body } = await objects('GET', 'contacts/1001?associations=companies')
  const companies = { results: [{ id: '10' }, { id: '10' }, { id: '11' }] }
  expect(body).toMatchObject({ associations: { companies } })
  const back = await call('POST', `/crm/associations/${V}/companies/contacts/batch/read`, {
    inputs: [{ id: '11' }],
  })
  expect(back.body).toMatchObject({ results: [{ to: [{ toObjectId: '1001' }] }] })
})

test('a batch reads a former id as the survivor, and does not update it', async () => {
  const { objects } = await merged()
  const inputs = ['1', '2', '3'].map((id) => ({ id, properties: { city: 'Wien' } }))
  expect(await objects('POST', 'contacts/batch/read', { inputs })).toMatchObject({
    status: 200,
    body: { results: [{ id: '1001' }, { id: '3' }] },
  })
  expect(await objects('POST', 'contacts/batch/update', { inputs })).toMatchObject({
    status: 207,
    body: { results: [{ id: '3' }], errors: [{ context: { ids: ['1', '2'] } }] },
  })
  const single = await objects('PATCH', 'contacts/2', { properties: { city: 'Wien' } })
  expect(single).toMatchObject({ status: 200, body: { id: '1001' } })
})

test('merges in a row lead to the last record, which lists every former id', async () => {
  const { merge, objects } = await merged()
  await merge('3', '1001')
  expect((await objects('GET', 'contacts/2?properties=hs_merged_object_ids')).body).toMatchObject({
    id: '1002',
    properties: { hs_merged_object_ids: '1;2;3;1001' },
  })
})
