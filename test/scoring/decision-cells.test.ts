import { expect, test } from 'vitest'
import { compileCells } from '../../src/scoring/engine/decision-cells.ts'
import { emptyTally, type Tally } from '../../src/scoring/engine/tally.ts'
import { modelOf, signals } from './models.ts'

/** Below, at and above every threshold of a scale, in hundredths. */
function around(...points: readonly number[]): readonly number[] {
  return [0, ...points.flatMap((each) => [each * 100 - 1, each * 100]), 10_000]
}

const FIT = [25, 50, 60, 75]
const ENGAGEMENT = [30, 20]
const INTENT = [10]
const SCORE = [40, 55, 80]
const BOTH = [45]

test('two tallies lie in one cell exactly when they reach the same thresholds', () => {
  const { document } = modelOf({
    signals: signals('id: s, dimension: fit, points: 1, when: { person.x: 1 }'),
    grades: '{ A: 75, B: 50, C: 25, D: 0 }',
    stages: '{ mql: { any: [{ score: 40 }, { engagement: 30 }] }, sql: { score: 80 } }',
    tiers:
      '{ A: { stage: sql, intent: 10 }, B: { all: [{ fit: 60 }, { score: 55 }] }, C: { engagement: 20 } }',
    matrix:
      '{ fit_high: 50, engagement_high: 45, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }',
  })
  const cellOf = compileCells(document)
  const reached = ({ score, fit, engagement, intent }: Tally) => {
    const counts = [
      [score, SCORE],
      [fit, FIT],
      [engagement, ENGAGEMENT],
      [intent, INTENT],
      [engagement + intent, BOTH],
    ] as const
    return counts.map(([value, cuts]) => cuts.filter((cut) => value >= cut * 100).length).join(' ')
  }
  const cells = new Map<string, Set<number>>()
  for (const score of around(...SCORE)) {
    for (const fit of around(...FIT)) {
      for (const engagement of around(...ENGAGEMENT, ...BOTH)) {
        for (const intent of around(...INTENT)) {
          const tally = { ...emptyTally(), score, fit, engagement, intent }
          const which = reached(tally)
          cells.set(which, (cells.get(which) ?? new Set()).add(cellOf(tally)))
        }
      }
    }
  }
  expect(cells.size).toBeGreaterThan(100)
  const ofEach = [...cells.values()].map((of) => of.size)
  expect(Math.max(...ofEach)).toBe(1)
  const numbers = [...cells.values()].flatMap((of) => [...of])
  expect(new Set(numbers).size).toBe(cells.size)
  expect(numbers.every((cell) => Number.isInteger(cell) && cell >= 0)).toBe(true)
})
