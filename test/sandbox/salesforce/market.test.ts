import { describe, expect, test } from 'vitest'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { company, contact } from '../portal.ts'
import { loaded, MOMENT, of, person, rowsOf } from './market-org.ts'

const ACME = company(7, { name: 'Acme', domain: 'acme.example' })
const atAcme = (id: number, properties: Record<string, string> = {}) => person(id, properties, 7)
const deal = (id: number, ...people: number[]): PortalRecord => ({
  type: 'deals',
  id: String(id),
  properties: { dealname: 'Acme 1', dealstage: 'closedwon', amount: '1200', closedate: MOMENT },
  associations: people.map((one) => ({ type: 'contacts', id: String(one) })),
  createdAt: Date.parse('2026-09-01T08:00:00.500Z'),
  updatedAt: Date.parse('2026-09-20T08:00:00.900Z'),
})

describe('whether somebody is a Lead or a Contact', () => {
  test.for([
    ['without a company', contact(1, { email: 'a@acme.example' }), 'Lead'],
    ['of the company by their address, odd id', atAcme(1, { email: 'a@Acme.Example' }), 'Lead'],
    ['the same with an even id', atAcme(2, { email: 'a@acme.example' }), 'Contact'],
    ['at the company with another address', atAcme(1, { email: 'a@gmail.com' }), 'Contact'],
    ['at the company without an address', atAcme(1), 'Contact'],
  ] as const)('%s', ([, somebody, type]) => {
    expect(rowsOf([ACME, somebody]).map((row) => row.type)).toEqual(['Account', type])
  })

  test('a deal that comes later makes a Contact', () => {
    const rows = rowsOf([ACME, atAcme(1, { email: 'a@acme.example' }), deal(5, 1)])
    expect(rows.map(({ type }) => type)).toEqual([
      'Account',
      'Contact',
      'Opportunity',
      'OpportunityContactRole',
    ])
  })

  test("a merge's loser is of its winner's type and names it", () => {
    const winner = atAcme(1, { email: 'a@acme.example' })
    const [, , loser] = rowsOf([ACME, winner, { ...atAcme(2), mergedInto: '1' }])
    expect(loser).toMatchObject({
      type: 'Lead',
      isDeleted: true,
      fields: { MasterRecordId: idOf('Lead', 1) },
    })
  })
})

test('a Lead holds what the market knows of a person', () => {
  const [lead] = rowsOf([
    contact(1, {
      firstname: 'Ada',
      lastname: 'Byron',
      email: 'ada@example.com',
      jobtitle: 'CTO',
      company: 'Engines',
      country: 'UK',
      city: 'London',
      industry: 'COMPUTER_SOFTWARE',
      hs_analytics_source: 'REFERRALS',
      hs_lead_status: 'OPEN',
      hs_buying_role: 'DECISION_MAKER;BUDGET_HOLDER',
      hs_email_optout: 'true',
      hs_email_hard_bounce_reason_enum: 'UNKNOWN_USER',
      hs_analytics_num_visits: '7',
      lifecyclestage: 'lead',
    }),
  ])
  expect(lead).toMatchObject({ type: 'Lead', id: idOf('Lead', 1), key: '1' })
  expect(lead?.fields).toMatchObject({
    FirstName: 'Ada',
    LastName: 'Byron',
    Email: 'ada@example.com',
    Title: 'CTO',
    Company: 'Engines',
    Country: 'UK',
    City: 'London',
    Industry: 'COMPUTER_SOFTWARE',
    LeadSource: 'REFERRALS',
    Status: 'OPEN',
    Buying_Role__c: 'Decision Maker;Budget Holder',
    HasOptedOutOfEmail: true,
    EmailBouncedReason: 'UNKNOWN_USER',
    EmailBouncedDate: expect.stringMatching(/\.000Z$/),
    Visits__c: 7,
    Lifecycle_Stage__c: 'lead',
  })
})

