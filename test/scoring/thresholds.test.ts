import { describe, expect, test } from 'vitest'
import { toHundredths } from '../../src/scoring/engine/points.ts'
import { emptyTally } from '../../src/scoring/engine/tally.ts'
import { compileThreshold, reaches } from '../../src/scoring/engine/thresholds.ts'
import type { ThresholdDocument } from '../../src/scoring/language/model-schema.ts'
import { GRADES, type Grade, STAGES, type Stage } from '../../src/scoring/result.ts'

interface Somebody {
  readonly score?: number
  readonly fit?: number
  readonly engagement?: number
  readonly intent?: number
  readonly grade?: Grade
  readonly stage?: Stage
}

/** Whether somebody, in points, reaches a threshold that is lowered by `slack` points. */
function reached(document: ThresholdDocument, somebody: Somebody, slack = 0): boolean {
  const {
    score = 0,
    fit = 0,
    engagement = 0,
    intent = 0,
    grade = 'F',
    stage = 'nurture',
  } = somebody
  const tally = {
    ...emptyTally(),
    score: toHundredths(score),
    fit: toHundredths(fit),
    engagement: toHundredths(engagement),
    intent: toHundredths(intent),
  }
  const place = { tally, grade: GRADES.indexOf(grade), stage: STAGES.indexOf(stage) }
  return reaches(compileThreshold(document), place, toHundredths(slack))
}

describe('a threshold', () => {
  test.each(['score', 'fit', 'engagement', 'intent'] as const)(
    'of %s is reached at its points, or at as many less as it is lowered by',
    (sum) => {
      const at = (points: number, slack = 0) => reached({ [sum]: 50 }, { [sum]: points }, slack)
      expect([at(50), at(50.01), at(49.99)]).toEqual([true, true, false])
      expect([at(45, 5), at(44.99, 5)]).toEqual([true, false])
    },
  )

  test.each<[Grade, boolean]>([
    ['A', true],
    ['B', true],
    ['C', false],
  ])('of grade B by %s: %s, however low the points may be', (grade, expected) => {
    expect(reached({ grade: 'B' }, { grade }, 100)).toBe(expected)
  })

  test.each<[Stage, boolean]>([
    ['sql', true],
    ['mql', true],
    ['nurture', false],
    ['disqualified', false],
  ])('of stage MQL by %s: %s, however low the points may be', (stage, expected) => {
    expect(reached({ stage: 'mql' }, { stage }, 100)).toBe(expected)
  })

  test('that asks for nothing is reached by the last and the least', () => {
    expect(reached({}, { score: -100, fit: -100, grade: 'F', stage: 'disqualified' })).toBe(true)
  })

  test('asks for all that it names', () => {
    const both = { score: 50, fit: 20, grade: 'B' } as const
    expect(reached(both, { score: 50, fit: 20, grade: 'B' })).toBe(true)
    expect(reached(both, { score: 49, fit: 20, grade: 'B' })).toBe(false)
    expect(reached(both, { score: 50, fit: 19, grade: 'B' })).toBe(false)
    expect(reached(both, { score: 50, fit: 20, grade: 'C' })).toBe(false)
  })

  test('of several is reached by one, or by all, each lowered alike', () => {
    const parts = [{ fit: 50 }, { intent: 20 }]
    const one = { fit: 50 }
    const lower = { fit: 45, intent: 15 }
    expect([reached({ any: parts }, one), reached({ all: parts }, one)]).toEqual([true, false])
    expect([reached({ any: parts }, {}), reached({ all: parts }, {})]).toEqual([false, false])
    expect([reached({ any: parts }, lower), reached({ all: parts }, lower)]).toEqual([false, false])
    expect(reached({ any: parts }, { intent: 15 }, 5)).toBe(true)
    expect(reached({ all: parts }, lower, 5)).toBe(true)
    expect(reached({ score: 1, any: parts }, one)).toBe(false)
  })
})
