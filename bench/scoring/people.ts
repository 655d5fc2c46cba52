import type { FactValue } from '../../src/leads/facts.ts'
import type { Facts, ScoredActivity } from '../../src/scoring/result.ts'

/** The moment everybody is scored as of. */
export const NOW = new Date('2026-11-21T00:00:00.000Z')
export const DAY = 86_400_000

export const NOBODY: Facts = { person: {}, company: {}, activities: [] }

const COUNTRIES = ['US', 'CA', 'GB', 'DE', 'FR', 'IN', 'BR', 'ES', 'CN', 'JP', 'AU']
const INDUSTRIES = ['SOFTWARE', 'FINTECH', 'HEALTH', 'RETAIL', 'MINING', 'EDU', 'GOV']
const SENIORITIES = ['vp', 'cxo', 'director', 'manager', 'ic', 'student', 'intern']
const DEPARTMENTS = ['sales', 'marketing', 'revops', 'eng', 'hr', 'legal']
const TYPES = [
  'email_open',
  'email_click',
  'page_view',
  'pricing_view',
  'form_submit',
  'demo_request',
  'webinar',
  'meeting',
  'other1',
  'other2',
]
const HISTORY_DAYS = 120

/** Made-up people, the same ones in every process; what is unknown of one is left out. */
export function* makePeople(count: number, activities: number): Generator<Facts> {
  const random = randomNumbers()
  for (let index = 0; index < count; index++) yield makePerson(random, activities)
}

type Random = () => number

/** A linear congruential generator: numbers in [0, 1) that any language can repeat. */
function randomNumbers(): Random {
  let state = 12_345
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Every draw has its place: another order would make other people. */
function makePerson(random: Random, activities: number): Facts {
  const company: Record<string, FactValue> = {}
  const person: Record<string, FactValue> = {}
  if (random() >= 0.1) company['employees'] = Math.floor(Math.exp(10 * random()))
  if (random() >= 0.2) company['revenue'] = Math.floor(Math.exp(8 + 12 * random()))
  company['country'] = pick(COUNTRIES, random)
  company['industry'] = pick(INDUSTRIES, random)
  person['seniority'] = pick(SENIORITIES, random)
  person['department'] = pick(DEPARTMENTS, random)
  person['free_email'] = random() < 0.2
  person['unsubscribed'] = random() < 0.05
  person['competitor'] = random() < 0.01
  person['days_since_touch'] = Math.floor(200 * random())
  person['bounces'] = random() < 0.05 ? 3 : 0
  return { person, company, activities: makeActivities(random, activities) }
}

function makeActivities(random: Random, count: number): ScoredActivity[] {
  const activities: ScoredActivity[] = []
  for (let index = 0; index < count; index++) {
    const type = pick(TYPES, random)
    const at = new Date(NOW.getTime() - Math.floor(random() * HISTORY_DAYS * DAY))
    activities.push({ id: `activity-${index}`, type, at, attributes: {} })
  }
  return activities
}

function pick(list: readonly string[], random: Random): string {
  return list[Math.floor(random() * list.length)] ?? ''
}

/** The others are the person's. */
export const COMPANY_FIELDS: ReadonlySet<string> = new Set([
  'employees',
  'revenue',
  'country',
  'industry',
])

interface FlatEvent {
  readonly type: string
  /** In ms. */
  readonly at: number
}

/** A person as one flat object of always the same shape, which general rule engines read fastest. */
export interface FlatPerson {
  readonly events: readonly FlatEvent[]
  readonly [field: string]: FactValue | readonly FlatEvent[] | null
}

export function flatten({ person, company, activities }: Facts): FlatPerson {
  const events = activities.map(({ type, at }) => ({ type, at: at.getTime() }))
  return { employees: null, revenue: null, ...company, ...person, events }
}
