import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead } from '../org.ts'
import { account, contact, part, writtenOrg } from './written-org.ts'

const LEAD = idOf('Lead', 1)
const refusal = (errorCode: string, ...fields: string[]) => ({
  body: [expect.objectContaining({ errorCode, ...(fields.length > 0 && { fields }) })],
})

test.for<[string, Record<string, unknown>, string, string | undefined]>([
  ['a field that does not exist', { Nonsense__c: 1 }, 'INVALID_FIELD', undefined],
  ['an id in the body', { Id: LEAD }, 'INVALID_FIELD', undefined],
  [
    'a read-only field',
    { ConvertedDate: '2026-01-01' },
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    'ConvertedDate',
  ],
  ['a text that is too long', { FirstName: 'x'.repeat(41) }, 'STRING_TOO_LONG', 'FirstName'],
  ['a word for a number', { NumberOfEmployees: 'many' }, 'JSON_PARSER_ERROR', 'NumberOfEmployees'],
  [
    'a number that is too large',
    { NumberOfEmployees: 1e8 },
    'NUMBER_OUTSIDE_VALID_RANGE',
    'NumberOfEmployees',
  ],
  ['a number for a text', { Title: 5 }, 'JSON_PARSER_ERROR', 'Title'],
  ['a date that is none', { EmailBouncedDate: 'today' }, 'JSON_PARSER_ERROR', 'EmailBouncedDate'],
  ['an address that is none', { Email: 'nobody' }, 'INVALID_EMAIL_ADDRESS', 'Email'],
  [
    'an empty checkbox',
    { HasOptedOutOfEmail: null },
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    'HasOptedOutOfEmail',
  ],
  ['no last name', { LastName: '' }, 'REQUIRED_FIELD_MISSING', 'LastName'],
  ['an owner of another kind', { OwnerId: idOf('Account', 1) }, 'MALFORMED_ID', 'OwnerId'],
  [
    'an owner who is not there',
    { OwnerId: idOf('User', 99) },
    'INVALID_CROSS_REFERENCE_KEY',
    'OwnerId',
  ],
])('an update with %s is refused and changes nothing', async ([, fields, errorCode, field]) => {
  const org = await writtenOrg([lead(1)])
  const before = org.stored('Lead', LEAD)
  const reply = await org.call('PATCH', `sobjects/Lead/${LEAD}`, { Company: 'Other', ...fields })
  expect(reply.status).toBe(400)
  expect(reply).toMatchObject(refusal(errorCode, ...(field ? [field] : [])))
  expect(org.stored('Lead', LEAD)).toEqual(before)
})

test('every missing field of a new record is named', async () => {
  const org = await writtenOrg()
  const reply = await org.call('POST', 'sobjects/Lead', { FirstName: 'Jo' })
  expect(reply).toMatchObject({
    status: 400,
    body: [
      {
        errorCode: 'REQUIRED_FIELD_MISSING',
        message: 'Required fields are missing: [LastName, Company]',
        fields: ['LastName', 'Company'],
      },
    ],
  })
})

test('what is not there, or no more, answers 404', async () => {
  const org = await writtenOrg([lead(1), lead(2, {}, { isDeleted: true })])
  const patch = (path: string) => org.call('PATCH', `sobjects/${path}`, { Title: 'CEO' })
  expect(await patch(`Lead/${idOf('Lead', 9)}`)).toMatchObject({
    status: 404,
    ...refusal('NOT_FOUND'),
  })
  expect(await patch(`Lead/${idOf('Contact', 1)}`)).toMatchObject({
    status: 404,
    ...refusal('NOT_FOUND'),
  })
  expect(await patch(`Nonsense/${LEAD}`)).toMatchObject({ status: 404, ...refusal('NOT_FOUND') })
  const deleted = await patch(`Lead/${idOf('Lead', 2)}`)
  expect(deleted).toMatchObject({ status: 404, ...refusal('ENTITY_IS_DELETED') })
})

test('a converted lead is read-only, unless the user may edit such', async () => {
  const org = await writtenOrg([lead(1, { IsConverted: true })])
  const patch = () => org.call('PATCH', `sobjects/Lead/${LEAD}`, { Title: 'CEO' })
  expect(await patch()).toMatchObject({ status: 400, ...refusal('CANNOT_UPDATE_CONVERTED_LEAD') })
  await org.rules({ permissions: { viewAndEditConvertedLeads: true } })
  expect((await patch()).status).toBe(204)
})

test('an administrator’s row lock stops some rows and not others, and a retry may pass', async () => {
  const org = await writtenOrg(Array.from({ length: 200 }, (_, n) => lead(n + 1)))
  await org.lever('/__faults', { faults: [{ do: { kind: 'lock-rows', share: 0.5 } }] })
  const all = Array.from({ length: 200 }, (_, n) => part('Lead', n + 1, { Title: 'CEO' }))
  const Results = z.array(z.object({ success: z.boolean() }))
  const first = Results.parse((await org.collection(all)).body).map(({ success }) => success)
  const second = Results.parse((await org.collection(all)).body).map(({ success }) => success)
  const share = first.filter(Boolean).length / first.length
  expect(share).toBeGreaterThan(0.35)
  expect(share).toBeLessThan(0.65)
  expect(second).not.toEqual(first)
})

test('rows can be locked by id and by account', async () => {
  const org = await writtenOrg([
    account(1),
    contact(1, { AccountId: idOf('Account', 1) }),
    contact(2),
    contact(3),
  ])
  await org.rules({ locks: { ids: [idOf('Contact', 2)], accountIds: [idOf('Account', 1)] } })
  const all = [1, 2, 3].map((n) => part('Contact', n, { Title: 'CEO' }))
  const locked = (id: string) => ({
    success: false,
    errors: [
      {
        statusCode: 'UNABLE_TO_LOCK_ROW',
        message: `unable to obtain exclusive access to this record or 1 records: ${id}`,
        fields: [],
      },
    ],
  })
  expect((await org.collection(all)).body).toEqual([
    locked(idOf('Account', 1)),
    locked(idOf('Contact', 2)),
    { id: idOf('Contact', 3), success: true, errors: [] },
  ])
})

test('a user without the right to edit writes nothing', async () => {
  const org = await writtenOrg([lead(1)])
  await org.rules({ permissions: { editRecords: false } })
  const path = `sobjects/Lead/${LEAD}`
  for (const reply of [
    await org.call('PATCH', path, { Title: 'CEO' }),
    await org.call('DELETE', path),
  ])
    expect(reply).toMatchObject({ status: 403, ...refusal('INSUFFICIENT_ACCESS_OR_READONLY') })
})
