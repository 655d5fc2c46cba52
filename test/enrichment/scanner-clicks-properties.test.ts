import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  findScannerClicks,
  type JudgedActivity,
  type ScannerCriteria,
} from '../../src/enrichment/scanner-clicks.ts'

const DELIVERED = Date.parse('2026-11-20T09:00:00Z')
const RUNS = { numRuns: 2_000 }

const attributes = fc.record(
  {
    email: fc.constantFrom('m1', 'm2'),
    link: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    links: fc.integer({ min: 0, max: 3 }),
    delivered_at: fc.constantFrom('2026-11-20T09:00:00Z', '2026-11-20T09:00:08Z', 'yesterday'),
    user_agent: fc.constantFrom('Barracuda', 'Chrome'),
  },
  { requiredKeys: [] },
)
const activity = fc.record({
  type: fc.constantFrom('email_click', 'email_click', 'email_open', 'page_view'),
  at: fc.integer({ min: -10, max: 40 }).map((half) => DELIVERED + half * 500),
  attributes,
})
const activities = fc
  .array(activity, { maxLength: 14 })
  .map((list) => list.map((each, index): JudgedActivity => ({ id: `c${index}`, ...each })))
const rule: fc.Arbitrary<ScannerCriteria> = fc.record({
  enabled: fc.constant(true),
  opens: fc.boolean(),
  user_agents: fc.constantFrom(undefined, ['barracuda']),
  before_delivery: fc.boolean(),
  too_soon: fc.constantFrom(undefined, { seconds: 2, within_seconds: 5 }),
  burst: fc.constantFrom(undefined, { links: 3, within_seconds: 5 }),
})

function deliveryOf({ attributes: { delivered_at: text } }: JudgedActivity): number {
  return text === undefined ? Number.NaN : Date.parse(String(text))
}

/** The rule's sentences about one activity; a comparison with NaN is false. */
function isGuiltyAlone(each: JudgedActivity, criteria: ScannerCriteria): boolean {
  if (criteria.user_agents && each.attributes['user_agent'] === 'Barracuda') return true
  return criteria.before_delivery && each.at < deliveryOf(each)
}

/** Clicks of the same mail with a link, from `first` on for so many seconds. */
function stretchFrom(
  first: JudgedActivity,
  list: readonly JudgedActivity[],
  seconds: number,
): readonly JudgedActivity[] {
  const { email, link } = first.attributes
  if (!email || !link) return []
  return list.filter(
    (each) =>
      each.attributes['email'] === email &&
      each.attributes['link'] !== undefined &&
      each.at >= first.at &&
      each.at - first.at <= seconds * 1_000,
  )
}

function linksIn(stretch: readonly JudgedActivity[]): number {
  return new Set(stretch.map((each) => each.attributes['link'])).size
}

/** The clicks that the two tests on stretches find for a stretch that begins with `first`. */
function foundWith(
  first: JudgedActivity,
  list: readonly JudgedActivity[],
  { burst, too_soon }: ScannerCriteria,
): readonly JudgedActivity[] {
  const rush = stretchFrom(first, list, burst?.within_seconds ?? 0)
  const soon = stretchFrom(first, list, too_soon?.within_seconds ?? 0)
  const isRush = burst !== undefined && linksIn(rush) >= burst.links
  const has = Number(first.attributes['links'])
  const delay = Math.abs(first.at - deliveryOf(first))
  const isSoon = has > 0 && linksIn(soon) >= has && delay <= (too_soon?.seconds ?? -1) * 1_000
  return [...(isRush ? rush : []), ...(isSoon ? soon : [])]
}

/** The sentences of the rule, said of every activity by itself. */
function bySentence(list: readonly JudgedActivity[], criteria: ScannerCriteria): Set<string> {
  const clicks = list.filter(({ type }) => type === 'email_click')
  const opens = list.filter(({ type }) => criteria.opens && type === 'email_open')
  const guilty = [...clicks, ...opens].filter((each) => isGuiltyAlone(each, criteria))
  for (const first of clicks) guilty.push(...foundWith(first, clicks, criteria))
  return new Set(guilty.map(({ id }) => id))
}

function idsOf(list: readonly JudgedActivity[], criteria: ScannerCriteria): string[] {
  return findScannerClicks(list, criteria).map(({ id }) => id)
}

describe('whatever was clicked', { timeout: 60_000 }, () => {
  test('what is found is what the sentences say', () => {
    fc.assert(
      fc.property(activities, rule, (list, criteria) => {
        const ids = idsOf(list, criteria)
        expect(new Set(ids)).toEqual(bySentence(list, criteria))
        expect(new Set(ids).size).toBe(ids.length)
      }),
      RUNS,
    )
  })

  test('the order in which it arrives does not matter', () => {
    fc.assert(
      fc.property(activities, rule, fc.nat(), (list, criteria, turn) => {
        const at = list.length === 0 ? 0 : turn % list.length
        const turned = [...list.slice(at), ...list.slice(0, at)].toReversed()
        expect(findScannerClicks(turned, criteria)).toEqual(findScannerClicks(list, criteria))
      }),
      RUNS,
    )
  })

  test('one more click acquits nobody', () => {
    fc.assert(
      fc.property(activities, rule, (list, criteria) => {
        const fewer = idsOf(list.slice(1), criteria)
        expect(idsOf(list, criteria)).toEqual(expect.arrayContaining(fewer))
      }),
      RUNS,
    )
  })

  test('a click of which nothing is known is never a scanner’s', () => {
    fc.assert(
      fc.property(activities, rule, (list, criteria) => {
        const bare = list.map((each) => ({ ...each, attributes: {} }))
        expect(findScannerClicks(bare, criteria)).toEqual([])
      }),
      RUNS,
    )
  })

  test('a hundred thousand clicks of one mail are judged at once', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      id: `c${index}`,
      type: 'email_click',
      at: DELIVERED + index,
      attributes: { email: 'm1', link: `l${index % 7}` },
    }))
    const burst = { links: 4, within_seconds: 10 }
    const criteria = { enabled: true, opens: false, before_delivery: false, burst }
    const started = performance.now()
    expect(findScannerClicks(many, criteria)).toHaveLength(100_000)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
