import { describe, expect, test } from 'vitest'
import type { AccountPerson } from '../../../src/scoring/accounts/account-result.ts'
import { compileAccounts } from '../../../src/scoring/accounts/compile-accounts.ts'
import { AS_OF, DAY, modelOf } from '../models.ts'
import { daysAgo, linesOf, person, SIGNALS, scoreOf, scorerOf } from './accounts.ts'

const WEIGHTS =
  '{ people: { weight_by_seniority: { c_level: 1.5, vp: 1.3, individual: 0.7, intern: 0 } } }'
const HALVING = '{ people: { diminishing: 0.5 } }'

describe('what people earn for their account', () => {
  const cases: [string, string, AccountPerson[], number[]][] = [
    ['engagement and intent together', '{}', [person('a', { intent: 5.5 })], [25.5]],
    ['a plain sum without more rules', '{}', [person('a'), person('b')], [20, 20]],
    ['a VP weighs more', WEIGHTS, [person('a', { facts: { seniority: 'vp' } })], [26]],
    ['text compares folded', WEIGHTS, [person('a', { facts: { seniority: ' VP' } })], [26]],
    ['unknown seniority weighs 1', WEIGHTS, [person('a')], [20]],
    ['unlisted seniority weighs 1', WEIGHTS, [person('a', { facts: { seniority: 'boss' } })], [20]],
    [
      'of two seniorities the heavier counts',
      WEIGHTS,
      [person('a', { facts: { seniority: ['individual', 'c_level'] } })],
      [30],
    ],
    ['weight 0 earns nothing', WEIGHTS, [person('a', { facts: { seniority: 'intern' } })], []],
    [
      'the weight decides who is strongest',
      '{ people: { weight_by_seniority: { c_level: 1.5 }, diminishing: 0.5 } }',
      [person('a'), person('b', { engagement: 16, facts: { seniority: 'c_level' } })],
      [24, 10],
    ],
    [
      'the strongest counts in full, each further one less',
      HALVING,
      [person('a', { engagement: 10 }), person('b', { engagement: 40 }), person('c')],
      [40, 10, 2.5],
    ],
    [
      'half a hundredth is rounded up',
      HALVING,
      [person('a'), person('b', { engagement: 0.01 })],
      [20, 0.01],
    ],
    [
      'decimals stay exact: 0.45 × 0.7 is 0.315 although binary says 0.31499…',
      WEIGHTS,
      [person('a', { engagement: 0.45, facts: { seniority: 'individual' } })],
      [0.32],
    ],
    [
      'only the first counts at diminishing 0',
      '{ people: { diminishing: 0 } }',
      [person('a'), person('b')],
      [20],
    ],
    ['nobody earns without points', '{}', [person('a', { engagement: 0 })], []],
    ['nobody earns who never did anything', '{}', [person('a', { engagedAt: null })], []],
    ['nobody earns who left the window', '{}', [person('a', { engagedAt: daysAgo(90) })], []],
    ['somebody 89 days ago still earns', '{}', [person('a', { engagedAt: daysAgo(89) })], [20]],
    [
      'the window is the model’s',
      '{ engaged_within: 2d }',
      [person('a'), person('b', { engagedAt: daysAgo(2) })],
      [20],
    ],
  ]
  test.each(cases)('%s', (_name, accounts, people, expected) => {
    const { contributions, score } = scoreOf(accounts, people)
    expect(contributions.map(({ points }) => points)).toEqual(expected)
    expect(contributions.every(({ kind }) => kind === 'person')).toBe(true)
    expect(score).toBe(expected.reduce((sum, points) => sum + points * 100, 0) / 100)
  })

  test('the window ends with its last millisecond', () => {
    const at = (ms: number) =>
      scoreOf('{}', [person('a', { engagedAt: new Date(daysAgo(90).getTime() + ms) })]).engaged
    expect([at(0), at(1)]).toEqual([0, 1])
  })
})

describe('what people earn together', () => {
  const COMMITTEE = '{ committee: { people: 3, points: 20 } }'
  const FUNCTIONS = '{ cross_functional: { functions: 2, points: 15 } }'
  const works = (id: string, name: string) => person(id, { facts: { function: name } })

  test('three people are a committee', () => {
    const result = scoreOf(COMMITTEE, [person('a'), person('b'), person('c')])
    expect(linesOf(result)).toEqual([
      ['person', 20],
      ['person', 20],
      ['person', 20],
      ['committee', 20],
    ])
  })
  test('one person with the points of three is none', () => {
    expect(linesOf(scoreOf(COMMITTEE, [person('a', { engagement: 60 })]))).toEqual([['person', 60]])
  })
  test('people who are not engaged do not make one', () => {
    const result = scoreOf(COMMITTEE, [person('a'), person('b'), person('c', { engagedAt: null })])
    expect(result).toMatchObject({ score: 40, engaged: 2 })
  })
  test('two functions reach across', () => {
    const result = scoreOf(FUNCTIONS, [
      works('a', 'marketing'),
      works('b', 'it'),
      works('c', 'IT '),
    ])
    expect(result.functions).toEqual(['it', 'marketing'])
    expect(linesOf(result).at(-1)).toEqual(['cross_functional', 15])
    expect(result.contributions.at(-1)?.label).toBe('Across functions: IT, marketing')
  })
  test('the same function twice, an unknown or blank one, or somebody quiet does not', () => {
    const quiet = person('e', { facts: { function: 'it' }, engagedAt: null })
    const people = [works('a', 'marketing'), works('b', 'marketing'), works('c', ' '), person('d')]
    expect(scoreOf(FUNCTIONS, [...people, quiet])).toMatchObject({
      functions: ['marketing'],
      score: 80,
    })
  })
})

