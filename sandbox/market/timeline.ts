import type { Deal } from './deal.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'
import { between, DAY, HOUR, wholeSecond } from './times.ts'

/** A mean of so many days lies between what somebody does and the deal it leads to. */
const RUN_UP_DAYS = 25

/** Draws moments at which somebody acts: after they were created and before `now`. */
export interface Timeline {
  moment(): number
}

/**
 * Whoever has a deal acts mostly in the weeks before it and until it closes; all others act the more
 * lately, the more interested they are.
 */
export function createTimeline(
  person: Person,
  deal: Deal | undefined,
  now: number,
  random: Random,
): Timeline {
  const latest = now - HOUR
  if (deal === undefined) return { moment: () => recent(person, latest, random) }
  const end = Math.min(latest, deal.closedAt ?? latest)
  return { moment: () => aroundDeal(person, deal.createdAt, end, random) }
}

function recent(person: Person, latest: number, random: Random): number {
  const known = latest - person.createdAt
  return wholeSecond(latest - known * random.next() ** (1 + 2 * person.latent.interest))
}

function aroundDeal(person: Person, created: number, end: number, random: Random): number {
  const runUp = -Math.log(1 - random.next()) * RUN_UP_DAYS * DAY
  const sought = random.chance(0.7) ? created - runUp : created + random.next() * (end - created)
  return between(person.createdAt, sought, end)
}
