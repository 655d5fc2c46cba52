import { describe, expect, test } from 'vitest'
import { engagedAt } from '../../../src/scoring/accounts/engaged-at.ts'
import { AS_OF, DAY, modelOf, score, signals } from '../models.ts'

function lastEngaged(
  signal: string,
  ages: readonly number[],
  dimension = 'engagement',
): number | null {
  const model = modelOf({ signals: signals(`dimension: ${dimension}, ${signal}`) })
  const activities = ages.map((age) => ({ type: 'page_view', age: `${age}d` }))
  const at = engagedAt(score(model, { activities }))
  return at && (AS_OF.getTime() - at.getTime()) / DAY
}

describe('when somebody was engaged last', () => {
  const cases: [string, string, number[], number | null][] = [
    ['the last activity that earns', 'id: s, points: 5, on: page_view', [9, 3, 4], 3],
    [
      'what counts together engages as well',
      'id: s, points: 5, on: page_view, repeated: { times: 2, in_last: 30d }',
      [9, 3],
      3,
    ],
    [
      'too few of them engage nobody',
      'id: s, points: 5, on: page_view, repeated: { times: 2, in_last: 7d }',
      [9, 3],
      null,
    ],
    ['what takes points away engages nobody', 'id: s, points: -5, on: page_view', [3], null],
    [
      'what has faded away engages nobody',
      'id: s, points: 5, on: page_view, decay: { window: 2d }',
      [3],
      null,
    ],
    ['silence engages nobody', 'id: s, points: -5, inactive_for: 2d', [3], null],
  ]
  test.each(cases)('%s', (_name, signal, ages, expected) => {
    expect(lastEngaged(signal, ages)).toBe(expected)
  })
  test.each([
    ['engagement', 3],
    ['intent', 3],
    ['fit', null],
  ])('what earns %s came last %s days ago', (dimension, expected) => {
    expect(lastEngaged('id: s, points: 5, on: page_view', [3], dimension)).toBe(expected)
  })
})