describe('company fit', () => {
  const FIT = '{ company_fit: { max: 40 } }'
  const anna = person('anna', { facts: { seniority: 'vp' } })
  const fitOf = (company: AccountPerson['facts'], people = [anna]) =>
    linesOf(scoreOf(FIT, people, { company })).filter(([kind]) => kind !== 'person')

  test('counts once, and only signals that look at nothing but the company', () => {
    expect(fitOf({ employees: 1200 }, [anna, person('b')])).toEqual([
      ['company_fit', 30],
      ['company_fit', 5],
    ])
  })
  test('is cut to its maximum', () => {
    expect(fitOf({ employees: 1200, revenue: 2_000_000_000 }).at(-1)).toEqual(['cap', -15])
  })
  test('does not fall below 0', () => {
    expect(fitOf({ employees: 1200, region: 'APAC' }).at(-1)).toEqual(['cap', 25])
  })
  test('heeds the caps of groups', () => {
    const groups = '[{ id: size, signals: [large, rich, vp], max: 35 }]'
    const company = { employees: 1200, revenue: 2_000_000_000 }
    const scorer = scorerOf('{ company_fit: { max: 100 } }', { groups })
    expect(scorer.score({ company, people: [anna] }, AS_OF).score).toBe(20 + 35 + 5)
  })
  test('is not counted unless the model says so', () => {
    expect(scoreOf('{}', [anna], { company: { employees: 1200 } }).score).toBe(20)
  })
  test('is all there is when nobody is engaged', () => {
    const quiet = person('q', { engagedAt: null })
    expect(scoreOf(FIT, [quiet], { company: { employees: 1200 } })).toMatchObject({
      score: 35,
      engaged: 0,
    })
  })
  test('does not count for a company of which nobody is known', () => {
    const result = scoreOf(FIT, [], { company: { employees: 1200 } })
    expect(result).toMatchObject({ score: 0, contributions: [], nextChangeAt: null })
    expect(result.reasons).toEqual(['No people known at this company'])
  })
})

describe('score and tier', () => {
  const TIERS = '{ tiers: { A: 75, B: 50, C: 1 } }'
  const tierOf = (engagement: number, previousTier?: string, hysteresis = '0') =>
    scorerOf(TIERS, { hysteresis }).score(
      {
        company: {},
        people: [person('a', { engagement })],
        ...(previousTier !== undefined && { previousTier }),
      },
      AS_OF,
    ).tier

  test('more than 100 is capped, and the cap is a line of its own', () => {
    const result = scoreOf('{}', [person('a', { engagement: 90 }), person('b', { engagement: 30 })])
    expect(result.score).toBe(100)
    expect(linesOf(result).at(-1)).toEqual(['cap', -20])
  })
  test('less than 0 is, too', () => {
    const result = scoreOf('{ committee: { people: 2, points: -70 } }', [person('a'), person('b')])
    expect(result.score).toBe(0)
    expect(linesOf(result).at(-1)).toEqual(['cap', 30])
  })
  test.each([
    [75, 'A'],
    [74.99, 'B'],
    [50, 'B'],
    [1, 'C'],
    [0.99, 'none'],
  ])('%d is tier %s', (points, tier) => {
    expect(tierOf(points)).toBe(tier)
  })
  test.each([
    [70, 'A', 'A'],
    [69.99, 'A', 'B'],
    [70, 'B', 'B'],
    [45, 'A', 'B'],
    [70, 'none', 'B'],
    [70, 'gone', 'B'],
  ])('with a hysteresis of 5, %d after %s is %s', (points, previous, tier) => {
    expect(tierOf(points, previous, '5')).toBe(tier)
  })
  test('without tiers there is none', () => {
    expect(scoreOf('{}', [person('a')]).tier).toBe('none')
  })
  test('a model without accounts scores none', () => {
    expect(compileAccounts(modelOf({ signals: SIGNALS }))).toBeNull()
  })
  test('names the model and the moment', () => {
    const model = modelOf({ signals: SIGNALS, accounts: '{}' })
    const result = compileAccounts(model)?.score({ company: {}, people: [] }, AS_OF)
    expect(result).toMatchObject({ model: model.name, asOf: AS_OF.toISOString() })
  })
})

describe('when it changes by itself', () => {
  const leaves = (days: number) => new Date(AS_OF.getTime() + days * DAY).toISOString()

  test('when the first person leaves the window', () => {
    const people = [
      person('a'),
      person('b', { engagedAt: daysAgo(30) }),
      person('c', { engagedAt: daysAgo(200) }),
    ]
    expect(scoreOf('{}', people).nextChangeAt).toBe(leaves(60))
  })
  test('never when nobody is engaged', () => {
    expect(scoreOf('{}', [person('a', { engagedAt: null })]).nextChangeAt).toBeNull()
  })
  test('somebody without points has nothing to lose', () => {
    const people = [person('a', { engagement: 0, engagedAt: daysAgo(80) }), person('b')]
    expect(scoreOf('{}', people).nextChangeAt).toBe(leaves(89))
  })
})
