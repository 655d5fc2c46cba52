import type { PortalRecord } from '../hubspot/record.ts'
import { dealOdds, winOdds } from './latent.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'
import { DAY, iso, SECOND, wholeSecond } from './times.ts'

export interface Deal {
  readonly outcome: 'open' | 'won' | 'lost'
  readonly stage: string
  readonly amount: number
  readonly createdAt: number
  readonly closedAt?: number
}

/** The deal that somebody's fit and interest lead to, if they do. */
export function drawDeal(person: Person, now: number, random: Random): Deal | undefined {
  if (!person.canBuy || !random.chance(dealOdds(person.latent))) return undefined
  const createdAt = wholeSecond(person.createdAt + random.next() * 0.9 * (now - person.createdAt))
  const closedAt = wholeSecond(createdAt + (10 + 90 * random.next()) * DAY)
  const size = Math.max(20, person.company?.employees ?? 1)
  const amount = Math.round((900 * size ** 0.6 * Math.exp(0.5 * random.normal())) / 100) * 100
  if (closedAt >= now) return { outcome: 'open', stage: openStage(random), amount, createdAt }
  const won = random.chance(winOdds(person.latent))
  return {
    outcome: won ? 'won' : 'lost',
    stage: won ? 'closedwon' : 'closedlost',
    amount,
    createdAt,
    closedAt,
  }
}

function openStage(random: Random): string {
  return random.pick([
    'appointmentscheduled',
    'qualifiedtobuy',
    'presentationscheduled',
    'decisionmakerboughtin',
    'contractsent',
  ])
}

export interface DealParties {
  readonly id: string
  readonly contactIds: readonly string[]
  readonly companyId?: string
  readonly name: string
}

export function dealRecord(deal: Deal, parties: DealParties, now: number): PortalRecord {
  const closed = deal.closedAt !== undefined
  const ofContacts = parties.contactIds.map((id) => ({ type: 'contacts' as const, id }))
  return {
    type: 'deals',
    id: parties.id,
    properties: {
      dealname: `${parties.name} – new business`,
      pipeline: 'default',
      dealstage: deal.stage,
      amount: String(deal.amount),
      ...(closed && { closedate: iso(deal.closedAt) }),
      hs_is_closed: String(closed),
      hs_is_closed_won: String(deal.outcome === 'won'),
    },
    associations:
      parties.companyId === undefined
        ? ofContacts
        : [...ofContacts, { type: 'companies', id: parties.companyId, primary: true }],
    createdAt: deal.createdAt,
    updatedAt: deal.closedAt ?? Math.min(now - SECOND, deal.createdAt + 5 * DAY),
  }
}
