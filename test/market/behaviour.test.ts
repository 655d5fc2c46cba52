import { describe, expect, it } from 'vitest'
import { generateMarket } from '../../sandbox/market/generate.ts'
import { dealOdds, drawEngagementCount, drawLatent, winOdds } from '../../sandbox/market/latent.ts'
import { createRandom } from '../../sandbox/market/random.ts'
import { isLive, type MarketRecord, NOW } from './market-records.ts'

const DAY = 86_400_000
const LIVE = new Map<string, { contact: MarketRecord; engagements: number; won: number }>()
const DEALS: MarketRecord[] = []
let engagementRecords = 0

for (const record of generateMarket({ people: 20_000, seed: 42, now: NOW })) {
  if (record.type === 'contacts') {
    if (isLive(record)) LIVE.set(record.id, { contact: record, engagements: 0, won: 0 })
    continue
  }
  if (record.type === 'companies') continue
  const [owner] = record.associations ?? []
  const person = LIVE.get(owner?.id ?? '')
  if (person === undefined) continue
  if (record.type === 'deals') {
    DEALS.push(record)
    person.won += record.properties['hs_is_closed_won'] === 'true' ? 1 : 0
  } else {
    engagementRecords += 1
    person.engagements += 1
  }
}
const PEOPLE = [...LIVE.values()]

type Person = (typeof PEOPLE)[number]
function winRate(has: (person: Person) => boolean): number {
  const group = PEOPLE.filter(has)
  return group.filter(({ won }) => won > 0).length / group.length
}
const views = ({ contact }: Person) =>
  Number(contact.properties['hs_analytics_num_page_views'] ?? 0)
const senior = ({ contact }: Person) =>
  /\b(C[DEFIMORT]O|CISO|CHRO|Chief|[SE]?VP|V\.P|Vice|Head|Dir|Director|Founder|Owner|President)\b/i.test(
    contact.properties['jobtitle'] ?? '',
  )

describe('the behaviour of a generated market', () => {
  it('has about 1.5 engagement records a person: most have none or one, the hottest up to 15', () => {
    expect(engagementRecords / PEOPLE.length).toBeGreaterThan(1.3)
    expect(engagementRecords / PEOPLE.length).toBeLessThan(1.7)
    const quiet = PEOPLE.filter(({ engagements }) => engagements <= 1).length / PEOPLE.length
    expect(quiet).toBeGreaterThan(0.55)
    expect(Math.max(...PEOPLE.map(({ engagements }) => engagements))).toBe(15)
  })

  it('ends in deals open, won and lost, each often enough to learn from', () => {
    const share = (is: (properties: MarketRecord['properties']) => boolean) =>
      DEALS.filter(({ properties }) => is(properties)).length / DEALS.length
    expect(DEALS.length / PEOPLE.length).toBeGreaterThan(0.04)
    expect(DEALS.length / PEOPLE.length).toBeLessThan(0.12)
    expect(share((deal) => deal['hs_is_closed'] === 'false')).toBeGreaterThan(0.2)
    expect(share((deal) => deal['hs_is_closed_won'] === 'true')).toBeGreaterThan(0.12)
    expect(share((deal) => deal['dealstage'] === 'closedlost')).toBeGreaterThan(0.3)
  })

  it('is won by those who looked around most, several times as often as by those who did not', () => {
    const busy = winRate((person) => views(person) >= 15)
    const idle = winRate((person) => views(person) <= 3)
    expect(busy).toBeGreaterThan(4 * idle)
  })

  it('is won by the senior more often, also among the equally interested', () => {
    const interested = (person: Person) => views(person) >= 10
    expect(winRate(senior)).toBeGreaterThan(2 * winRate((person) => !senior(person)))
    expect(winRate((person) => interested(person) && senior(person))).toBeGreaterThan(
      1.5 * winRate((person) => interested(person) && !senior(person)),
    )
  })

  it('is noisy: some of the idle buy, and most of the busy do not', () => {
    expect(winRate((person) => views(person) <= 3)).toBeGreaterThan(0)
    expect(winRate((person) => views(person) >= 15)).toBeLessThan(0.5)
  })

  it('mostly precedes a deal, so that a score on the day of the deal has something to read', () => {
    const created = new Map(
      DEALS.map((deal) => [deal.associations?.[0]?.id ?? '', deal.createdAt] as const),
    )
    let before = 0
    let after = 0
    for (const record of generateMarket({ people: 4_000, seed: 42, now: NOW })) {
      const at = created.get(record.associations?.[0]?.id ?? '')
      if (at === undefined || !['emails', 'calls', 'meetings'].includes(record.type)) continue
      const acted = Date.parse(record.properties['hs_timestamp'] ?? '')
      if (acted <= at) before += 1
      else after += 1
    }
    expect(before).toBeGreaterThan(1.5 * after)
  })

  it('reaches back over 18 months', () => {
    const oldest = Math.min(...PEOPLE.map(({ contact }) => contact.createdAt))
    expect(NOW - oldest).toBeGreaterThan(500 * DAY)
    expect(NOW - oldest).toBeLessThanOrEqual(549 * DAY)
  })
})

describe('the formula behind it', () => {
  const cold = { fit: 0.2, interest: 0.1 }
  const fitting = { fit: 0.9, interest: 0.1 }
  const eager = { fit: 0.2, interest: 0.9 }
  const hot = { fit: 0.9, interest: 0.9 }

  it.each([dealOdds, winOdds])('%o rises with fit and with interest, each by itself', (odds) => {
    expect(odds(fitting)).toBeGreaterThan(odds(cold))
    expect(odds(eager)).toBeGreaterThan(odds(cold))
    expect(odds(hot)).toBeGreaterThan(Math.max(odds(fitting), odds(eager)))
    expect(odds(hot)).toBeLessThan(1)
  })

  it('makes the hot act more than the eager, and those more than the cold', () => {
    const mean = (latent: typeof cold) => {
      const random = createRandom(1)
      let total = 0
      for (let n = 0; n < 2_000; n += 1) total += drawEngagementCount(latent, random)
      return total / 2_000
    }
    expect(mean(hot)).toBeGreaterThan(1.3 * mean(eager))
    expect(mean(eager)).toBeGreaterThan(2 * mean(cold))
  })

  it('sees a better fit in a vice president of a mid-sized served company than in an intern of two', () => {
    const fitOf = (traits: Omit<Parameters<typeof drawLatent>[0], 'companyInterest'>) =>
      drawLatent({ ...traits, companyInterest: 0.5 }, createRandom(9)).fit
    const best = {
      employees: 1_000,
      servedIndustry: true,
      seniority: 'vp',
      function: 'revops',
    } as const
    const worst = {
      employees: 2,
      servedIndustry: false,
      seniority: 'intern',
      function: 'hr',
    } as const
    expect(fitOf(best) - fitOf(worst)).toBeGreaterThan(0.6)
  })
})
