import type { PortalRecord } from '../hubspot/record.ts'
import { type Company, companyRecord, drawCompany, drawHeadcount } from './company.ts'
import { type ContactParts, contactRecord } from './contact.ts'
import { type Deal, dealRecord, drawDeal } from './deal.ts'
import { engagementRecords } from './engagements.ts'
import { createIdSource, type IdSource } from './ids.ts'
import { drawDuplicate, drawPerson, type Person } from './person.ts'
import { createRandom, type Random } from './random.ts'
import { WEBINARS } from './rollups.ts'
import { createTimeline } from './timeline.ts'
import { between, SECOND, wholeSecond } from './times.ts'

/** Shares of oddities among people; duplicates need a colleague before them, so fewer come out. */
const DUPLICATES = 0.045
const MERGED = 0.01
const DELETED = 0.02

interface Market {
  readonly ids: IdSource
  readonly now: number
  readonly random: Random
}

/** Somebody of the same company whose record came before. */
interface Colleague {
  readonly id: string
  readonly createdAt: number
}

/**
 * An invented market as it stands in a HubSpot portal at `now` (epoch ms): company by company, each
 * followed by its people with their engagements and deals. The same arguments give the same records,
 * byte for byte; every moment is a whole second; memory does not grow with `people`.
 * @param options.people Live contacts, exactly; deleted and merged-away ones come on top. About a
 *   quarter as many companies.
 * @throws RangeError when `people` is no whole number of at least 0, or `seed` or `now` no number.
 */
export function generateMarket(options: {
  people: number
  seed: number
  now: number
}): Iterable<PortalRecord> {
  const { people, seed, now } = options
  if (!Number.isSafeInteger(people) || people < 0) {
    throw new RangeError(`people must be a whole number of at least 0, not ${people}`)
  }
  if (!Number.isFinite(seed)) throw new RangeError(`seed must be a number, not ${seed}`)
  if (!Number.isFinite(now)) throw new RangeError(`now must be a time in ms, not ${now}`)
  return { [Symbol.iterator]: () => marketRecords(people, seed, wholeSecond(now)) }
}

function* marketRecords(people: number, seed: number, now: number): Generator<PortalRecord> {
  const ids = createIdSource()
  for (let index = 0, left = people; left > 0; index += 1) {
    const market: Market = { ids, now, random: createRandom(seed, index) }
    const company = drawCompany({ index, id: ids.next('companies'), seed, now }, market.random)
    const headcount = Math.min(left, drawHeadcount(company, market.random))
    yield companyRecord(company, now, market.random)
    yield* peopleRecords(company, headcount, market)
    left -= headcount
  }
}

function* peopleRecords(
  company: Company,
  headcount: number,
  market: Market,
): Generator<PortalRecord> {
  const { ids, now, random } = market
  const colleagues: Colleague[] = []
  let previous: Person | undefined
  for (let n = 0; n < headcount; n += 1) {
    const twice: Person | undefined = random.chance(DUPLICATES) ? previous : undefined
    const person = twice ? drawDuplicate(twice, now, random) : drawPerson(company, now, random)
    const id = ids.next('contacts')
    yield* personRecords(id, person, colleagues, market)
    if (random.chance(DELETED)) yield deletedRecord(company, market)
    colleagues.push({ id, createdAt: person.createdAt })
    previous = twice ? undefined : person
  }
}

function* personRecords(
  id: string,
  person: Person,
  colleagues: readonly Colleague[],
  market: Market,
): Generator<PortalRecord> {
  const { ids, now, random } = market
  const deal = drawDeal(person, now, random)
  const timeline = createTimeline(person, deal, now, random)
  const webinar = random.pick(WEBINARS)
  const parts = { id, person, deal, timeline, webinar, now }
  yield* random.chance(MERGED) ? mergedPair(parts, market) : [contactRecord(parts, random)]
  yield* engagementRecords({ ...person, id, timeline, webinar }, ids, random)
  if (deal !== undefined) yield dealOf(id, person, deal, colleagues, market)
}

/** The surviving contact, then the record that was merged into it. */
function mergedPair(parts: ContactParts, market: Market): PortalRecord[] {
  const { ids, random, now } = market
  const loserId = ids.next('contacts')
  const winner = contactRecord(parts, random)
  const second = drawDuplicate(parts.person, now, random)
  const loser = contactRecord(
    {
      ...parts,
      id: loserId,
      person: second,
      timeline: createTimeline(second, undefined, now, random),
    },
    random,
  )
  const updatedAt = Math.max(winner.updatedAt, loser.updatedAt)
  const properties = { ...winner.properties, hs_merged_object_ids: loserId }
  return [
    { ...winner, properties, updatedAt },
    { ...loser, updatedAt, mergedInto: parts.id },
  ]
}

function deletedRecord(company: Company, market: Market): PortalRecord {
  const { ids, now, random } = market
  const person = drawPerson(company, now, random)
  const timeline = createTimeline(person, undefined, now, random)
  const parts = { person, timeline, now, deal: undefined, webinar: random.pick(WEBINARS) }
  const record = contactRecord({ ...parts, id: ids.next('contacts') }, random)
  const sinceChange = random.next() * (now - record.updatedAt)
  return {
    ...record,
    archivedAt: between(record.updatedAt, record.updatedAt + sinceChange, now - SECOND),
  }
}

function dealOf(
  id: string,
  person: Person,
  deal: Deal,
  colleagues: readonly Colleague[],
  market: Market,
): PortalRecord {
  const { ids, now, random } = market
  const known = colleagues.filter((colleague) => colleague.createdAt <= deal.createdAt)
  const involved = known.filter(() => random.chance(0.2)).slice(0, 3)
  const parties = {
    id: ids.next('deals'),
    contactIds: [id, ...involved.map((colleague) => colleague.id)],
    name: person.company?.name ?? `${person.first} ${person.last}`,
    ...(person.company !== undefined && { companyId: person.company.id }),
  }
  return dealRecord(deal, parties, now)
}
