import { expect, test } from 'vitest'
import { company, contact, many, Page, portal, START, V } from './portal.ts'

test('paging through 1,000 records returns each exactly once', async () => {
  const { objects } = await portal(many(1_000))
  const seen: string[] = []
  let after: string | undefined = '0'
  while (after !== undefined) {
    const page = Page.parse((await objects('GET', `contacts?limit=100&after=${after}`)).body)
    seen.push(...page.results.map(({ id }) => id))
    after = page.paging?.next.after
  }
  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => String(index + 1)))
})

test('a list has ten records unless asked otherwise, and no paging at the end', async () => {
  const { objects, ids } = await portal(many(11))
  const reply = await objects('GET', 'contacts')
  expect(reply.body).toMatchObject({
    paging: { next: { after: '10', link: expect.stringContaining('after=10') } },
  })
  expect(await ids('contacts')).toHaveLength(10)
  expect((await objects('GET', 'contacts?after=10')).body).not.toHaveProperty('paging')
  expect((await objects('GET', 'contacts?limit=11')).body).not.toHaveProperty('paging')
})

test.for(['101', '0', 'x'])('a list limit of %s is refused', async (limit) => {
  const { objects } = await portal()
  const reply = await objects('GET', `contacts?limit=${limit}`)
  expect(reply).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
})

test('a read shows what was asked for, the three kept properties, and null for no value', async () => {
  const { objects } = await portal([contact(7, { email: 'a@b.example', city: 'Graz' })])
  const reply = await objects('GET', 'contacts/7?properties=city,state&properties=no_such_thing')
  expect(reply.body).toEqual({
    id: '7',
    properties: {
      city: 'Graz',
      state: null,
      hs_object_id: '7',
      createdate: '2026-10-31T12:00:00.000Z',
      lastmodifieddate: '2026-11-01T11:00:00.000Z',
    },
    createdAt: '2026-10-31T12:00:00.000Z',
    updatedAt: '2026-11-01T11:00:00.000Z',
    archived: false,
  })
})

test('a read without a list of properties shows the usual ones', async () => {
  const { objects } = await portal([contact(7, { email: 'a@b.example', city: 'Graz' })])
  const { results } = Page.parse((await objects('GET', 'contacts')).body)
  expect(Object.keys(results[0]?.properties ?? {}).toSorted()).toEqual([
    'createdate',
    'email',
    'firstname',
    'hs_object_id',
    'lastmodifieddate',
    'lastname',
  ])
})

test('a type may be named in the plural, the singular or by its id', async () => {
  const { ids, objects } = await portal([company(5)])
  for (const type of ['companies', 'company', '0-2']) expect(await ids(type)).toEqual(['5'])
  expect((await objects('GET', 'spaceships')).status).toBe(400)
})

test('both dated versions answer, and no other', async () => {
  const { call } = await portal()
  expect((await call('GET', '/crm/objects/2026-03/contacts')).status).toBe(200)
  expect((await call('GET', '/crm/objects/2025-01/contacts')).status).toBe(404)
  expect((await call('GET', '/crm/nothing')).body).toMatchObject({ category: 'OBJECT_NOT_FOUND' })
})

test('an archived record leaves the list for the archived list, and is 404 by itself', async () => {
  const { objects, ids, clock } = await portal(many(2))
  clock.now = START + 5_000
  expect((await objects('DELETE', 'contacts/1')).status).toBe(204)
  expect(await ids('contacts')).toEqual(['2'])
  expect(await ids('contacts?archived=true')).toEqual(['1'])
  expect((await objects('GET', 'contacts/1')).status).toBe(404)
  expect((await objects('GET', 'contacts/1?archived=true')).body).toMatchObject({
    archived: true,
    archivedAt: '2026-11-01T12:00:05.000Z',
  })
})

test('associations come inline; a primary company is listed twice', async () => {
  const person = {
    ...contact(1),
    associations: [
      { type: 'companies' as const, id: '10', primary: true },
      { type: 'companies' as const, id: '11' },
    ],
  }
  const { objects } = await portal([person, company(10), company(11), contact(2)])
  const reply = await objects('GET', 'contacts?associations=companies,deals')
  expect(reply.body).toMatchObject({
    results: [
      {
        id: '1',
        associations: {
          companies: {
            results: [
              { id: '10', type: 'contact_to_company' },
              { id: '10', type: 'contact_to_company_unlabeled' },
              { id: '11', type: 'contact_to_company' },
            ],
          },
        },
      },
      { id: '2' },
    ],
  })
  expect(reply.body).not.toHaveProperty('results.1.associations')
})

test('a batch read returns what there is and lists what there is not', async () => {
  const { objects } = await portal(many(2))
  const inputs = [{ id: '1' }, { id: '99' }, { id: 'x' }]
  const reply = await objects('POST', 'contacts/batch/read', { inputs, properties: ['city'] })
  expect(reply).toMatchObject({
    status: 207,
    body: {
      status: 'COMPLETE',
      numErrors: 1,
      results: [{ id: '1', properties: { city: null } }],
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['99', 'x'] } }],
    },
  })
})

test('a batch read finds contacts by email', async () => {
  const { objects } = await portal([contact(3, { email: 'Eva@b.example' })])
  const body = { inputs: [{ id: 'eva@B.example' }], idProperty: 'email' }
  expect((await objects('POST', 'contacts/batch/read', body)).body).toMatchObject({
    results: [{ id: '3' }],
  })
})

test('the portal tells about itself and its three owners', async () => {
  const { call } = await portal()
  expect((await call('GET', `/account-info/${V}/details`)).body).toMatchObject({
    portalId: 8_080,
    accountType: 'DEVELOPER_TEST',
  })
  const owners = await call('GET', '/crm/owners/2026-03')
  expect(owners.body).toMatchObject({ results: { length: 3 } })
  expect((await call('GET', '/crm/owners/2026-03/102')).body).toMatchObject({
    lastName: 'Berglund',
  })
})
