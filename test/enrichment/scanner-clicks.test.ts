import { describe, expect, test } from 'vitest'
import {
  findScannerClicks,
  type JudgedActivity,
  type ScannerCriteria,
} from '../../src/enrichment/scanner-clicks.ts'

const DELIVERED = Date.parse('2026-11-20T09:00:00Z')

const RULE: ScannerCriteria = {
  enabled: true,
  opens: false,
  user_agents: ['Barracuda', 'bot/'],
  before_delivery: true,
  too_soon: { seconds: 2, within_seconds: 10 },
  burst: { links: 4, within_seconds: 10 },
}
const ONLY_BURST: ScannerCriteria = {
  enabled: true,
  opens: false,
  before_delivery: false,
  burst: { links: 4, within_seconds: 10 },
}

interface Click {
  /** Seconds after delivery. */
  readonly at: number
  readonly link?: string
  readonly id?: string
  readonly type?: string
  readonly with?: JudgedActivity['attributes']
}

/** Clicks in mail m1; `c0`, `c1`… by their place. */
function clicks(...list: readonly Click[]): JudgedActivity[] {
  return list.map(({ at, link, id, type, with: more }, index) => ({
    id: id ?? `c${index}`,
    type: type ?? 'email_click',
    at: DELIVERED + at * 1_000,
    attributes: { email: 'm1', ...(link && { link }), ...more },
  }))
}

function found(list: readonly JudgedActivity[], rule = RULE): string[] {
  return findScannerClicks(list, rule).map(({ id, reason }) => `${id} ${reason}`)
}

const delivered = { delivered_at: '2026-11-20T09:00:00Z' }

describe('a burst', () => {
  const four = [
    { at: 60, link: 'a' },
    { at: 62, link: 'b' },
    { at: 65, link: 'c' },
    { at: 70, link: 'd' },
  ]
  const all = ['c0 burst', 'c1 burst', 'c2 burst', 'c3 burst']

  test('is four different links of a mail within ten seconds, both ends included', () => {
    expect(found(clicks(...four))).toEqual(all)
  })

  test.each<[string, readonly Click[]]>([
    ['three links', four.slice(1)],
    ['a millisecond more than ten seconds', [...four.slice(0, 3), { at: 70.001, link: 'd' }]],
    ['the same link again and again', four.map(({ at }) => ({ at, link: 'a' }))],
    ['links that nobody recorded', four.map(({ at }) => ({ at }))],
    [
      'links of different mails',
      four.map((each, n) => ({ ...each, with: { email: `m${n % 2}` } })),
    ],
    ['opens', four.map((each) => ({ ...each, type: 'email_open' }))],
    ['visits to pages', four.map((each) => ({ ...each, type: 'page_view' }))],
  ])('is none: %s', (_, list) => {
    expect(found(clicks(...list))).toEqual([])
  })

  test('takes what was clicked twice in it, and leaves what the person clicks later', () => {
    const list = clicks(
      ...four,
      { at: 66, link: 'a' },
      { at: 81, link: 'a' },
      { at: 300, link: 'b' },
    )
    expect(found(list)).toEqual(['c0 burst', 'c1 burst', 'c2 burst', 'c4 burst', 'c3 burst'])
  })

  test('may go on for longer than ten seconds', () => {
    const links = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const list = clicks(...links.map((link, index) => ({ at: index * 3, link })))
    expect(found(list, ONLY_BURST)).toHaveLength(8)
  })

  test('leaves a click alone that does not say which mail it was in', () => {
    const nameless = {
      id: 'x',
      type: 'email_click',
      at: DELIVERED + 61_000,
      attributes: { link: 'e' },
    }
    expect(found([...clicks(...four), nameless])).toEqual(all)
  })
})

