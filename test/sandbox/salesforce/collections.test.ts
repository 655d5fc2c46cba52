import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead, ORG_START } from '../org.ts'
import { account, contact, part, writtenOrg } from './written-org.ts'

const leads = (count: number) => Array.from({ length: count }, (_, n) => lead(n + 1))
const ok = (id: string) => ({ id, success: true, errors: [] })
const failed = (statusCode: string, more: object = {}) => ({
  success: false,
  errors: [expect.objectContaining({ statusCode, fields: expect.any(Array), ...more })],
})
const Ledger = z.object({ recordsWritten: z.number() })

test('what fails does not stop the rest, and answers stand in the order of the records', async () => {
  const org = await writtenOrg([...leads(3), contact(1)])
  const reply = await org.collection([
    part('Lead', 3, { Title: 'CEO' }),
    part('Lead', 9, { Title: 'CEO' }),
    part('Contact', 1, { Title: 'CEO' }),
    part('Lead', 1, { Title: 'x'.repeat(200) }),
    { attributes: { type: 'Lead' }, id: 'nonsense', Title: 'CEO' },
    { attributes: { type: 'Lead' }, Title: 'CEO' },
    part('Lead', 2, { Title: 'CEO' }),
  ])
  expect(reply.status).toBe(200)
  expect(reply.body).toEqual([
    ok(idOf('Lead', 3)),
    failed('INVALID_CROSS_REFERENCE_KEY'),
    ok(idOf('Contact', 1)),
    failed('STRING_TOO_LONG', { fields: ['Title'] }),
    failed('MALFORMED_ID'),
    failed('MISSING_ARGUMENT'),
    ok(idOf('Lead', 2)),
  ])
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('Title')
  const ledger = await org.lever('/__ledger', undefined, 'GET')
  expect(Ledger.parse(ledger.body).recordsWritten).toBe(3)
})

test('200 records have one stamp', async () => {
  const org = await writtenOrg(leads(200))
  org.clock.now = ORG_START + 7_999
  await org.collection(Array.from({ length: 200 }, (_, n) => part('Lead', n + 1, { Title: 'CEO' })))
  expect(new Set(org.all('Lead').map(({ stampedAt }) => stampedAt))).toEqual(
    new Set([ORG_START + 7_000]),
  )
})

test('with allOrNone one that fails undoes the others', async () => {
  const org = await writtenOrg(leads(2))
  const before = org.stored('Lead', idOf('Lead', 1))
  const parts = [part('Lead', 1, { Title: 'CEO' }), part('Lead', 9, { Title: 'CEO' })]
  expect((await org.collection(parts, { allOrNone: true })).body).toEqual([
    { id: idOf('Lead', 1), ...failed('ALL_OR_NONE_OPERATION_ROLLED_BACK') },
    failed('INVALID_CROSS_REFERENCE_KEY'),
  ])
  expect(org.stored('Lead', idOf('Lead', 1))).toEqual(before)
  expect(org.all('LeadHistory')).toEqual([])
  expect((await org.collection(parts)).body).toMatchObject([{ success: true }, { success: false }])
})

test('new records, several types in one call', async () => {
  const org = await writtenOrg()
  const reply = await org.call('POST', 'composite/sobjects', {
    records: [
      { attributes: { type: 'Lead' }, LastName: 'Doe', Company: 'Example' },
      { attributes: { type: 'Account' }, Name: 'Example' },
      part('Lead', 1, { LastName: 'Doe', Company: 'Example' }),
    ],
  })
  expect(reply.body).toEqual([
    ok(idOf('Lead', 1)),
    ok(idOf('Account', 1)),
    failed('INVALID_FIELD_FOR_INSERT_UPDATE', { fields: ['Id'] }),
  ])
})

test('deleting by ids', async () => {
  const org = await writtenOrg([...leads(3)])
  const path = (ns: number[], more = '') =>
    `composite/sobjects?ids=${ns.map((n) => idOf('Lead', n)).join(',')}${more}`
  expect((await org.call('DELETE', path([1, 9], '&allOrNone=true'))).body).toEqual([
    { id: idOf('Lead', 1), ...failed('ALL_OR_NONE_OPERATION_ROLLED_BACK') },
    failed('INVALID_CROSS_REFERENCE_KEY'),
  ])
  expect((await org.call('DELETE', path([1, 2]))).body).toEqual(
    [1, 2].map((n) => ok(idOf('Lead', n))),
  )
  expect(org.all('Lead').map(({ isDeleted }) => isDeleted)).toEqual([true, true, false])
  expect((await org.call('DELETE', path([1]))).body).toEqual([failed('ENTITY_IS_DELETED')])
})

test.for<[string, unknown, string]>([
  [
    '201 records',
    { records: Array.from({ length: 201 }, (_, n) => part('Lead', n + 1, {})) },
    'EXCEEDED_ID_LIMIT',
  ],
  [
    '11 chunks of types',
    { records: Array.from({ length: 11 }, (_, n) => part(n % 2 ? 'Lead' : 'Contact', 1, {})) },
    'LIMIT_EXCEEDED',
  ],
  ['no type', { records: [{ id: idOf('Lead', 1) }] }, 'JSON_PARSER_ERROR'],
  ['an unknown type', { records: [{ attributes: { type: 'Nonsense' } }] }, 'INVALID_TYPE'],
  ['no records', {}, 'JSON_PARSER_ERROR'],
  ['no JSON', '{"records":', 'JSON_PARSER_ERROR'],
])('a call with %s is refused as a whole', async ([, body, errorCode]) => {
  const org = await writtenOrg(leads(1))
  expect(await org.call('PATCH', 'composite/sobjects', body)).toMatchObject({
    status: 400,
    body: [{ errorCode }],
  })
})

test('ten chunks of 200 records in all are taken', async () => {
  const org = await writtenOrg([...leads(1), account(1)])
  const parts = Array.from({ length: 10 }, (_, n) =>
    n % 2 ? part('Lead', 1, {}) : part('Account', 1, {}),
  )
  expect((await org.collection(parts)).status).toBe(200)
})

test('a field that nobody knows spoils the call, or only its record: nobody has published which', async () => {
  const org = await writtenOrg(leads(2))
  const parts = [part('Lead', 1, { Title: 'CEO' }), part('Lead', 2, { Hidden__c: 1 })]
  expect(await org.collection(parts)).toMatchObject({
    status: 400,
    body: [
      {
        errorCode: 'INVALID_FIELD',
        message: "No such column 'Hidden__c' on sobject of type Lead",
      },
    ],
  })
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('Title')
  await org.rules({ unknownFields: 'record' })
  expect((await org.collection(parts)).body).toEqual([ok(idOf('Lead', 1)), failed('INVALID_FIELD')])
})
