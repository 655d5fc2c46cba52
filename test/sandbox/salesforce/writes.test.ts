import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead, ORG_START } from '../org.ts'
import { account, contact, record, writtenOrg } from './written-org.ts'

const Created = z.object({ id: z.string(), success: z.literal(true), errors: z.tuple([]) })
const LEAD = idOf('Lead', 1)
const refusal = (errorCode: string, ...fields: string[]) => ({
  body: [expect.objectContaining({ errorCode, ...(fields.length > 0 && { fields }) })],
})

test('a new record gets an id, an owner, stamps and what its object defaults to', async () => {
  const org = await writtenOrg()
  const reply = await org.call('POST', 'sobjects/Lead', { LastName: 'Doe', Company: 'Example' })
  expect(reply.status).toBe(201)
  const { id } = Created.parse(reply.body)
  expect(reply.headers.get('location')).toBe(`/services/data/v66.0/sobjects/Lead/${id}`)
  expect(org.stored('Lead', id)).toMatchObject({
    createdAt: ORG_START,
    modifiedAt: ORG_START,
    stampedAt: ORG_START,
    isDeleted: false,
    fields: {
      Status: 'Open - Not Contacted',
      OwnerId: idOf('User', 1),
      CreatedById: idOf('User', 1),
    },
  })
  expect(org.all('LeadHistory').map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ LeadId: id, Field: 'created', OldValue: null, NewValue: null }),
  ])
})

test('an update answers 204, and moves the stamps even where nothing changes', async () => {
  const org = await writtenOrg([lead(1, { Title: 'CEO' })])
  for (const second of [10, 20]) {
    org.clock.now = ORG_START + second * 1_000 + 345
    const reply = await org.call('PATCH', `sobjects/Lead/${LEAD}`, { Title: 'CEO' })
    expect(reply).toMatchObject({ status: 204, body: '' })
    const at = ORG_START + second * 1_000
    expect(org.stored('Lead', LEAD)).toMatchObject({ modifiedAt: at, stampedAt: at })
  }
})

test('an id of 15 characters, and names in any case, do as well', async () => {
  const org = await writtenOrg([lead(1)])
  const reply = await org.call('PATCH', `sobjects/lead/${LEAD.slice(0, 15)}`, { TITLE: 'CTO' })
  expect(reply.status).toBe(204)
  expect(org.fields('Lead', LEAD)).toMatchObject({ Title: 'CTO' })
})

test('values are kept in the form of their field', async () => {
  const org = await writtenOrg([lead(1, { Title: 'CEO' })])
  await org.call('PATCH', `sobjects/Lead/${LEAD}`, {
    FirstName: '  Jo ',
    Title: '',
    NumberOfEmployees: '12',
    AnnualRevenue: 10.126,
    HasOptedOutOfEmail: 'TRUE',
    EmailBouncedDate: '2026-01-02T03:04:05.678+0100',
  })
  expect(org.fields('Lead', LEAD)).toMatchObject({
    FirstName: 'Jo',
    Title: null,
    NumberOfEmployees: 12,
    AnnualRevenue: 10.13,
    HasOptedOutOfEmail: true,
    EmailBouncedDate: '2026-01-02T02:04:05.000Z',
  })
})

test('deleting a record takes along what belongs to it', async () => {
  const org = await writtenOrg([
    account(1),
    contact(1, { AccountId: idOf('Account', 1) }),
    contact(2),
    record('Opportunity', 1, { Name: 'Deal', AccountId: idOf('Account', 1) }),
    record('OpportunityContactRole', 1, {
      OpportunityId: idOf('Opportunity', 1),
      ContactId: idOf('Contact', 1),
    }),
  ])
  const path = `sobjects/Account/${idOf('Account', 1)}`
  expect((await org.call('DELETE', path)).status).toBe(204)
  const gone = (['Account', 'Contact', 'Opportunity', 'OpportunityContactRole'] as const).map(
    (type) => org.stored(type, idOf(type, 1))?.isDeleted,
  )
  expect(gone).toEqual([true, true, true, true])
  expect(org.stored('Contact', idOf('Contact', 2))?.isDeleted).toBe(false)
  expect(await org.call('DELETE', path)).toMatchObject({
    status: 404,
    ...refusal('ENTITY_IS_DELETED'),
  })
})

