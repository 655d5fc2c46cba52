import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { diffModels } from '../../../src/scoring/history/diff-models.ts'
import { formatChange } from '../../../src/scoring/history/model-change.ts'
import { modelSchema } from '../../../src/scoring/language/model-schema.ts'
import type { Model } from '../../../src/scoring/language/parse.ts'
import { modelOf, parsed, signals, yamlOf } from '../models.ts'

const STARTER = await readFile('config/models/b2b-starter.yaml', 'utf8')

type Parts = Readonly<Record<string, string>>

/** The sentences of what differs between two models, each given by its parts. */
function sentences(before: Parts, after: Parts): string[] {
  return diffModels(modelOf({ ...BASE, ...before }), modelOf({ ...BASE, ...after })).map(
    ({ sentence }) => sentence,
  )
}

const PRICING =
  'id: pricing, dimension: engagement, points: 40, on: page_view, decay: { half_life: 14d }'
const DEMO = 'id: demo, dimension: engagement, points: 50, on: demo_requested'
const BASE = { signals: signals(PRICING) }
const only = (line: string) => ({ signals: signals(line) })

/** The starter model with some text replaced. */
function starterWith(text: string, replacement: string): Model {
  expect(STARTER).toContain(text)
  return parsed(STARTER.replace(text, replacement))
}

