import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateMarket } from '../../sandbox/market/generate.ts'
import { heapInUse } from './heap.ts'
import { isLive, type MarketRecord, NOW, ofType } from './market-records.ts'

const MARKET = [...generateMarket({ people: 3_000, seed: 7, now: NOW })]
const CONTACTS = ofType(MARKET, 'contacts')
const key = ({ type, id }: { type: string; id: string }) => `${type}:${id}`
const BY_KEY = new Map(MARKET.map((record) => [key(record), record]))

function textOf(seed: number): string {
  return JSON.stringify([...generateMarket({ people: 300, seed, now: NOW })])
}

describe('a generated market', () => {
  it('is the same, byte for byte, for the same seed, and another for another seed', () => {
    expect(textOf(11)).toBe(textOf(11))
    expect(textOf(12)).not.toBe(textOf(11))
  })

  it('can be read twice from one call', () => {
    const market = generateMarket({ people: 40, seed: 3, now: NOW })
    expect([...market]).toEqual([...market])
  })

  it('has exactly the number of live contacts asked for, whatever the number and seed', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.integer(), (people, seed) => {
        const contacts = ofType(generateMarket({ people, seed, now: NOW }), 'contacts')
        expect(contacts.filter(isLive)).toHaveLength(people)
      }),
      { numRuns: 40 },
    )
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s people', (people) => {
    expect(() => generateMarket({ people, seed: 1, now: NOW })).toThrow(/people must be/)
  })

  it('refuses a seed or a now that is no number', () => {
    expect(() => generateMarket({ people: 1, seed: Number.NaN, now: NOW })).toThrow(/seed must be/)
    expect(() => generateMarket({ people: 1, seed: 1, now: Number.NaN })).toThrow(/now must be/)
  })

  it('has about a quarter as many companies as people: many small ones, few big ones', () => {
    const companies = ofType(MARKET, 'companies')
    expect(companies.length).toBeGreaterThan(600)
    expect(companies.length).toBeLessThan(900)
    const sizes = companies.flatMap(({ properties }) => properties['numberofemployees'] ?? [])
    const small = sizes.filter((size) => Number(size) < 200).length / sizes.length
    const big = sizes.filter((size) => Number(size) > 5_000).length / sizes.length
    expect(small).toBeGreaterThan(0.55)
    expect(big).toBeGreaterThan(0.003)
    expect(big).toBeLessThan(0.05)
    const domains = new Set(companies.map(({ properties }) => properties['domain']))
    expect(domains.size).toBe(companies.length)
  })

  it('numbers the records of each type upwards, alike as text and as numbers', () => {
    for (const type of new Set(MARKET.map((record) => record.type))) {
      const ids = ofType(MARKET, type).map(({ id }) => id)
      expect(ids).toEqual([...ids].sort((one, other) => Number(one) - Number(other)))
      expect(ids).toEqual([...new Set(ids)].sort())
      expect(ids.every((id) => /^\d+$/.test(id))).toBe(true)
    }
  })

  it('refers only to records that are there', () => {
    const loose = MARKET.flatMap(({ associations = [], mergedInto }) => {
      const winner = mergedInto === undefined ? [] : [{ type: 'contacts', id: mergedInto }]
      return [...associations, ...winner].filter((other) => !BY_KEY.has(key(other)))
    })
    expect(loose).toEqual([])
  })

  it('names the primary company of a contact in the property as in the association', () => {
    for (const { associations = [], properties } of CONTACTS) {
      const named = associations.map(({ id, type, primary }) => [type, id, primary])
      const id = properties['associatedcompanyid']
      expect(named).toEqual(id === undefined ? [] : [['companies', id, true]])
    }
  })

  it('ties every engagement and deal to somebody live', () => {
    for (const record of MARKET) {
      if (record.type === 'contacts' || record.type === 'companies') continue
      const people = (record.associations ?? []).filter(({ type }) => type === 'contacts')
      expect(people.length).toBeGreaterThan(0)
      expect(people.every((person) => isLive(BY_KEY.get(key(person)) ?? record))).toBe(true)
    }
  })

  it('keeps every time a whole second before now, in order, and dates as ISO text', () => {
    for (const record of MARKET) expect(timesOf(record)).toEqual([])
    const between = generateMarket({ people: 50, seed: 7, now: NOW - 433 })
    for (const record of between) expect(timesOf(record)).toEqual([])
  })

  it('holds on to nothing while it is read', () => {
    const heap: number[] = []
    let live = 0
    for (const record of generateMarket({ people: 20_000, seed: 5, now: NOW })) {
      if (record.type !== 'contacts' || !isLive(record)) continue
      live += 1
      if (live === 2_000 || live === 20_000) heap.push(heapInUse())
    }
    const [early = 0, late = 0] = heap
    expect(late - early).toBeLessThan(3)
  })
})

/** What is wrong with the record's times; nothing in a good record. */
function timesOf(record: MarketRecord): string[] {
  const { createdAt, updatedAt, archivedAt = updatedAt } = record
  const whole = [createdAt, updatedAt, archivedAt].every((time) => time % 1_000 === 0)
  const ordered = createdAt <= updatedAt && updatedAt <= archivedAt && archivedAt < NOW
  return [...(whole ? [] : ['fraction']), ...(ordered ? [] : ['order']), ...datesOf(record)]
}

