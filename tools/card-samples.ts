import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CardState } from '../crm-apps/hubspot/src/app/cards/load-card.ts'
import type { Size } from '../crm-apps/hubspot/src/app/cards/sections.tsx'
import {
  accountCard,
  type Circumstances,
  DISCONNECTED,
  personCard,
  UNKNOWN,
} from '../src/http/card/cards.ts'
import { compileAccounts } from '../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../src/scoring/engine/compile.ts'
import { type Model, parseModel } from '../src/scoring/language/parse.ts'
import { fieldGains } from '../src/scoring/outlook/field-gains.ts'
import type { Facts, ScoredActivity } from '../src/scoring/result.ts'

const MODEL = path.resolve(import.meta.dirname, '../config/models/b2b-starter.yaml')
const SCORED_AT = new Date('2026-11-21T08:12:00Z')
const LOOKED_AT = new Date('2026-11-21T10:30:00Z')

/** A state of the card as somebody may see it. */
export interface CardSample {
  readonly name: string
  readonly state: CardState
  readonly size: Size
}

/** Every state of the card, with what the starter model really says about made-up people. */
export function cardSamples(): readonly CardSample[] {
  const model = starterModel()
  const full = (name: string, state: CardState) => ({ name, state, size: 'full' as const })
  const short = (name: string, state: CardState) => ({ name, state, size: 'short' as const })
  const ready = person(model, READY)
  const company = companyCard(model)
  return [
    full('ready', ready),
    full('held', person(model, HELD)),
    full('disqualified', person(model, COMPETITOR)),
    full('little-known', person(model, STRANGER)),
    full('faded', person(model, FADED)),
    full('nothing-counts', person(model, { person: {}, company: {}, activities: [] })),
    full('paused', person(model, HELD, { status: 'paused' })),
    full('noted', noted(model)),
    full('company', company),
    full('company-nobody', companyCard(model, [])),
    full('unknown', UNKNOWN),
    full('not-scored', personCard(blank(null), circumstances(model))),
    full(
      'no-accounts',
      accountCard({ ...blank(null) }, circumstances(model, { scoresAccounts: false })),
    ),
    full('disconnected', DISCONNECTED),
    full('failed', { state: 'failed', text: 'Plumbline did not answer. Try again in a minute.' }),
    full('loading', { state: 'loading' }),
    short('sidebar', ready),
    short('sidebar-held', person(model, HELD)),
    short('sidebar-company', company),
  ]
}

function starterModel(): Model {
  const parsed = parseModel(readFileSync(MODEL, 'utf8'), MODEL)
  if (!parsed.ok) throw new Error('the starter model has problems')
  return parsed.model
}

function circumstances(
  model: Model,
  installation: Partial<Circumstances['installation']> = {},
): Circumstances {
  return {
    installation: {
      id: 'sample',
      status: 'active',
      timeZone: 'Europe/Berlin',
      scoresAccounts: true,
      ...installation,
    },
    askedFor: '1',
    outlook: { document: model.document, gains: fieldGains(model) },
    now: LOOKED_AT,
  }
}

function blank<R>(result: R) {
  return {
    id: '1',
    result,
    nextChangeAt: null,
    isDue: false,
    refusal: null,
    others: 0,
    account: null,
  }
}

function scored(model: Model, facts: Facts) {
  const result = compileModel(model).score(facts, SCORED_AT)
  const { nextChangeAt } = result
  return { ...blank(result), nextChangeAt: nextChangeAt === null ? null : new Date(nextChangeAt) }
}

const ACME = { name: 'Acme GmbH', basis: 'association' } as const

function person(
  model: Model,
  facts: Facts,
  installation: Partial<Circumstances['installation']> = {},
): CardState {
  const account = facts.company['name'] === undefined ? null : ACME
  return personCard({ ...scored(model, facts), account }, circumstances(model, installation))
}

function noted(model: Model): CardState {
  const refusal = 'A rule of this account does not allow "Fit grade" to be changed'
  const it = { ...circumstances(model), askedFor: '7' }
  return personCard({ ...scored(model, HELD), isDue: true, refusal, others: 1 }, it)
}

function did(type: string, daysAgo: number, attributes: ScoredActivity['attributes'] = {}) {
  const at = new Date(SCORED_AT.getTime() - daysAgo * 86_400_000)
  return { id: `${type}:${daysAgo}`, type, at, attributes }
}

const DIRECTOR = {
  first_name: 'Ann',
  last_name: 'Lee',
  title: 'Marketing Director',
  seniority: 'director',
  function: 'marketing',
  region: 'EMEA',
  email_kind: 'business',
  email_domain: 'acme.example',
  country_code: 'DE',
}
const COMPANY = { name: 'Acme GmbH', employees: 1200, industry: 'Computer Software' }

const READY: Facts = {
  person: { ...DIRECTOR, authority: 'confirmed', unsubscribed: false, hard_bounced: false },
  company: { ...COMPANY, revenue: 90_000_000 },
  activities: [
    did('demo_requested', 3),
    did('page_view', 9, { path: '/pricing' }),
    did('email_click', 2),
    did('email_click', 8),
  ],
}
const HELD: Facts = {
  person: DIRECTOR,
  company: { name: 'Acme GmbH' },
  activities: [
    did('page_view', 3, { path: '/pricing' }),
    did('content_downloaded', 20, { kind: 'ebook' }),
  ],
}
const COMPETITOR: Facts = {
  person: { ...DIRECTOR, email_domain: 'competitor-one.example' },
  company: COMPANY,
  activities: [did('demo_requested', 0.1)],
}
const STRANGER: Facts = {
  person: { email_kind: 'free', unsubscribed: true },
  company: {},
  activities: [did('content_downloaded', 1, { kind: 'whitepaper' })],
}
const FADED: Facts = {
  person: { ...DIRECTOR, authority: 'confirmed' },
  company: COMPANY,
  activities: [
    did('demo_requested', 180),
    did('page_view', 120, { path: '/pricing' }),
    did('webinar_attended', 95, { event: 'pipeline-math', attended_share: 0.5 }),
  ],
}

function companyCard(model: Model, members = PEOPLE): CardState {
  const scorer = compileAccounts(model)
  if (!scorer) throw new Error('the starter model says nothing about accounts')
  const result = scorer.score({ company: COMPANY, people: members }, SCORED_AT)
  const nextChangeAt = result.nextChangeAt === null ? null : new Date(result.nextChangeAt)
  return accountCard({ ...blank(result), nextChangeAt }, circumstances(model))
}

function member(
  id: string,
  name: string,
  facts: Facts['person'],
  engagement: number,
  days: number,
) {
  const engagedAt = engagement === 0 ? null : new Date(SCORED_AT.getTime() - days * 86_400_000)
  return { id, name, facts, engagement, intent: 0, engagedAt }
}

const PEOPLE = [
  member(
    '1',
    'Ann Lee',
    { title: 'Marketing Director', seniority: 'director', function: 'marketing' },
    28,
    3,
  ),
  member('2', 'Bo Sand', { title: 'VP Sales', seniority: 'vp', function: 'sales' }, 0, 0),
  member(
    '3',
    'Cy Ray',
    { title: 'Data Engineer', seniority: 'individual', function: 'data' },
    9,
    30,
  ),
]
