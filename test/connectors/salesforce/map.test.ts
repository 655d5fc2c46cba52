import { expect, test } from 'vitest'
import type { SubjectObject } from '../../../connectors/salesforce/definitions.ts'
import { STANDARD_FIELDS } from '../../../connectors/salesforce/fields.ts'
import { subjectFacts, toCompany, toDeal, toPerson } from '../../../connectors/salesforce/map.ts'
import { parseBuyingRoles, parseHost } from '../../../connectors/salesforce/values.ts'
import { CREATED, RAW_ID, raw, STAMPED } from './raw.ts'

const standard = (object: SubjectObject) => STANDARD_FIELDS[object]

test('a lead becomes a person in our words', () => {
  const person = toPerson(
    raw({
      Email: 'ada@acme.example',
      FirstName: 'Ada',
      LastName: 'Long',
      Title: 'VP Sales',
      Phone: '+49 30 1',
      LeadSource: 'Web',
      HasOptedOutOfEmail: 'false',
      EmailBouncedReason: 'unknown user',
      Company: 'Acme',
      Country: 'Germany',
      State: 'BE',
      City: 'Berlin',
      Industry: 'Technology',
      Status: 'Working',
      NumberOfEmployees: '1200',
      AnnualRevenue: '1.5E8',
      Website: 'https://www.Acme.example/about',
    }),
    standard('Lead'),
  )
  expect(person).toEqual({
    id: RAW_ID,
    createdAt: CREATED,
    updatedAt: STAMPED,
    facts: {
      email: 'ada@acme.example',
      first_name: 'Ada',
      last_name: 'Long',
      title: 'VP Sales',
      phone: '+49 30 1',
      source: 'Web',
      unsubscribed: false,
      hard_bounced: true,
      company_name: 'Acme',
      country: 'Germany',
      state: 'BE',
      city: 'Berlin',
      industry: 'Technology',
      lead_status: 'Working',
      company_employees: 1200,
      company_revenue: 150_000_000,
      company_domain: 'acme.example',
    },
  })
})

test('a contact belongs to its account, and bounces by either field', () => {
  const fields = { AccountId: '001000000000009', 'Account.Name': 'Acme', MailingCity: 'Paris' }
  const person = toPerson(raw({ ...fields, IsEmailBounced: 'true' }), standard('Contact'))
  expect(person.companyId).toBe('001000000000009AAA')
  expect(person.facts).toEqual({ company_name: 'Acme', city: 'Paris', hard_bounced: true })
  const well = toPerson(raw({ IsEmailBounced: 'false', AccountId: '' }), standard('Contact'))
  expect(well.facts).toEqual({})
  expect(well).not.toHaveProperty('companyId')
})

test('an account becomes a company; what is not provided is unknown', () => {
  const { facts } = toCompany(
    raw({
      Name: '[Not Provided]',
      Website: 'acme.example',
      NumberOfEmployees: 'many',
      AnnualRevenue: '100.0',
      Type: 'Prospect',
      BillingCountry: 'France',
    }),
    standard('Account'),
  )
  expect(facts).toEqual({
    domain: 'acme.example',
    revenue: 100,
    type: 'Prospect',
    country: 'France',
  })
})

test('who decides, in whatever words, has authority', () => {
  const field = { property: 'Role__c', fact: 'buying_role', type: 'buying roles' } as const
  const facts = (Role__c: string) => subjectFacts({ Role__c }, [field])
  expect(facts('Decision Maker;Champion')).toEqual({
    buying_role: ['DECISION_MAKER', 'CHAMPION'],
    authority: 'confirmed',
  })
  expect(facts('Economic Buyer')).toEqual({
    buying_role: ['BUDGET_HOLDER'],
    authority: 'confirmed',
  })
  expect(facts('Champion')).toEqual({ buying_role: ['CHAMPION'] })
  expect(facts('')).toEqual({})
})

test.each([
  ['Economic Decision-Maker; BUDGET_HOLDER', ['BUDGET_HOLDER']],
  ['End user', ['END_USER']],
  [';', undefined],
])('buying roles %j are %j', (text, roles) => expect(parseBuyingRoles(text)).toEqual(roles))

test.each([
  ['http://www.acme.example:8080/x', 'acme.example'],
  ['acme.example', 'acme.example'],
  ['WWW.ACME.EXAMPLE', 'acme.example'],
  ['n/a', undefined],
  ['http://', undefined],
  ['', undefined],
])('the host of %j is %j', (text, host) => expect(parseHost(text)).toBe(host))

test.each([
  [{ IsClosed: 'true', IsWon: 'true' }, 'won', true],
  [{ IsClosed: 'true', IsWon: 'false' }, 'lost', true],
  [{ IsClosed: 'false', IsWon: 'false' }, 'open', false],
  [{}, 'open', false],
])('opportunity %j is %s', (closing, outcome, closes) => {
  const fields = {
    AccountId: '001000000000009AAA',
    StageName: 'Negotiation',
    Amount: '1200.5',
    CloseDate: '2026-09-01',
    ...closing,
  }
  expect(toDeal(raw(fields, '006000000000001AAA'), ['003000000000001AAA'])).toEqual({
    id: '006000000000001AAA',
    personIds: ['003000000000001AAA'],
    companyId: '001000000000009AAA',
    stage: 'Negotiation',
    outcome,
    amount: 1200.5,
    createdAt: CREATED,
    updatedAt: STAMPED,
    ...(closes && { closedAt: new Date('2026-09-01T12:00:00Z') }),
  })
})

test('a bare opportunity still is one', () => {
  expect(toDeal(raw({ Amount: 'a lot' }), [])).toMatchObject({ stage: 'unknown', outcome: 'open' })
})
