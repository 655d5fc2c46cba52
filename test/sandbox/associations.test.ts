import { expect, test } from 'vitest'
import { z } from 'zod'
import { company, contact, many, portal, V } from './portal.ts'

async function withLinks(records: Parameters<typeof portal>[0]) {
  const running = await portal(records)
  const links = (pair: string, verb: string, inputs: unknown) =>
    running.call('POST', `/crm/associations/${V}/${pair}/batch/${verb}`, { inputs })
  return { ...running, links }
}

const PERSON = {
  ...contact(1),
  associations: [
    { type: 'companies' as const, id: '10', primary: true },
    { type: 'companies' as const, id: '11' },
  ],
}

test('associations read both ways, with the ids of the primary and the plain one', async () => {
  const { links } = await withLinks([PERSON, company(10), company(11)])
  const there = await links('contacts/companies', 'read', [{ id: '1' }])
  expect(there).toMatchObject({
    status: 200,
    body: {
      results: [
        {
          from: { id: '1' },
          to: [
            { toObjectId: '10', associationTypes: [{ typeId: 1 }, { typeId: 279 }] },
            { toObjectId: '11', associationTypes: [{ typeId: 279, label: null }] },
          ],
        },
      ],
    },
  })
  const back = await links('companies/contacts', 'read', [{ id: '10' }])
  expect(back.body).toMatchObject({
    results: [{ to: [{ toObjectId: '1', associationTypes: [{ typeId: 2 }, { typeId: 280 }] }] }],
  })
})

test('a record without associations, and an unknown one, are among the errors', async () => {
  const { links } = await withLinks([PERSON, contact(2), company(10), company(11)])
  const ids = ['1', '2', '99'].map((id) => ({ id }))
  expect(await links('contacts/companies', 'read', ids)).toMatchObject({
    status: 207,
    body: {
      results: [{ from: { id: '1' } }],
      numErrors: 2,
      errors: [
        { category: 'OBJECT_NOT_FOUND', context: { ids: ['2'] } },
        { category: 'OBJECT_NOT_FOUND', context: { ids: ['99'] } },
      ],
    },
  })
})

test('a record with more than 500 associations is read in pages', async () => {
  const people = many(620).map((person) => ({
    ...person,
    associations: [{ type: 'companies' as const, id: '10' }],
  }))
  const { links } = await withLinks([company(10), ...people])
  const first = await links('companies/contacts', 'read', [{ id: '10' }])
  expect(first.body).toMatchObject({
    results: [{ to: { length: 500 }, paging: { next: { after: '500' } } }],
  })
  const second = await links('companies/contacts', 'read', [{ id: '10', after: '500' }])
  expect(second.body).toMatchObject({ results: [{ to: { length: 120 } }] })
  expect(second.body).not.toHaveProperty('results.0.paging')
})

test('a new primary company takes the place of the old one and moves no time', async () => {
  const { links, objects } = await withLinks([PERSON, company(10), company(11)])
  const before = await objects('GET', 'contacts/1')
  const { updatedAt } = z.object({ updatedAt: z.string() }).parse(before.body)
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }]
  const made = await links('contacts/companies', 'create', [
    { from: { id: '1' }, to: { id: '11' }, types },
  ])
  expect(made.status).toBe(201)
  const read = await links('contacts/companies', 'read', [{ id: '1' }])
  expect(read.body).toMatchObject({
    results: [
      {
        to: [
          { toObjectId: '10', associationTypes: [{ typeId: 279 }] },
          { toObjectId: '11', associationTypes: [{ typeId: 1 }, { typeId: 279 }] },
        ],
      },
    ],
  })
  const after = await objects('GET', 'contacts/1?properties=associatedcompanyid')
  expect(after.body).toMatchObject({ properties: { associatedcompanyid: '11' } })
  expect(after.body).toHaveProperty('updatedAt', updatedAt)
})

test('an ended association is gone on both sides', async () => {
  const { links, objects } = await withLinks([PERSON, company(10), company(11)])
  const ended = await links('contacts/companies', 'archive', [
    { from: { id: '1' }, to: [{ id: '10' }] },
  ])
  expect(ended.status).toBe(204)
  expect((await links('companies/contacts', 'read', [{ id: '10' }])).status).toBe(207)
  expect((await objects('GET', 'contacts/1?properties=associatedcompanyid')).body).toMatchObject({
    properties: { associatedcompanyid: null },
  })
})

test('an archived record disappears from the associations of others', async () => {
  const { links, objects } = await withLinks([PERSON, company(10), company(11)])
  await objects('DELETE', 'companies/10')
  expect((await links('contacts/companies', 'read', [{ id: '1' }])).body).toMatchObject({
    results: [{ to: [{ toObjectId: '11' }] }],
  })
})

test('too many inputs, wrong association types and unknown records are refused', async () => {
  const { links } = await withLinks([PERSON, company(10), company(11)])
  const ids = Array.from({ length: 1_001 }, (_, index) => ({ id: String(index) }))
  expect((await links('contacts/companies', 'read', ids)).status).toBe(400)
  const pair = { from: { id: '1' }, to: { id: '11' }, types: [{ associationTypeId: 4 }] }
  expect((await links('contacts/companies', 'create', [pair])).status).toBe(400)
  const missing = { ...pair, to: { id: '99' }, types: [{ associationTypeId: 279 }] }
  expect(await links('contacts/companies', 'create', [missing])).toMatchObject({
    status: 207,
    body: { errors: [{ context: { ids: ['99'] } }] },
  })
})
