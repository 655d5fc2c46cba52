import { expect, test } from 'vitest'
import { mergesOf, toCompany, toDeal, toPerson } from '../../../connectors/hubspot/map.ts'
import { CREATED, raw, UPDATED } from './raw.ts'

test('a contact becomes a person in our words', () => {
  const person = toPerson(
    raw({
      email: 'ada@acme.example',
      firstname: 'Ada',
      lastname: 'Long',
      jobtitle: 'VP Sales',
      company: 'Acme',
      country: 'Deutschland',
      state: 'BE',
      city: 'Berlin',
      phone: '+49 30 1',
      industry: 'Software',
      lifecyclestage: 'lead',
      hs_lead_status: 'NEW',
      hs_buying_role: 'CHAMPION;DECISION_MAKER',
      product_interest: 'Platform',
      hs_email_optout: 'false',
      hs_email_hard_bounce_reason_enum: 'UNKNOWN_USER',
      hs_analytics_num_page_views: '12',
      hs_analytics_num_visits: '3',
      hs_analytics_source: 'ORGANIC_SEARCH',
      seniority: 'VP',
      job_function: 'Human Resources',
      associatedcompanyid: '77',
    }),
    undefined,
  )
  expect(person).toEqual({
    id: '501',
    companyId: '77',
    createdAt: CREATED,
    updatedAt: UPDATED,
    facts: {
      email: 'ada@acme.example',
      first_name: 'Ada',
      last_name: 'Long',
      title: 'VP Sales',
      company_name: 'Acme',
      country: 'Deutschland',
      state: 'BE',
      city: 'Berlin',
      phone: '+49 30 1',
      industry: 'Software',
      lifecycle_stage: 'lead',
      lead_status: 'NEW',
      buying_role: ['CHAMPION', 'DECISION_MAKER'],
      authority: 'confirmed',
      product_interest: 'Platform',
      unsubscribed: false,
      hard_bounced: true,
      page_views: 12,
      visits: 3,
      source: 'ORGANIC_SEARCH',
      seniority: 'vp',
      function: 'hr',
    },
  })
})

test('what is empty or unreadable is unknown, and the rest stays', () => {
  const person = toPerson(
    raw({
      email: 'ada@acme.example',
      firstname: '',
      hs_analytics_num_visits: '5,333',
      hs_email_optout: 'maybe',
      seniority: 'constructor',
      job_function: 'Wizard',
      hs_buying_role: '',
      associatedcompanyid: '',
    }),
    undefined,
  )
  expect(person.facts).toEqual({ email: 'ada@acme.example' })
  expect(person).not.toHaveProperty('companyId')
})

test.each([
  ['BUDGET_HOLDER', 'confirmed'],
  ['INFLUENCER;BUDGET_HOLDER', 'confirmed'],
  ['INFLUENCER', undefined],
])('buying role %s makes authority %s', (role, authority) => {
  expect(toPerson(raw({ hs_buying_role: role }), undefined).facts['authority']).toBe(authority)
})

test('the company a contact names comes before the associated one', () => {
  expect(toPerson(raw({ associatedcompanyid: '7' }), '8').companyId).toBe('7')
  expect(toPerson(raw({}), '8').companyId).toBe('8')
})

test('a company becomes a company in our words', () => {
  const facts = toCompany(
    raw({
      name: 'Acme',
      domain: 'acme.example',
      industry: 'COMPUTER_SOFTWARE',
      numberofemployees: '1200',
      annualrevenue: '1.5E8',
      country: 'France',
      state: 'IDF',
      city: 'Paris',
      type: 'PROSPECT',
      founded_year: '1999',
    }),
  ).facts
  expect(facts).toEqual({
    name: 'Acme',
    domain: 'acme.example',
    industry: 'COMPUTER_SOFTWARE',
    employees: 1200,
    revenue: 150_000_000,
    country: 'France',
    state: 'IDF',
    city: 'Paris',
    type: 'PROSPECT',
    founded_year: 1999,
  })
})

test.each([
  [{ hs_is_closed: 'true', hs_is_closed_won: 'true' }, 'won', true],
  [{ hs_is_closed: 'true', hs_is_closed_won: 'false' }, 'lost', true],
  [{ hs_is_closed: 'false', hs_is_closed_won: 'false' }, 'open', false],
  [{}, 'open', false],
])('deal %j is %s', (closing, outcome, closes) => {
  const deal = toDeal(
    raw({
      dealstage: 'contractsent',
      amount: '1200.50',
      createdate: '2025-03-01T00:00:00Z',
      closedate: '2026-09-01T00:00:00Z',
      ...closing,
    }),
    ['1', '2'],
    '9',
  )
  expect(deal).toEqual({
    id: '501',
    personIds: ['1', '2'],
    companyId: '9',
    stage: 'contractsent',
    outcome,
    amount: 1200.5,
    createdAt: new Date('2025-03-01T00:00:00Z'),
    updatedAt: UPDATED,
    ...(closes && { closedAt: new Date('2026-09-01T00:00:00Z') }),
  })
})

test('a bare deal still is one', () => {
  expect(toDeal(raw({ amount: 'a lot' }), [], undefined)).toEqual({
    id: '501',
    personIds: [],
    stage: 'unknown',
    outcome: 'open',
    createdAt: CREATED,
    updatedAt: UPDATED,
  })
})

test('a winner names its losers, never itself', () => {
  expect(mergesOf(raw({ hs_merged_object_ids: '12;501;34' }), 'company')).toEqual([
    { kind: 'company', loser: '12', winner: '501' },
    { kind: 'company', loser: '34', winner: '501' },
  ])
  expect(mergesOf(raw({}), 'person')).toEqual([])
})
