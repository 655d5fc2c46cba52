import type { PortalRecord } from '../hubspot/record.ts'
import { typedCountry } from './countries.ts'
import type { Deal } from './deal.ts'
import { hostileText } from './hostile.ts'
import { heatOf } from './latent.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'
import { emailRollup, formRollup, webRollup } from './rollups.ts'
import type { Timeline } from './timeline.ts'

type Properties = Record<string, string>

export interface ContactParts {
  readonly id: string
  readonly person: Person
  readonly deal: Deal | undefined
  readonly timeline: Timeline
  readonly webinar: string
  readonly now: number
}

/** The contact as HubSpot shows it, with the behaviour that HubSpot keeps on the contact itself. */
export function contactRecord(parts: ContactParts, random: Random): PortalRecord {
  const { id, person, deal, timeline, webinar, now } = parts
  const properties = {
    ...identity(person, random),
    ...standing(person, deal, random),
    ...webRollup(person, timeline, random),
    ...formRollup(person, webinar, timeline, random),
    ...emailRollup(person, now, timeline, random),
  }
  return {
    type: 'contacts',
    id,
    properties,
    createdAt: person.createdAt,
    updatedAt: Math.max(timeline.moment(), lastMoment(properties, person.createdAt)),
    ...(person.company !== undefined && {
      associations: [{ type: 'companies' as const, id: person.company.id, primary: true }],
    }),
  }
}

function identity(person: Person, random: Random): Properties {
  const { first, last, email, job, company, place } = person
  const country = typedCountry(place, random, 0.35)
  const [city, state] = random.pick(place.cities)
  const title = random.chance(0.003) ? hostileText(random) : job.text
  return {
    firstname: random.chance(0.003) ? hostileText(random) : first,
    lastname: random.chance(0.003) ? hostileText(random) : last,
    ...(email !== undefined && { email }),
    ...(title !== undefined && { jobtitle: title }),
    ...(company !== undefined && { company: company.name, associatedcompanyid: company.id }),
    ...(country !== undefined && { country }),
    ...(random.chance(0.3) && { city }),
    ...(state !== '' && random.chance(0.25) && { state }),
    ...(random.chance(0.35) && { phone: `${place.dialling}${random.int(100_0000, 999_9999)}` }),
  }
}

/** Where marketing and sales think the person stands. */
function standing(person: Person, deal: Deal | undefined, random: Random): Properties {
  const stage = lifecycleStage(person, deal, random)
  const role = buyingRole(person, deal, random)
  const optedOut = random.chance(0.06 * (1 - person.latent.interest))
  return {
    ...(stage !== undefined && { lifecyclestage: stage }),
    ...(random.chance(0.3) && { hs_lead_status: leadStatus(person, deal, random) }),
    ...(role !== undefined && { hs_buying_role: role }),
    ...((optedOut || random.chance(0.3)) && { hs_email_optout: String(optedOut) }),
    ...(deal !== undefined && { num_associated_deals: '1' }),
  }
}

function lifecycleStage(
  person: Person,
  deal: Deal | undefined,
  random: Random,
): string | undefined {
  if (random.chance(0.08)) return undefined
  if (deal !== undefined) return deal.outcome === 'won' ? 'customer' : 'opportunity'
  if (person.company?.kind === 'competitor') return 'other'
  const warmth = heatOf(person.latent) + 0.15 * random.normal()
  if (warmth > 0.6) return 'salesqualifiedlead'
  if (warmth > 0.35) return 'marketingqualifiedlead'
  return warmth > 0.05 ? 'lead' : 'subscriber'
}

function leadStatus(person: Person, deal: Deal | undefined, random: Random): string {
  if (deal !== undefined) return deal.outcome === 'open' ? 'OPEN_DEAL' : 'CONNECTED'
  if (!person.canBuy) return 'UNQUALIFIED'
  return random.pick(['NEW', 'OPEN', 'IN_PROGRESS', 'ATTEMPTED_TO_CONTACT', 'BAD_TIMING'])
}

function buyingRole(person: Person, deal: Deal | undefined, random: Random): string | undefined {
  if (!random.chance(deal === undefined ? 0.04 : 0.6)) return undefined
  const { seniority } = person.job
  if (seniority === 'c_level' || seniority === 'vp') {
    return random.pick(['DECISION_MAKER', 'BUDGET_HOLDER', 'DECISION_MAKER;BUDGET_HOLDER'])
  }
  if (seniority === 'director') return random.pick(['DECISION_MAKER', 'CHAMPION', 'INFLUENCER'])
  return random.pick(['CHAMPION', 'INFLUENCER', 'END_USER', 'OTHER'])
}

/** A contact was last changed no earlier than its newest behaviour. */
function lastMoment(properties: Readonly<Properties>, createdAt: number): number {
  let latest = createdAt
  for (const [name, value] of Object.entries(properties)) {
    if (/_(date|timestamp)$/.test(name)) latest = Math.max(latest, Date.parse(value))
  }
  return latest
}
