import { describe, expect, test } from 'vitest'
import { expectCase, findingsOf, fitting, list, type RuleCase, signal } from './findings.ts'

const SIXTY = list(fitting('points: 60, when: { person.title: ceo }'))
const COMPANY = list(fitting('points: 60, when: { company.employees: 5 }'))
const STAGES = '{ mql: { score: 50 }, sql: { score: 60 } }'
const rule = 'unreachable-threshold'

const CASES: readonly RuleCase[] = [
  {
    rule,
    what: 'a stage above what the signals make',
    fires: { signals: SIXTY, stages: '{ sql: { score: 60.5 } }', grades: '{ D: 0 }' },
    silent: { signals: SIXTY, stages: '{ sql: { score: 60 } }', grades: '{ D: 0 }' },
    path: 'stages.sql.score',
    says: /60\.5.*score is 60 at most/,
  },
  {
    rule,
    what: 'a grade above what fit makes',
    fires: { signals: SIXTY, stages: STAGES, grades: '{ A: 61, D: 0 }' },
    silent: { signals: SIXTY, stages: STAGES, grades: '{ A: 60, D: 0 }' },
    path: 'grades.A',
    says: /fit is 60 at most/,
  },
  {
    rule,
    what: 'a tier that wants a grade that nobody gets',
    fires: {
      signals: SIXTY,
      stages: STAGES,
      grades: '{ D: 0 }',
      tiers: '{ A: { grade: B }, B: {} }',
    },
    silent: { signals: SIXTY, stages: STAGES, grades: '{ B: 60 }', tiers: '{ A: { grade: B } }' },
    path: 'tiers.A.grade',
    says: /grade B or better/,
  },
  {
    rule,
    what: 'a tier that wants a stage that the model does not have',
    fires: {
      signals: SIXTY,
      stages: '{ mql: { score: 50 } }',
      grades: '{ D: 0 }',
      tiers: '{ A: { any: [{ stage: sql }] } }',
    },
    silent: {
      signals: SIXTY,
      stages: '{ sql: { score: 50 } }',
      grades: '{ D: 0 }',
      tiers: '{ A: { any: [{ stage: mql }] } }',
    },
    path: 'tiers.A.any[0].stage',
    says: /no such stage/,
  },
  {
    rule,
    what: 'a corner of the matrix',
    fires: { signals: SIXTY, stages: STAGES, grades: '{ D: 0 }', matrix: matrix(61, 0) },
    silent: { signals: SIXTY, stages: STAGES, grades: '{ D: 0 }', matrix: matrix(60, 0) },
    path: 'matrix.fit_high',
    says: /fit is 60 at most/,
  },
  {
    rule,
    what: 'an account tier',
    fires: { signals: COMPANY, stages: STAGES, grades: '{ D: 0 }', accounts: accounts(51) },
    silent: { signals: COMPANY, stages: STAGES, grades: '{ D: 0 }', accounts: accounts(50) },
    path: 'accounts.tiers.A',
    says: /account's score is 50 at most/,
  },
  {
    rule: 'unreachable-tier',
    what: 'a tier behind one that always holds',
    fires: { tiers: '{ A: { score: 50 }, B: {}, C: { score: 20 } }' },
    silent: { tiers: '{ A: { score: 50 }, B: { score: 20 }, C: {} }' },
    path: 'tiers.C',
    says: /B comes first and always holds/,
  },
  {
    rule: 'unreachable-tier',
    what: 'a tier that asks for more than the one before',
    fires: {
      tiers:
        '{ A: { any: [{ grade: C }, { score: 50 }] }, B: { any: [{ grade: B, fit: 2 }, { score: 70 }] } }',
    },
    silent: {
      tiers:
        '{ A: { any: [{ grade: C }, { score: 50 }] }, B: { any: [{ grade: B }, { score: 40 }] } }',
    },
    path: 'tiers.B',
    says: /A comes first and holds whenever B does/,
  },
  {
    rule: 'unreachable-stage',
    what: 'an MQL that is an SQL at once',
    fires: { stages: '{ mql: { score: 50, fit: 10 }, sql: { score: 50 } }' },
    silent: { stages: '{ mql: { score: 50 }, sql: { score: 50, fit: 10 } }' },
    path: 'stages.mql',
    says: /reaches SQL too/,
  },
  {
    rule: 'no-hysteresis',
    what: 'no hysteresis',
    fires: {},
    silent: { hysteresis: '5' },
    path: 'hysteresis',
    says: /back and forth/,
  },
]

