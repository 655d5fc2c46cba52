import type { ObjectType } from '../../connectors/hubspot/properties.ts'
import { contactAt, type Raw } from './contact.ts'
import {
  activityPlan,
  BLOCK,
  COMPANIES_PER_DEAL,
  chance,
  companyId,
  companyToken,
  dealId,
  engagementId,
  indexOfId,
  moment,
  PER_COMPANY,
  personId,
  pick,
  type World,
} from './world.ts'

const INDUSTRIES = [
  'COMPUTER_SOFTWARE',
  'FINANCIAL_SERVICES',
  'RETAIL',
  'HOSPITAL_HEALTH_CARE',
] as const
const SIZES = ['8', '60', '250', '1200', '5400'] as const
const COUNTRIES = ['Germany', 'United States', 'France', 'India'] as const
const COMPANY_BLOCK = BLOCK / PER_COMPANY

/** The engagements of a person take turns in being these. */
const TURNS = ['emails', 'calls', 'meetings'] as const

/** All live records of one object, in the order of their ids. */
export interface Records {
  readonly count: number
  at(index: number): Raw
  /** The place of an id; -1 when nothing has it. */
  indexOf(id: string): number
}

/** The records of one object of a portal. */
export function recordsOf(world: World, object: ObjectType): Records {
  switch (object) {
    case 'contacts':
      return numbered(world.people, personId, (index) => contactAt(world, index))
    case 'companies':
      return numbered(companiesOf(world), companyId, (index) => companyAt(world, index))
    case 'deals':
      return dealsOf(world)
    default:
      return engagementsOf(world, object)
  }
}

function numbered(
  count: number,
  idOf: (index: number) => string,
  at: (index: number) => Raw,
): Records {
  return {
    count,
    at,
    indexOf(id) {
      const index = indexOfId(id)
      return index < count && idOf(index) === id ? index : -1
    },
  }
}

function companiesOf({ people }: World): number {
  return Math.ceil(people / PER_COMPANY)
}

function dealsOf(world: World): Records {
  const companies = numbered(companiesOf(world), dealId, (company) => dealAt(world, company))
  return {
    count: Math.ceil(companies.count / COMPANIES_PER_DEAL),
    at: (index) => companies.at(index * COMPANIES_PER_DEAL),
    indexOf(id) {
      const index = companies.indexOf(id) / COMPANIES_PER_DEAL
      return Number.isInteger(index) ? index : -1
    },
  }
}

function engagementsOf(world: World, object: ObjectType): Records {
  const { engagements } = activityPlan(world.activitiesPerPerson)
  const slots = Array.from({ length: engagements }, (_, slot) => slot).filter(
    (slot) => TURNS[slot % TURNS.length] === object,
  )
  const count = world.people * slots.length
  return {
    count,
    at: (index) =>
      engagementAt(world, Math.floor(index / slots.length), slots[index % slots.length] ?? 0),
    indexOf(id) {
      const [person, slot] = [indexOfId(id), Number(id.slice(12))]
      const known = person < world.people && engagementId(person, slot) === id
      return known && slots.includes(slot) ? person * slots.length + slots.indexOf(slot) : -1
    },
  }
}

function companyAt(world: World, index: number): Raw {
  const shape = BLOCK + (index % COMPANY_BLOCK)
  const token = companyToken(index)
  return {
    id: companyId(index),
    createdAt: new Date(world.anchor - (1_200 + (shape % 300)) * 86_400_000),
    updatedAt: moment(world, shape, 30, 200),
    properties: {
      name: `Firm ${token}`,
      domain: `${token}.example`,
      industry: pick(world, shape, 31, INDUSTRIES),
      numberofemployees: pick(world, shape, 32, SIZES),
      annualrevenue: String(1_000_000 * (1 + Math.floor(chance(world, shape, 33) * 200))),
      country: pick(world, shape, 34, COUNTRIES),
      type: 'PROSPECT',
    },
    links: {},
  }
}

function dealAt(world: World, company: number): Raw {
  const person = company * PER_COMPANY
  const shape = person % BLOCK
  const createdAt = moment(world, shape, 40, 300)
  return {
    id: dealId(company),
    createdAt,
    updatedAt: createdAt,
    properties: {
      dealstage: 'qualifiedtobuy',
      amount: String(1_000 * (1 + Math.floor(chance(world, shape, 41) * 90))),
      createdate: createdAt.toISOString(),
      hs_is_closed: 'false',
      hs_is_closed_won: 'false',
    },
    links: { contacts: [personId(person)], companies: [companyId(company)] },
  }
}

function engagementAt(world: World, person: number, slot: number): Raw {
  const shape = person % BLOCK
  const longest = chance(world, shape, 20) < 0.2 ? 30 : 365
  const at = moment(world, shape, 50 + slot, longest)
  return {
    id: engagementId(person, slot),
    createdAt: at,
    updatedAt: at,
    properties: { hs_timestamp: at.toISOString(), ...detailsOf(world, shape, slot) },
    links: { contacts: [personId(person)] },
  }
}

function detailsOf(world: World, shape: number, slot: number): Readonly<Record<string, string>> {
  switch (TURNS[slot % TURNS.length]) {
    case 'calls':
      return {
        hs_call_status: 'COMPLETED',
        hs_call_direction: 'OUTBOUND',
        hs_call_duration: '184000',
      }
    case 'meetings': {
      const outcome = pick(world, shape, 60 + slot, ['COMPLETED', 'NO_SHOW', 'SCHEDULED'] as const)
      return { hs_meeting_title: 'First call', hs_meeting_outcome: outcome }
    }
    default:
      return { hs_email_direction: 'INCOMING_EMAIL' }
  }
}