test('what an org requires and the market does not know has a stand-in', () => {
  const [lead, account] = rowsOf([contact(1), company(2)])
  expect(lead?.fields).toMatchObject({
    LastName: '[not provided]',
    Company: '[not provided]',
    Status: 'Open - Not Contacted',
    HasOptedOutOfEmail: false,
  })
  expect(account?.fields).toMatchObject({ Name: '[not provided]' })
})

test('a Contact has its account, mailing address and status in fields of its own', () => {
  const properties = { state: 'Styria', hs_lead_status: 'NEW', industry: 'RETAIL' }
  const [, row] = rowsOf([ACME, atAcme(2, properties)])
  expect(row?.fields).toMatchObject({
    AccountId: idOf('Account', 7),
    MailingState: 'Styria',
    Lead_Status__c: 'NEW',
    Industry__c: 'RETAIL',
    IsEmailBounced: false,
  })
  expect(row?.fields).not.toHaveProperty('Status')
})

test('a company becomes an Account, a deal an Opportunity with a role for each Contact', () => {
  const account = company(7, {
    name: 'Acme',
    domain: 'acme.example',
    numberofemployees: '120',
    annualrevenue: 'a lot',
    founded_year: '1999',
    country: 'AT',
  })
  const rows = rowsOf([account, atAcme(2), atAcme(4), contact(9), deal(5, 4, 2, 9)])
  expect(of(rows, 'Account')[0]?.fields).toEqual({
    Name: 'Acme',
    Website: 'https://acme.example',
    NumberOfEmployees: 120,
    BillingCountry: 'AT',
    Founded_Year__c: 1999,
  })
  expect(of(rows, 'Opportunity')[0]).toMatchObject({
    id: idOf('Opportunity', 5),
    createdAt: Date.parse('2026-09-01T08:00:00.000Z'),
    fields: {
      AccountId: idOf('Account', 7),
      StageName: 'closedwon',
      Amount: 1200,
      CloseDate: MOMENT.slice(0, 10),
    },
  })
  expect(of(rows, 'OpportunityContactRole').map(({ fields }) => fields)).toEqual([
    { OpportunityId: idOf('Opportunity', 5), ContactId: idOf('Contact', 4), IsPrimary: true },
    { OpportunityId: idOf('Opportunity', 5), ContactId: idOf('Contact', 2), IsPrimary: false },
    { OpportunityId: idOf('Opportunity', 5), ContactId: idOf('Contact', 9), IsPrimary: false },
  ])
  expect(
    of(rows, 'Contact').find(({ id }) => id === idOf('Contact', 9))?.fields,
  ).not.toHaveProperty('AccountId')
})

test('a deal without a close date closes 30 days after it began', () => {
  const open = { ...deal(5, 2), properties: { dealname: 'x' } }
  const [row] = of(rowsOf([ACME, atAcme(2), open]), 'Opportunity')
  expect(row?.fields['CloseDate']).toBe('2026-10-01')
})

test('of those who have a deal one in three was a Lead once, and was converted', () => {
  const rows = rowsOf([ACME, atAcme(2), atAcme(3), atAcme(4), deal(5, 2, 3, 4)])
  expect(of(rows, 'Lead')).toMatchObject([
    {
      id: idOf('Lead', 3),
      key: '3',
      fields: {
        IsConverted: true,
        ConvertedDate: '2026-09-01',
        ConvertedContactId: idOf('Contact', 3),
        ConvertedAccountId: idOf('Account', 7),
        ConvertedOpportunityId: idOf('Opportunity', 5),
      },
    },
  ])
})

test('a deleted person is in the recycle bin since then, and took along what they did', async () => {
  const gone = contact(1, { hs_email_last_open_date: MOMENT })
  const { store } = await loaded([{ ...gone, archivedAt: gone.updatedAt + 60_000 }])
  const rows = store.db.prepare('select type, stamped_at, is_deleted from record').all()
  expect(rows).toEqual([{ type: 'Lead', stamped_at: gone.updatedAt + 60_000, is_deleted: 1 }])
})