describe('before delivery', () => {
  test.each<[string, Click, boolean]>([
    ['a millisecond before', { at: -0.001, with: delivered }, true],
    ['at the moment itself', { at: 0, with: delivered }, false],
    ['before it was sent', { at: -1, with: { sent_at: '2026-11-20T10:00:00+01:00' } }, true],
    ['after it was sent', { at: 1, with: { sent_at: '2026-11-20T10:00:00+01:00' } }, false],
    [
      'between sending and delivery',
      { at: -30, with: { ...delivered, sent_at: '2026-11-20T08:59:00Z' } },
      true,
    ],
    ['no moment is known', { at: -1 }, false],
    [
      'the moment has no time zone',
      { at: -9e5, with: { delivered_at: '2026-11-20T09:00:00' } },
      false,
    ],
    [
      'the moment is no moment',
      { at: -9e5, with: { delivered_at: '2026-99-20T09:00:00Z' } },
      false,
    ],
  ])('%s', (_, click, isScanner) => {
    expect(found(clicks(click))).toEqual(isScanner ? ['c0 before_delivery'] : [])
  })

  test('is not looked at where the rule does not ask', () => {
    expect(found(clicks({ at: -60, with: delivered }), ONLY_BURST)).toEqual([])
  })
})

describe('too soon after delivery', () => {
  const of = (links: number) => ({ ...delivered, links })
  test.each<[string, readonly Click[], number]>([
    ['the only link', [{ at: 2, link: 'a', with: of(1) }], 1],
    ['one of two links', [{ at: 1, link: 'a', with: of(2) }], 0],
    [
      'both links',
      [
        { at: 1, link: 'a', with: of(2) },
        { at: 11, link: 'b', with: of(2) },
      ],
      2,
    ],
    [
      'both links, too far apart',
      [
        { at: 1, link: 'a', with: of(2) },
        { at: 12, link: 'b', with: of(2) },
      ],
      0,
    ],
    [
      'one of two links twice',
      [
        { at: 1, link: 'a', with: of(2) },
        { at: 2, link: 'a', with: of(2) },
      ],
      0,
    ],
    ['the only link, later', [{ at: 2.001, link: 'a', with: of(1) }], 0],
    ['an unknown number of links', [{ at: 1, link: 'a', with: delivered }], 0],
    ['an unknown delivery', [{ at: 1, link: 'a', with: { links: 1 } }], 0],
    ['a mail that has no links', [{ at: 1, link: 'a', with: of(0) }], 0],
  ])('%s', (_, list, count) => {
    expect(found(clicks(...list)).filter((line) => line.endsWith('too_soon'))).toHaveLength(count)
  })

  test('a click on the same link in the evening is the person', () => {
    const list = clicks({ at: 1, link: 'a', with: of(1) }, { at: 36_000, link: 'a', with: of(1) })
    expect(found(list)).toEqual(['c0 too_soon'])
  })

  test('a clock that is hours behind makes nobody a scanner', () => {
    const rule = { ...RULE, before_delivery: false }
    expect(found(clicks({ at: -7_200, link: 'a', with: of(1) }), rule)).toEqual([])
  })
})

describe('a known program', () => {
  test.each([
    ['Mozilla/5.0 (compatible; BARRACUDA Sentinel)', true],
    ['Mozilla/5.0 (compatible; Googlebot/2.1)', true],
    ['Mozilla/5.0 (Linux; Android 10; CUBOT X20)', false],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140', false],
  ])('%s', (agent, isScanner) => {
    const list = clicks({ at: 600, with: { user_agent: agent } })
    expect(found(list)).toEqual(isScanner ? ['c0 user_agent'] : [])
  })

  test('opens are judged only where the rule asks', () => {
    const open = clicks({ at: 1, type: 'email_open', with: { user_agent: 'barracuda' } })
    expect(found(open)).toEqual([])
    expect(found(open, { ...RULE, opens: true })).toEqual(['c0 user_agent'])
  })

  test('is the reason that is told before all others', () => {
    const agent = { user_agent: 'barracuda', ...delivered }
    expect(found(clicks({ at: -1, with: agent }))).toEqual(['c0 user_agent'])
  })
})

test('a rule that is switched off finds nothing', () => {
  const list = clicks({ at: -1, with: { user_agent: 'barracuda', ...delivered } })
  expect(found(list, { ...RULE, enabled: false })).toEqual([])
})
