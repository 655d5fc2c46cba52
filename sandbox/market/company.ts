import type { PortalRecord } from '../hubspot/record.ts'
import { drawPlace, type Place, typedCountry } from './countries.ts'
import { hostileText } from './hostile.ts'
import { companyName } from './names.ts'
import type { Choices, Random } from './random.ts'
import { before, DAY, SPAN, wholeSecond } from './times.ts'

/**
 * `scanner`: a security scanner opens every e-mail and follows every link on arrival.
 * `competitor`: sells lead scoring itself; its people look around and never buy.
 */
type CompanyKind = 'ordinary' | 'scanner' | 'competitor'

export interface Company {
  readonly id: string
  readonly kind: CompanyKind
  readonly name: string
  readonly domain: string
  readonly place: Place
  readonly employees: number
  readonly industry: string
  readonly servedIndustry: boolean
  /** The company's own readiness to buy, 0..1. */
  readonly interest: number
  readonly createdAt: number
}

const SERVED: Choices<string> = [
  'COMPUTER_SOFTWARE',
  'INFORMATION_TECHNOLOGY_AND_SERVICES',
  'FINANCIAL_SERVICES',
  'MARKETING_AND_ADVERTISING',
  'TELECOMMUNICATIONS',
]
const OTHER_INDUSTRIES: Choices<string> = [
  'LOGISTICS_AND_SUPPLY_CHAIN',
  'HOSPITAL_HEALTH_CARE',
  'RETAIL',
  'FOOD_PRODUCTION',
  'CONSTRUCTION',
  'EDUCATION_MANAGEMENT',
  'NON_PROFIT_ORGANIZATION_MANAGEMENT',
  'OIL_ENERGY',
]
/** One company in so many is a competitor, from the thirteenth on: even a small market has one. */
const COMPETITOR_EVERY = 150
const FIRST_COMPETITOR = 12

export function drawCompany(
  at: { index: number; id: string; seed: number; now: number },
  random: Random,
): Company {
  const kind = kindOf(at.index, random)
  const named = companyName(at.index, at.seed)
  const stem = named.domain.replace('.example', '')
  const servedIndustry = kind === 'competitor' || random.chance(0.45)
  return {
    id: at.id,
    kind,
    name: kind === 'competitor' ? `${named.name} Lead Scoring` : named.name,
    domain: kind === 'competitor' ? `${stem}-leadscoring.example` : named.domain,
    place: drawPlace(random),
    employees: drawEmployees(random),
    industry: servedIndustry ? random.pick(SERVED) : random.pick(OTHER_INDUSTRIES),
    servedIndustry,
    interest: random.next() ** 3,
    createdAt: before(at.now, 20 * DAY + random.next() * (SPAN - 20 * DAY)),
  }
}

function kindOf(index: number, random: Random): CompanyKind {
  const scans = random.chance(0.07)
  if (index % COMPETITOR_EVERY === FIRST_COMPETITOR) return 'competitor'
  return scans ? 'scanner' : 'ordinary'
}

/** Log-normal around 70, with a tail up to 200,000: many small companies, few big ones. */
function drawEmployees(random: Random): number {
  const drawn = Math.round(Math.exp(4.25 + 1.9 * random.normal()))
  return Math.min(200_000, Math.max(1, drawn))
}

/** How many of its people the portal knows: about four, for big companies up to sixty. */
export function drawHeadcount(company: Company, random: Random): number {
  const mean = 0.9 + 1.15 * Math.log10(company.employees)
  return Math.min(60, 1 + Math.floor(-Math.log(1 - random.next()) * mean * 1.15))
}

/** The company as HubSpot shows it: fields that nobody filled in are missing. */
export function companyRecord(company: Company, now: number, random: Random): PortalRecord {
  const { id, name, domain, place, employees, createdAt } = company
  const [city, state] = random.pick(place.cities)
  const country = typedCountry(place, random, 0.12)
  const revenue =
    Math.round((employees * 140_000 * Math.exp(0.6 * random.normal())) / 1_000) * 1_000
  const filled: Record<string, string> = {
    name: random.chance(0.004) ? hostileText(random) : name,
    domain,
    ...(random.chance(0.88) && { industry: company.industry }),
    ...(random.chance(0.8) && { numberofemployees: String(employees) }),
    ...(random.chance(0.6) && { annualrevenue: String(revenue) }),
    ...(country !== undefined && { country }),
    ...(random.chance(0.6) && { city }),
    ...(state !== '' && random.chance(0.6) && { state }),
    ...(random.chance(0.3) && { founded_year: String(random.int(1950, 2024)) }),
    type: company.kind === 'competitor' ? 'OTHER' : random.chance(0.9) ? 'PROSPECT' : 'PARTNER',
    ...(company.kind === 'competitor' && { description: 'Competitor: sells lead scoring.' }),
  }
  const updatedAt = wholeSecond(createdAt + random.next() * (now - createdAt))
  return { type: 'companies', id, properties: filled, createdAt, updatedAt }
}
