import { describe, expect, test } from 'vitest'
import { diffModels } from '../../../src/scoring/history/diff-models.ts'
import { modelOf, signals } from '../models.ts'

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

describe('different ways of writing the same', () => {
  test.each<[string, Parts, Parts]>([
    [
      'the order of signals',
      { signals: signals(PRICING, DEMO) },
      { signals: signals(DEMO, PRICING) },
    ],
    [
      'times in other units',
      only(`${PRICING}, at_most: { times: 1, per: 7d }`),
      only(`${PRICING.replace('14d', '2w')}, at_most: { per: 168h, times: 1 }`),
    ],
    [
      'upper case, blanks and the order of a set',
      only('id: a, dimension: fit, points: 1, when: { person.region: { in: [EMEA, NA] } }'),
      only('id: a, dimension: fit, points: 1, when: { person.region: { in: [" na", emea] } }'),
    ],
    [
      'a bare value',
      only('id: a, dimension: fit, points: 1, when: { person.region: EMEA }'),
      only('id: a, dimension: fit, points: 1, when: { person.region: { eq: EMEA } }'),
    ],
    [
      "the dimension's decay, written out",
      {
        dimensions: '{ fit: { max: 100 }, engagement: { max: 100, decay: { half_life: 14d } } }',
      },
      {
        dimensions: '{ fit: { max: 100 }, engagement: { max: 100, decay: { half_life: 14d } } }',
        ...only(PRICING.replace(', decay: { half_life: 14d }', '')),
      },
    ],
    [
      'one name for a list of one',
      { signals: signals(PRICING, `${DEMO}, replaces: page_view`) },
      { signals: signals(PRICING, `${DEMO}, replaces: [page_view]`) },
    ],
  ])('%s makes no difference', (_, before, after) => {
    expect(sentences(before, after)).toEqual([])
  })

  test('a pattern keeps its case: \\D is not \\d', () => {
    const matching = (pattern: string) =>
      only(`id: a, dimension: fit, points: 1, when: { person.title: { matches: "${pattern}" } }`)
    expect(sentences(matching('\\\\d'), matching('\\\\D'))).toHaveLength(1)
  })
})