describe('what differs between two models', () => {
  test('a model does not differ from itself', () => {
    expect(diffModels(parsed(STARTER), parsed(STARTER))).toEqual([])
  })

  test('points of a signal: path, both values and a sentence', () => {
    const id =
      'id: pricing_page\n    label: Visited pricing\n    dimension: engagement\n    points: '
    expect(diffModels(parsed(STARTER), starterWith(`${id}40`, `${id}30`))).toEqual([
      {
        kind: 'changed',
        path: 'signals.pricing_page.points',
        sentence: 'Visited pricing: 40 points become 30',
        before: 40,
        after: 30,
        decides: true,
      },
    ])
  })

  test.each<[string, Parts, Parts, readonly string[]]>([
    [
      'a half-life',
      {},
      only(PRICING.replace('14d', '30d')),
      ['A label: half-life 14d becomes 30d'],
    ],
    [
      'another kind of decay',
      {},
      only(PRICING.replace('half_life: 14d', 'steps: { every: 45d, lose: 0.15 }')),
      ['A label: half-life 14d becomes minus 15% every 45d'],
    ],
    [
      'a decay that is left to the dimension',
      {},
      only(PRICING.replace(', decay: { half_life: 14d }', '')),
      ["A label: half-life 14d becomes the dimension's decay"],
    ],
    [
      'a condition',
      only('id: vp, dimension: fit, points: 1, when: { person.seniority: vp }'),
      only('id: vp, dimension: fit, points: 1, when: { person.seniority: { in: [vp, c_level] } }'),
      [
        'A label: condition { person.seniority: vp } becomes { person.seniority: { in: [vp, c_level] } }',
      ],
    ],
    [
      'one point',
      only('id: vp, dimension: fit, points: 1, when: { person.seniority: vp }'),
      only('id: vp, dimension: fit, points: 2.5, when: { person.seniority: vp }'),
      ['A label: 1 point becomes 2.5'],
    ],
    [
      'a limit that is new',
      {},
      only(`${PRICING}, at_most: { times: 1, per: 7d }`),
      ['A label: at most { times: 1, per: 7d } is new'],
    ],
    [
      'a part of a limit',
      only(`${PRICING}, at_most: { times: 1, per: 7d }`),
      only(`${PRICING}, at_most: { times: 1, per: 14d }`),
      ['A label: at most per 7d becomes 14d'],
    ],
    [
      'a signal that is new',
      {},
      { signals: signals(PRICING, DEMO) },
      ['A label is new: +50.00 points of engagement'],
    ],
    ['a signal that is gone', { signals: signals(PRICING, DEMO) }, {}, ['A label is gone']],
    [
      'a signal with another id',
      {},
      only(PRICING.replace('id: pricing', 'id: price_page')),
      ['A label: the id pricing becomes price_page'],
    ],
    [
      'a group that holds the renamed signal',
      { groups: '[{ id: g, signals: [pricing], max: 20 }]' },
      {
        ...only(PRICING.replace('id: pricing', 'id: price_page')),
        groups: '[{ id: g, signals: [price_page], max: 25 }]',
      },
      ['A label: the id pricing becomes price_page', 'Group g: maximum 20 becomes 25'],
    ],
    [
      'a group that is new',
      {},
      { groups: '[{ id: g, signals: [pricing], max: 20 }]' },
      ['Group g is new: at most 20.00 points for pricing'],
    ],
    [
      'a dimension',
      {},
      { dimensions: '{ fit: { max: 100 }, engagement: { max: 80, decay: { half_life: 9d } } }' },
      [
        'Dimension engagement: maximum 100 becomes 80',
        'Dimension engagement: no decay becomes half-life 9d',
        'Dimension intent is gone',
      ],
    ],
    ['combine', {}, { combine: 'separate' }, ['Dimensions combine by separate instead of sum']],
    [
      'grades',
      {},
      { grades: '{ A: 80, B: 50, C: 25 }' },
      ['Grade: A 75 becomes 80', 'Grade: D 0 is gone'],
    ],
    [
      'stages',
      {},
      { stages: '{ mql: { score: 60 }, sql: { score: 75, grade: B } }' },
      ['MQL: score 50 becomes 60', 'SQL: grade B is new'],
    ],
    [
      'tiers',
      {},
      { tiers: '{ A: { stage: sql }, P: { score: 60 }, C: { score: 5 } }' },
      ['Tier P (tried before C) is new: { score: 60 }', 'Tier C: score 5 is new', 'Tier B is gone'],
    ],
    [
      'the order of tiers',
      {},
      { tiers: '{ B: { stage: mql }, A: { stage: sql }, C: {} }' },
      ['Tiers are tried in the order B, A, C instead of A, B, C'],
    ],
    ['hysteresis', { hysteresis: '5' }, { hysteresis: '3' }, ['Hysteresis: 5 points become 3']],
    [
      'a gate',
      { gates: '[{ id: g, when: { person.x: 1 }, then: { stage_at_most: mql, reason: No } }]' },
      {
        gates: '[{ id: g, when: { person.x: 1 }, then: { stage_at_most: nurture, reason: Nope } }]',
      },
      ['Gate g: stage at most mql becomes nurture', 'Gate g: reason No becomes Nope'],
    ],
    [
      'a gate that is new',
      {},
      { gates: '[{ id: g, when: { person.x: 1 }, then: { route: none, reason: Closed } }]' },
      ['Gate g is new: Closed'],
    ],
    [
      'the matrix',
      {
        matrix:
          '{ fit_high: 50, engagement_high: 40, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }',
      },
      {
        matrix:
          '{ fit_high: 40, engagement_high: 40, high_high: route_now, high_low: nurture, low_high: nurture, low_low: hold }',
      },
      [
        'Matrix: fit is high from 50 becomes 40',
        'Matrix: low fit and high engagement review becomes nurture',
      ],
    ],
    [
      'accounts',
      { accounts: '{ engaged_within: 90d, people: { diminishing: 0.7 } }' },
      { accounts: '{ engaged_within: 60d, people: { diminishing: 0.5 } }' },
      ['Accounts: engaged within 90d becomes 60d', 'Accounts: people diminishing 0.7 becomes 0.5'],
    ],
    [
      'a route that is new, one that is gone and one with another condition',
      {
        routing:
          '[{ when: { person.region: EMEA }, to: emea }, { when: { person.x: 1 }, to: one }, { to: rest }]',
      },
      {
        routing:
          '[{ when: { person.region: [EMEA, APAC] }, to: emea }, { when: { person.y: 1 }, to: two }, { to: rest }]'.replace(
            '[EMEA, APAC]',
            '{ in: [EMEA, APAC] }',
          ),
      },
      [
        'Route to emea: condition { person.region: EMEA } becomes { person.region: { in: [EMEA, APAC] } }',
        'Route to two is new, as number 2: when { person.y: 1 }',
        'Route to one (number 2) is gone',
      ],
    ],
    [
      'the order of routes',
      { routing: '[{ when: { person.x: 1 }, to: one }, { to: rest }]' },
      { routing: '[{ to: rest }, { when: { person.x: 1 }, to: one }]' },
      ['Routes are tried in the order rest, one instead of one, rest'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(sentences(before, after)).toEqual(expected)
  })

  test('labels, reasons, examples and what a model says of itself decide nothing', () => {
    const after = yamlOf({ ...BASE, model: 'other', about: 'News' })
      .replace('A label', 'Another')
      .concat('examples: [{ name: x, expect: { score: 0 } }]\n')
    const changes = diffModels(modelOf(BASE), parsed(after))
    expect(changes.map(({ path, decides }) => [path, decides])).toEqual([
      ['model', false],
      ['about', false],
      ['signals.pricing.label', false],
      ['examples.x', false],
    ])
    expect(changes.map(formatChange)).toContain(
      '~ "A label" is now called "Another" (wording only)',
    )
  })

  test('a tier may be called as what every object has', () => {
    const after = { tiers: '{ constructor: { stage: sql }, C: {} }' }
    expect(sentences({ tiers: '{ C: {} }' }, after)).toEqual([
      'Tier constructor (tried before C) is new: { stage: sql }',
    ])
  })

  test('every part of the language is compared', () => {
    const compared = ['about', 'accounts', 'combine', 'dimensions', 'examples', 'gates', 'grades']
    const rest = [
      'groups',
      'hysteresis',
      'matrix',
      'model',
      'routing',
      'signals',
      'stages',
      'tiers',
    ]
    expect(Object.keys(modelSchema.shape).toSorted()).toEqual([...compared, ...rest])
  })
})
