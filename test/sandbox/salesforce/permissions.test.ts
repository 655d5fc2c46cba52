import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { GRADE, SCORE, workshop } from './workshop.ts'
import { part } from './written-org.ts'

const ADMIN = idOf('User', 1)
const Described = z.object({
  fields: z.array(z.looseObject({ name: z.string(), type: z.string() })),
})

test('nobody sees a new field until it is granted, not even its maker', async () => {
  const org = await workshop(SCORE)
  const seen = async () => {
    const { body } = await org.call('GET', 'sobjects/Lead/describe')
    return Described.parse(body).fields.some(({ name }) => name === 'Score__c')
  }
  const parts = [part('Lead', 1, { Score__c: 5 })]
  expect(await seen()).toBe(false)
  expect(await org.patch({ Score__c: 5 })).toMatchObject({
    status: 400,
    body: [
      { errorCode: 'INVALID_FIELD', message: "No such column 'Score__c' on sobject of type Lead" },
    ],
  })
  const hidden = await org.call('PATCH', 'composite/sobjects', { records: parts })
  expect(hidden).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] })
  await org.permit('Lead.Score__c')
  expect(await seen()).toBe(true)
  const written = await org.call('PATCH', 'composite/sobjects', { records: parts })
  expect(written.body).toMatchObject([{ success: true }])
  expect(org.fields('Lead', idOf('Lead', 1))).toMatchObject({ Score__c: 5 })
})

test('a right to read is no right to edit, and another’s rights are not one’s own', async () => {
  const org = await workshop(SCORE, GRADE)
  await org.permit('Lead.Score__c', false)
  expect(await org.patch({ Score__c: 5 })).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['Score__c'] }],
  })
  await org.permit('Lead.Grade__c', true, idOf('User', 2))
  expect(await org.patch({ Grade__c: 'A' })).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_FIELD' }],
  })
})

test('values must fit the field as it was defined', async () => {
  const org = await workshop(SCORE, GRADE)
  await org.permit('Lead.Score__c')
  expect(await org.patch({ Score__c: 1_000 })).toMatchObject({
    status: 400,
    body: [{ errorCode: 'NUMBER_OUTSIDE_VALID_RANGE', fields: ['Score__c'] }],
  })
  expect((await org.patch({ Score__c: 999 })).status).toBe(204)
  expect(org.all('LeadHistory').map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ Field: 'Score__c', OldValue: null, NewValue: 999 }),
  ])
})

test('a user who may not customise the org makes neither fields nor permissions', async () => {
  const org = await workshop(SCORE)
  await org.rules({ permissions: { customizeApplication: false } })
  const path = `tooling/sobjects/CustomField/${org.ids[0]}`
  for (const reply of [
    await org.make(GRADE),
    await org.call('PATCH', path, { Metadata: SCORE.Metadata }),
    await org.call('DELETE', path),
  ])
    expect(reply).toMatchObject({ status: 403, body: [{ errorCode: 'INSUFFICIENT_ACCESS' }] })
  const set = await org.call('POST', 'sobjects/PermissionSet', { Name: 'P', Label: 'P' })
  expect(set).toMatchObject({
    status: 403,
    body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }],
  })
})

test('a permission is given once, and on fields that are there', async () => {
  const org = await workshop(SCORE)
  await org.permit('Lead.Score__c')
  const [set] = org.all('PermissionSet')
  const permission = { ParentId: set?.id, SobjectType: 'Lead', Field: 'Lead.Score__c' }
  const assignment = { PermissionSetId: set?.id, AssigneeId: ADMIN }
  const twice = [
    ['PermissionSet', { Name: set?.fields['Name'], Label: 'Q' }],
    ['FieldPermissions', permission],
    ['PermissionSetAssignment', assignment],
  ] as const
  for (const [type, fields] of twice)
    expect(await org.call('POST', `sobjects/${type}`, fields)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'DUPLICATE_VALUE' }],
    })
  const missing = { ...permission, Field: 'Lead.Nonsense__c' }
  expect(await org.call('POST', 'sobjects/FieldPermissions', missing)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' }],
  })
})
