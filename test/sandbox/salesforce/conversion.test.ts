import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead, ORG_START } from '../org.ts'
import { account, contact, record, writtenOrg } from './written-org.ts'

const LEAD = idOf('Lead', 1)
const Converted = z.object({
  accountId: z.string(),
  contactId: z.string(),
  opportunityId: z.string().nullable(),
})

async function sales(...records: Parameters<typeof writtenOrg>[0][]) {
  const org = await writtenOrg(records[0] ?? [])
  return {
    ...org,
    mutate: (mutation: object) => org.lever('/__mutate', mutation),
    async convert(more: object = {}) {
      const reply = await org.lever('/__mutate', { op: 'convert', id: LEAD, ...more })
      return Converted.parse(reply.body)
    },
  }
}

const PERSON = {
  FirstName: 'Jo',
  LastName: 'Doe',
  Company: 'Example',
  Email: 'jo@example.com',
  Country: 'Austria',
  NumberOfEmployees: 12,
}

test('a converted lead becomes a contact in a new account', async () => {
  const org = await sales([lead(1, PERSON)])
  org.clock.now += 4_000
  const { accountId, contactId, opportunityId } = await org.convert()
  expect(opportunityId).toBeNull()
  expect(org.stored('Lead', LEAD)).toMatchObject({
    stampedAt: ORG_START + 4_000,
    fields: {
      IsConverted: true,
      ConvertedDate: '2026-11-01',
      ConvertedAccountId: accountId,
      ConvertedContactId: contactId,
      ConvertedOpportunityId: null,
      Status: 'Closed - Converted',
    },
  })
  expect(org.fields('Contact', contactId)).toMatchObject({
    AccountId: accountId,
    FirstName: 'Jo',
    Email: 'jo@example.com',
    MailingCountry: 'Austria',
  })
  expect(org.fields('Account', accountId)).toMatchObject({ Name: 'Example', NumberOfEmployees: 12 })
  expect(org.all('LeadHistory').map(({ fields }) => fields['Field'])).toEqual(['leadConverted'])
})

test('in an account that is there, with an opportunity', async () => {
  const org = await sales([account(1), lead(1, PERSON)])
  const { accountId, contactId, opportunityId } = await org.convert({
    accountId: idOf('Account', 1),
    opportunityName: 'Deal',
  })
  expect(accountId).toBe(idOf('Account', 1))
  expect(org.all('Account')).toHaveLength(1)
  expect(org.fields('Opportunity', opportunityId ?? '')).toMatchObject({
    Name: 'Deal',
    AccountId: accountId,
    IsClosed: false,
  })
  expect(org.all('OpportunityContactRole').map(({ fields }) => fields)).toEqual([
    expect.objectContaining({
      OpportunityId: opportunityId,
      ContactId: contactId,
      IsPrimary: true,
    }),
  ])
})

test('into a contact that is there, who stays in the same account', async () => {
  const org = await sales([
    account(1),
    contact(1, { AccountId: idOf('Account', 1), Title: 'CEO' }),
    lead(1, PERSON),
  ])
  expect(await org.convert({ contactId: idOf('Contact', 1) })).toMatchObject({
    accountId: idOf('Account', 1),
    contactId: idOf('Contact', 1),
  })
  expect([org.all('Account').length, org.all('Contact').length]).toEqual([1, 1])
})

test('what the lead did follows to the contact', async () => {
  const org = await sales([
    lead(1, PERSON),
    record('Task', 1, { Subject: 'Call', WhoId: LEAD }),
    record('Task', 2, { Subject: 'Call', WhoId: idOf('Lead', 2) }),
    record('Event', 1, { Subject: 'Demo', WhoId: LEAD }),
    record('CampaignMember', 1, { LeadId: LEAD, CampaignId: idOf('Campaign', 1) }),
  ])
  const { contactId } = await org.convert()
  expect(org.fields('Task', idOf('Task', 1))['WhoId']).toBe(contactId)
  expect(org.fields('Task', idOf('Task', 2))['WhoId']).toBe(idOf('Lead', 2))
  expect(org.fields('Event', idOf('Event', 1))['WhoId']).toBe(contactId)
  expect(org.fields('CampaignMember', idOf('CampaignMember', 1))).toMatchObject({
    LeadId: LEAD,
    ContactId: contactId,
  })
})

test('a lead is converted once, and into what is there', async () => {
  const org = await sales([lead(1, PERSON)])
  const accountId = idOf('Account', 9)
  const missing = await org.mutate({ op: 'convert', id: LEAD, accountId })
  expect(missing).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_CROSS_REFERENCE_KEY' }],
  })
  await org.convert()
  const again = await org.mutate({ op: 'convert', id: LEAD })
  expect(again).toMatchObject({
    status: 400,
    body: [{ errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }],
  })
  expect(org.all('Contact')).toHaveLength(1)
})

test('a merge keeps the winner’s values, fills its gaps and moves what belongs to the loser', async () => {
  const org = await sales([
    contact(1, { Title: 'CEO' }),
    contact(2, { Title: 'CTO', Phone: '1' }),
    record('Task', 1, { Subject: 'Call', WhoId: idOf('Contact', 2) }),
    record('OpportunityContactRole', 1, { ContactId: idOf('Contact', 2) }),
  ])
  org.clock.now += 3_000
  const [id, loserId] = [idOf('Contact', 1), idOf('Contact', 2)]
  expect((await org.mutate({ op: 'merge', type: 'Contact', id, loserId })).status).toBe(200)
  expect(org.stored('Contact', id)).toMatchObject({
    isDeleted: false,
    stampedAt: ORG_START + 3_000,
    fields: { Title: 'CEO', Phone: '1', LastName: 'Person 1' },
  })
  expect(org.stored('Contact', loserId)).toMatchObject({
    isDeleted: true,
    stampedAt: ORG_START + 3_000,
    fields: { MasterRecordId: id },
  })
  expect(org.fields('Task', idOf('Task', 1))['WhoId']).toBe(id)
  expect(org.all('OpportunityContactRole')[0]?.fields['ContactId']).toBe(id)
  const self = await org.mutate({ op: 'merge', type: 'Contact', id, loserId: id })
  expect(self.status).toBe(400)
})

test('the contacts of a merged account are the winner’s', async () => {
  const org = await sales([account(1), account(2), contact(1, { AccountId: idOf('Account', 2) })])
  const [id, loserId] = [idOf('Account', 1), idOf('Account', 2)]
  await org.mutate({ op: 'merge', type: 'Account', id, loserId })
  expect(org.stored('Contact', idOf('Contact', 1))).toMatchObject({
    isDeleted: false,
    fields: { AccountId: id },
  })
})

test('out of the recycle bin comes what went into it together', async () => {
  const AccountId = idOf('Account', 1)
  const org = await sales([account(1), contact(1, { AccountId }), contact(2, { AccountId })])
  await org.mutate({ op: 'delete', type: 'Contact', id: idOf('Contact', 2) })
  org.clock.now += 60_000
  await org.mutate({ op: 'delete', type: 'Account', id: AccountId })
  org.clock.now += 60_000
  await org.mutate({ op: 'undelete', type: 'Account', id: AccountId })
  const deleted = (n: number) => org.stored('Contact', idOf('Contact', n))?.isDeleted
  expect([org.stored('Account', AccountId)?.isDeleted, deleted(1), deleted(2)]).toEqual([
    false,
    false,
    true,
  ])
  const again = await org.mutate({ op: 'undelete', type: 'Account', id: AccountId })
  expect(again.status).toBe(400)
})