function isWholeSecond(text: string): boolean {
  return new Date(text).toISOString() === text && text.endsWith('.000Z')
}

function datesOf({ type, properties, updatedAt }: MarketRecord): string[] {
  const dates = Object.entries(properties).filter(([name]) => /(date|timestamp|_time)$/.test(name))
  const latest = type === 'contacts' ? updatedAt : NOW - 1
  return dates.flatMap(([name, value]) => [
    ...(isWholeSecond(value) ? [] : [`${name} is ${value}`]),
    ...(Date.parse(value) <= latest ? [] : [`${name} lies ahead`]),
  ])
}

describe('the people of a generated market', () => {
  const share = (has: (record: MarketRecord) => boolean) =>
    CONTACTS.filter(has).length / CONTACTS.filter(isLive).length
  const email = (record: MarketRecord) => record.properties['email'] ?? ''

  it('some have been merged away, and the winner lists the loser', () => {
    const losers = CONTACTS.filter(({ mergedInto }) => mergedInto !== undefined)
    expect(losers.length / 3_000).toBeGreaterThan(0.005)
    expect(losers.length / 3_000).toBeLessThan(0.018)
    for (const { id, mergedInto } of losers) {
      const winner = BY_KEY.get(`contacts:${mergedInto}`)
      expect(winner?.properties['hs_merged_object_ids']).toBe(id)
    }
  })

  it('some have been deleted', () => {
    expect(share((record) => record.archivedAt !== undefined)).toBeGreaterThan(0.012)
    expect(share((record) => record.archivedAt !== undefined)).toBeLessThan(0.03)
  })

  it('about one in thirty is there twice: same name and company, other address', () => {
    const seen = new Set<string>()
    let twice = 0
    for (const { properties } of CONTACTS.filter(isLive)) {
      const name = `${properties['firstname']}|${properties['lastname']}|${properties['company']}`
      if (properties['company'] !== undefined && seen.has(name)) twice += 1
      seen.add(name)
    }
    expect(twice / 3_000).toBeGreaterThan(0.02)
    expect(twice / 3_000).toBeLessThan(0.045)
    expect(share((record) => email(record) !== email(record).toLowerCase())).toBeGreaterThan(0.005)
  })

  it('some use free mail, some a university, some no address at all', () => {
    expect(share((record) => /@(gmail|outlook|yahoo)\.com$/.test(email(record)))).toBeGreaterThan(
      0.03,
    )
    expect(share((record) => email(record).endsWith('.edu'))).toBeGreaterThan(0.02)
    expect(share((record) => email(record) === '')).toBeGreaterThan(0.01)
    const others = CONTACTS.map(email).filter((address) => address !== '')
    const invented =
      /@([a-z0-9-]+\.example|[a-z-]+\.edu|(gmail|outlook|yahoo|hotmail|icloud|mailinator)\.com|gmx\.de|orange\.fr)$/i
    expect(others.filter((address) => !invented.test(address))).toEqual([])
  })

  it('security scanners open and click in the second of delivery', () => {
    const scanned = CONTACTS.filter(({ properties }) => {
      const sent = properties['hs_email_last_send_date']
      return sent !== undefined && sent === properties['hs_email_last_click_date']
    })
    expect(scanned.length).toBeGreaterThan(20)
    expect(scanned.every((record) => record.properties['hs_email_last_open_date'])).toBe(true)
  })

  it('competitors are there, look around and never have a deal', () => {
    const rivals = ofType(MARKET, 'companies').filter(({ properties }) =>
      properties['domain']?.endsWith('-leadscoring.example'),
    )
    expect(rivals.length).toBeGreaterThan(2)
    const ids = new Set(rivals.map(({ id }) => id))
    const staff = CONTACTS.filter(({ properties }) =>
      ids.has(properties['associatedcompanyid'] ?? ''),
    )
    expect(staff.some(({ properties }) => properties['hs_analytics_num_visits'])).toBe(true)
    const sold = ofType(MARKET, 'deals').flatMap(({ associations = [] }) => associations)
    expect(sold.filter(({ id }) => ids.has(id))).toEqual([])
  })

  it('hostile text turns up in names, titles and company names', () => {
    const texts = [...generateMarket({ people: 8_000, seed: 2, now: NOW })].flatMap(
      ({ properties }) => [
        ...[
          properties['firstname'],
          properties['lastname'],
          properties['jobtitle'],
          properties['name'],
        ],
      ],
    )
    for (const hostile of [/<script>/, /^=cmd/, /🚀/u, /\u202E/, /"/]) {
      expect(texts.some((text) => text !== undefined && hostile.test(text))).toBe(true)
    }
    expect(Math.max(...texts.map((text = '') => text.length))).toBeGreaterThan(1_000)
  })

  it('fields are missing as often as in real portals', () => {
    const missing = (name: string) => share((record) => record.properties[name] === undefined)
    expect(missing('jobtitle')).toBeGreaterThan(0.05)
    expect(missing('country')).toBeGreaterThan(0.25)
    expect(missing('lifecyclestage')).toBeGreaterThan(0.03)
  })
})
