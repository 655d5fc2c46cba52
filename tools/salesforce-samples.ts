import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DEFINITIONS } from '../connectors/salesforce/definitions.ts'
import { accountValues } from '../src/scoring/accounts/account-values.ts'
import { compileAccounts } from '../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../src/scoring/engine/compile.ts'
import { type Model, parseModel } from '../src/scoring/language/parse.ts'
import type { Facts, ScoredActivity } from '../src/scoring/result.ts'
import { writtenValues } from '../src/scoring/written-values.ts'

const MODEL = path.resolve(import.meta.dirname, '../config/models/b2b-starter.yaml')
const SCORED_AT = new Date('2026-11-21T08:12:00Z')

interface FieldValue {
  readonly value: string | number | null
  readonly displayValue: string | null
}

/** What the record service of Salesforce answers: a record, an error, or nothing yet. */
export interface Answer {
  readonly data?: {
    readonly apiName: string
    readonly fields: Readonly<Record<string, FieldValue>>
  }
  readonly error?: object
}

/** A state of the component as somebody may see it. */
export interface Sample {
  readonly name: string
  readonly objectApiName: string
  readonly answer: Answer
  /** Of the place on the page, in pixels. */
  readonly width: number
}

const WIDE = 720
const SIDE = 340

/** Every state of the component, with what the starter model really writes about made-up people. */
export function componentSamples(): readonly Sample[] {
  const model = starterModel()
  const lead = (name: string, answer: Answer, width = SIDE) => {
    return { name, objectApiName: 'Lead', answer, width }
  }
  const account = (name: string, answer: Answer) => {
    return { name, objectApiName: 'Account', answer, width: SIDE }
  }
  const ready = personRecord(model, READY)
  return [
    lead('ready', ready),
    lead('ready-wide', ready, WIDE),
    lead('held', personRecord(model, HELD)),
    lead('disqualified', personRecord(model, COMPETITOR)),
    lead('nothing-counts', personRecord(model, NOBODY)),
    lead('some-fields-hidden', without(ready, ['fit', 'engagement', 'stage', 'outlook', 'model'])),
    lead('unscored', unscored('Lead', 'person')),
    lead('hidden', { data: { apiName: 'Lead', fields: {} } }),
    lead('loading', {}),
    lead('failed', {
      error: { status: 404, body: { message: 'The requested resource does not exist' } },
    }),
    { name: 'elsewhere', objectApiName: 'Case', answer: {}, width: SIDE },
    { name: 'contact', objectApiName: 'Contact', answer: ready, width: SIDE },
    account('account', accountRecord(model)),
    account('account-unscored', unscored('Account', 'company')),
  ]
}

function starterModel(): Model {
  const parsed = parseModel(readFileSync(MODEL, 'utf8'), MODEL)
  if (!parsed.ok) throw new Error('the starter model has problems')
  return parsed.model
}

function personRecord(model: Model, facts: Facts): Answer {
  const scorer = compileModel(model)
  const result = scorer.score(facts, SCORED_AT)
  return recordOf('Lead', 'person', {
    ...writtenValues(result),
    plumbline_outlook: scorer.outlook(result),
    plumbline_scored_at: SCORED_AT.toISOString(),
  })
}

function accountRecord(model: Model): Answer {
  const result = compileAccounts(model)?.score({ company: COMPANY, people: PEOPLE }, SCORED_AT)
  if (!result) throw new Error('the starter model says nothing about accounts')
  return recordOf('Account', 'company', accountValues(result))
}

function unscored(apiName: string, kind: 'person' | 'company'): Answer {
  return recordOf(apiName, kind, {})
}

/** Empty texts come back as null, numbers as numbers, choices with their labels. */
function recordOf(
  apiName: string,
  kind: 'person' | 'company',
  values: Readonly<Record<string, string>>,
): Answer {
  const fields = DEFINITIONS[kind].map(({ field, name, type, choices }) => {
    const text = values[name] || null
    const value = text !== null && type === 'number' ? Number(text) : text
    const label = choices?.find((choice) => choice.value === text)?.label ?? null
    return [field, { value, displayValue: label }] as const
  })
  return { data: { apiName, fields: Object.fromEntries(fields) } }
}

/** The record as somebody sees it who may not see these fields. */
function without({ data }: Answer, names: readonly string[]): Answer {
  if (data === undefined) return {}
  const hidden = names.map((name) => `plumbline_${name}__c`)
  const fields = Object.entries(data.fields).filter(
    ([name]) => !hidden.includes(name.toLowerCase()),
  )
  return { data: { ...data, fields: Object.fromEntries(fields) } }
}

function did(type: string, daysAgo: number, attributes: ScoredActivity['attributes'] = {}) {
  const at = new Date(SCORED_AT.getTime() - daysAgo * 86_400_000)
  return { id: `${type}:${daysAgo}`, type, at, attributes }
}

const DIRECTOR = {
  title: 'Marketing Director',
  seniority: 'director',
  function: 'marketing',
  region: 'EMEA',
  email_kind: 'business',
  email_domain: 'acme.example',
}
const COMPANY = { name: 'Acme GmbH', employees: 1200, industry: 'Computer Software' }
const DEMO = [did('demo_requested', 3), did('page_view', 9, { path: '/pricing' })]
const READY: Facts = {
  person: { ...DIRECTOR, authority: 'confirmed' },
  company: { ...COMPANY, revenue: 90_000_000 },
  activities: DEMO,
}
const HELD: Facts = { person: DIRECTOR, company: { name: 'Acme GmbH' }, activities: DEMO.slice(1) }
const COMPETITOR: Facts = {
  person: { ...DIRECTOR, email_domain: 'competitor-one.example' },
  company: COMPANY,
  activities: DEMO,
}
const NOBODY: Facts = { person: {}, company: {}, activities: [] }

function member(id: string, name: string, facts: Facts['person'], engagement: number) {
  const engagedAt = engagement === 0 ? null : new Date(SCORED_AT.getTime() - 3 * 86_400_000)
  return { id, name, facts, engagement, intent: 0, engagedAt }
}

const PEOPLE = [
  member('1', 'Ann B. Lee', { seniority: 'director', function: 'marketing' }, 28),
  member('2', 'Bo Sand', { seniority: 'vp', function: 'sales' }, 0),
  member('3', 'Cy Ray', { seniority: 'individual', function: 'data' }, 9),
]