test('a completed task and an attended campaign say what follows from it', async () => {
  const org = await writtenOrg([
    account(1),
    contact(1, { AccountId: idOf('Account', 1) }),
    record('Campaign', 1, { Name: 'Webinar' }),
  ])
  const WhoId = idOf('Contact', 1)
  const task = Created.parse(
    (await org.call('POST', 'sobjects/Task', { Subject: 'Call', Status: 'Completed', WhoId })).body,
  )
  expect(org.fields('Task', task.id)).toMatchObject({
    AccountId: idOf('Account', 1),
    CompletedDateTime: new Date(ORG_START).toISOString(),
    Priority: 'Normal',
  })
  const member = { CampaignId: idOf('Campaign', 1), ContactId: WhoId, Status: 'Attended' }
  const { id } = Created.parse((await org.call('POST', 'sobjects/CampaignMember', member)).body)
  expect(org.fields('CampaignMember', id)).toMatchObject({
    HasResponded: true,
    FirstRespondedDate: '2026-11-01',
  })
})

test('tracked fields have a history, long texts only that they changed', async () => {
  const org = await writtenOrg([lead(1, { Title: 'CEO' })])
  org.clock.now += 5_000
  await org.call(
    'PATCH',
    `sobjects/Lead/${LEAD}`,
    { Title: 'CTO', Phone: '1', NumberOfEmployees: 7 },
    { 'sforce-auto-assign': 'FALSE' },
  )
  const rows = org.all('LeadHistory')
  expect(rows.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ LeadId: LEAD, Field: 'Title', OldValue: 'CEO', NewValue: 'CTO' }),
    expect.objectContaining({
      LeadId: LEAD,
      Field: 'NumberOfEmployees',
      OldValue: null,
      NewValue: 7,
    }),
  ])
  expect(rows.map(({ createdAt }) => createdAt)).toEqual([ORG_START + 5_000, ORG_START + 5_000])
  await org.rules({ tracked: { Lead: ['Phone', 'Description'] } })
  await org.call('PATCH', `sobjects/Lead/${LEAD}`, {
    Title: 'CFO',
    Phone: '2',
    Description: 'x'.repeat(300),
  })
  expect(
    org
      .all('LeadHistory')
      .slice(2)
      .map(({ fields }) => fields),
  ).toEqual([
    expect.objectContaining({ Field: 'Phone', OldValue: '1', NewValue: '2' }),
    expect.objectContaining({ Field: 'Description', OldValue: null, NewValue: null }),
  ])
})

test('an upsert makes a record, then changes it, and names them all where there are several', async () => {
  const org = await writtenOrg([lead(1), lead(2)])
  await org.call('POST', 'tooling/sobjects/CustomField', EXTERNAL)
  await grant(org, 'Lead.Key__c')
  const upsert = (key: string, fields: object) =>
    org.call('PATCH', `sobjects/Lead/Key__c/${key}`, fields)
  const made = await upsert('a', { LastName: 'Doe', Company: 'Example' })
  expect(made).toMatchObject({ status: 201, body: { success: true, created: true } })
  const { id } = Created.loose().parse(made.body)
  expect(await upsert('A', { Title: 'CEO' })).toMatchObject({
    status: 200,
    body: { id, created: false },
  })
  expect(org.fields('Lead', id)).toMatchObject({ Key__c: 'a', Title: 'CEO' })
  for (const n of [1, 2])
    await org.call('PATCH', `sobjects/Lead/${idOf('Lead', n)}`, { Key__c: 'b' })
  expect(await upsert('b', { Title: 'CEO' })).toMatchObject({
    status: 300,
    body: [1, 2].map((n) => `/services/data/v66.0/sobjects/Lead/${idOf('Lead', n)}`),
  })
  expect((await org.call('PATCH', 'sobjects/Lead/Email/x', {})).status).toBe(404)
})

const EXTERNAL = {
  FullName: 'Lead.Key__c',
  Metadata: { type: 'Text', label: 'Key', length: 40, externalId: true },
}

async function grant(org: Awaited<ReturnType<typeof writtenOrg>>, field: string): Promise<void> {
  const set = Created.parse(
    (await org.call('POST', 'sobjects/PermissionSet', { Name: 'P', Label: 'P' })).body,
  )
  const [SobjectType] = field.split('.')
  await org.call('POST', 'sobjects/FieldPermissions', {
    ParentId: set.id,
    SobjectType,
    Field: field,
    PermissionsRead: true,
    PermissionsEdit: true,
  })
  await org.call('POST', 'sobjects/PermissionSetAssignment', {
    PermissionSetId: set.id,
    AssigneeId: idOf('User', 1),
  })
}
