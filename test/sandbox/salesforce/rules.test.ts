import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead } from '../org.ts'
import { contact, part, writtenOrg } from './written-org.ts'

const LEAD = idOf('Lead', 1)
const refused = (errorCode: string, message?: string) => ({
  status: 400,
  body: [expect.objectContaining({ errorCode, ...(message !== undefined && { message }) })],
})

async function ruled(rules: unknown, ...records: Parameters<typeof writtenOrg>[0][]) {
  const org = await writtenOrg(records[0] ?? [lead(1)])
  const reply = await org.rules(rules)
  return {
    ...org,
    reply,
    patch: (fields: object, headers: Record<string, string> = {}, id = LEAD) =>
      org.call('PATCH', `sobjects/Lead/${id}`, fields, headers),
  }
}

test('a validation rule refuses the records that it means, and stands beside its field', async () => {
  const message = 'Hot leads need a phone'
  const rule = {
    type: 'Lead',
    when: { field: 'Rating', equals: 'Hot' },
    message,
    errorField: 'Phone',
  }
  const org = await ruled({ validation: [rule] })
  expect((await org.patch({ Title: 'CEO' })).status).toBe(204)
  expect(await org.patch({ Rating: 'Hot' })).toEqual(
    expect.objectContaining({
      status: 400,
      body: [{ errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, fields: ['Phone'] }],
    }),
  )
})

test('a rule refuses every write of a record that breaks it already', async () => {
  const rule = { type: 'Lead', when: { field: 'Rating', equals: 'Hot' } }
  const org = await ruled({ validation: [rule] }, [lead(1, { Rating: 'Hot' }), lead(2)])
  expect(await org.patch({ Title: 'CEO' })).toMatchObject(
    refused('FIELD_CUSTOM_VALIDATION_EXCEPTION'),
  )
  expect((await org.patch({ Rating: 'Cold' })).status).toBe(204)
  expect((await org.patch({ Title: 'CEO' }, {}, idOf('Lead', 2))).status).toBe(204)
})

test('a failing trigger stops a call of many records, not one of few', async () => {
  const rule = { type: 'Lead', name: 'Sync', aboveRecords: 50 }
  const org = await ruled(
    { automation: [rule] },
    Array.from({ length: 51 }, (_, n) => lead(n + 1)),
  )
  const parts = (count: number) =>
    Array.from({ length: count }, (_, n) => part('Lead', n + 1, { Title: 'CEO' }))
  const many = await org.call('PATCH', 'composite/sobjects', { records: parts(51) })
  expect(many.body).toHaveLength(51)
  expect(many.body).toMatchObject(
    parts(51).map(() => ({
      success: false,
      errors: [
        {
          statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
          message: expect.stringContaining('Sync: execution of BeforeUpdate'),
        },
      ],
    })),
  )
  const few = await org.call('PATCH', 'composite/sobjects', { records: parts(50) })
  expect(few.body).toMatchObject(parts(50).map(() => ({ success: true })))
})

test('a failing flow has a code of its own', async () => {
  const rule = {
    type: 'Lead',
    code: 'CANNOT_EXECUTE_FLOW_TRIGGER',
    when: { field: 'Title', equals: 'CEO' },
  }
  const org = await ruled({ automation: [rule] })
  expect(await org.patch({ Title: 'CEO' })).toMatchObject(refused('CANNOT_EXECUTE_FLOW_TRIGGER'))
  expect((await org.patch({ Title: 'CTO' })).status).toBe(204)
})

const TWINS = [
  lead(1, { Email: 'jo@example.com' }),
  lead(2, { Email: 'JO@example.com' }),
  contact(1),
]
const ALLOW = { 'sforce-duplicate-rule-header': 'allowSave=true' }

test('an alert about duplicates hits updates too, until the caller overrules it', async () => {
  const org = await ruled({ duplicates: [{ type: 'Lead', action: 'alert' }] }, TWINS)
  const expected = refused('DUPLICATES_DETECTED', 'Use one of these records?')
  expect(await org.patch({ Title: 'CEO' })).toMatchObject(expected)
  expect((await org.patch({ Title: 'CEO' }, ALLOW)).status).toBe(204)
  const twin = { LastName: 'Doe', Company: 'Example', Email: 'jo@example.com' }
  expect(await org.call('POST', 'sobjects/Lead', twin)).toMatchObject(expected)
  expect((await org.call('POST', 'sobjects/Lead', twin, ALLOW)).status).toBe(201)
})

test('a block is not overruled, and means only its own object', async () => {
  const org = await ruled({ duplicates: [{ type: 'Lead', action: 'block' }] }, TWINS)
  expect(await org.patch({ Title: 'CEO' }, ALLOW)).toMatchObject(refused('DUPLICATES_DETECTED'))
  const path = `sobjects/Contact/${idOf('Contact', 1)}`
  expect((await org.call('PATCH', path, { Email: 'jo@example.com' })).status).toBe(204)
})

test('rules are set by name, the others stay, and DELETE ends them all', async () => {
  const org = await ruled({ validation: [{ type: 'Lead' }] })
  await org.rules({ locks: { ids: [LEAD] } })
  const show = async () => (await org.lever('/__rules', undefined, 'GET')).body
  expect(await show()).toMatchObject({
    validation: [{ type: 'Lead' }],
    locks: { ids: [LEAD], accountIds: [] },
    ownerChanges: { byAutoAssign: 0, byAction: 0 },
  })
  await org.lever('/__rules', undefined, 'DELETE')
  expect(await show()).toMatchObject({ validation: [], locks: { ids: [] } })
  expect((await org.patch({ Title: 'CEO' })).status).toBe(204)
})

test('a rule that is not understood says where', async () => {
  const org = await ruled({ validation: [{ type: 'Nonsense' }] })
  expect(org.reply).toMatchObject({
    status: 400,
    body: [{ message: expect.stringContaining('validation.0.type') }],
  })
})