/** Nobody engages here, so that an account has what its company and its committee bring: 50. */
function accounts(tier: number): string {
  return `{ committee: { people: 2, points: 20 }, company_fit: { max: 30 }, tiers: { A: ${tier} } }`
}

function matrix(fitHigh: number, engagementHigh: number): string {
  return `{ fit_high: ${fitHigh}, engagement_high: ${engagementHigh}, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }`
}

describe('thresholds', () => {
  test.each(CASES)('$rule: $what', (each) => expectCase(each))

  test('a gate that holds people at MQL keeps MQL alive', () => {
    const gates =
      '[{ id: g, unless: { person.authority: confirmed }, then: { stage_at_most: mql, reason: R } }]'
    const stages = '{ mql: { score: 50 }, sql: { score: 50 } }'
    expect(findingsOf('unreachable-stage', { stages, gates })).toEqual([])
  })
})

/** The highest SQL threshold that lint believes to be in reach. */
function reach(parts: Readonly<Record<string, string>>): number {
  const most = /score is ([\d.]+) at most/.exec(
    findingsOf(rule, { stages: '{ sql: { score: 1000 } }', grades: '{ D: 0 }', ...parts })[0]
      ?.message ?? '',
  )
  return Number(most?.[1])
}

describe('what can be reached', () => {
  test.each([
    [
      'bands of one field count once',
      [
        fitting('points: 30, when: { company.employees: { gte: 1000 } }', 'a'),
        fitting('points: 20, when: { company.employees: { gte: 200, lt: 1000 } }', 'b'),
      ],
      30,
    ],
    [
      'bands that overlap count together',
      [
        fitting('points: 30, when: { company.employees: { gte: 1000 } }', 'a'),
        fitting('points: 20, when: { company.employees: { gte: 200 } }', 'b'),
      ],
      50,
    ],
    [
      'words of a multi-select count together',
      [
        fitting('points: 30, when: { person.buying_role: champion }', 'a'),
        fitting('points: 20, when: { person.buying_role: user }', 'b'),
      ],
      50,
    ],
    [
      'words of a single value count once',
      [
        fitting('points: 30, when: { person.seniority: vp }', 'a'),
        fitting('points: 20, when: { person.seniority: director }', 'b'),
      ],
      30,
    ],
    [
      'searches in texts may all find something',
      [
        fitting('points: 30, when: { person.title: { contains: a } }', 'a'),
        fitting('points: 20, when: { person.title: { contains: b } }', 'b'),
      ],
      50,
    ],
    [
      'negatives take nothing from the best',
      [
        fitting('points: 30, when: { person.title: a }', 'a'),
        fitting('points: -20, when: { person.city: b }', 'b'),
      ],
      30,
    ],
    ['so many ever', [signal('on: x, at_most: { times: 3 }')], 30],
    ['a sequence counts once', [signal('sequence: [{ on: x }, { on: y }], within: 1d')], 10],
    ['without a limit the dimension caps', [signal('on: x')], 100],
    // 10 × (1 + 1/2 + 1/4 + …), cut where it is faded
    [
      'once per half-life',
      [signal('on: x, at_most: { times: 1, per: 7d }, decay: { half_life: 7d }')],
      19.99,
    ],
    [
      'once per week, seen for ten days',
      [signal('on: x, at_most: { times: 1, per: 7d }, decay: { window: 10d }')],
      20,
    ],
    ['once per week and for ever', [signal('on: x, at_most: { times: 1, per: 7d }')], 100],
  ])('%s', (_what, signals, most) => {
    expect(reach({ signals: list(...signals) })).toBeCloseTo(most, 1)
  })

  test('groups and dimensions cap', () => {
    const signals = list(
      signal('on: x', 'a'),
      fitting('points: 90, when: { person.title: x }', 'b'),
    )
    const groups = '[{ id: g, signals: [a], max: 15 }]'
    expect(
      reach({ signals, groups, dimensions: '{ fit: { max: 40 }, engagement: { max: 100 } }' }),
    ).toBe(55)
  })

  test.each([
    ['separate', 15],
    ['{ weighted: { fit: 20, engagement: 80 } }', 20 * 0.6 + 80 * 0.15],
  ])('combine: %s', (combine, most) => {
    const signals = list(
      signal('on: x', 'a'),
      fitting('points: 60, when: { person.title: x }', 'b'),
    )
    const groups = '[{ id: g, signals: [a], max: 15 }]'
    expect(reach({ signals, groups, combine })).toBeCloseTo(most)
  })
})
