import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { durationMs } from '../../src/scoring/language/duration.ts'
import type { Contribution, Result } from '../../src/scoring/result.ts'
import { richModels, richPeople } from './generated.ts'
import { AS_OF, DAY, sumOf } from './models.ts'

const RUNS = { numRuns: 2_000 }
const DIMENSIONS = ['fit', 'engagement', 'intent'] as const

/** Points of some lines of the sum, exactly. */
function pointsOf(contributions: readonly Contribution[]): number {
  return contributions.reduce((sum, { points }) => sum + Math.round(points * 100), 0) / 100
}

describe('the sum, whatever the model and the person', { timeout: 60_000 }, () => {
  test('is that of the contributions, of the score as of every dimension', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const result = compileModel(model).score(facts, AS_OF)
        expect(sumOf(result)).toBe(result.score)
        for (const dimension of DIMENSIONS) {
          const own = result.contributions.filter((each) => each.dimension === dimension)
          expect(pointsOf(own)).toBe(result[dimension])
        }
      }),
      RUNS,
    )
  })

  test('of what the activities of a contribution earned is the contribution', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        for (const { because, points } of compileModel(model).score(facts, AS_OF).contributions) {
          const earned = because.flatMap((each) => each.points ?? [])
          if (earned.length === 0) continue
          const sum = earned.reduce((total, each) => total + Math.round(each * 100), 0)
          expect(sum / 100).toBe(points)
        }
      }),
      RUNS,
    )
  })

  test('has no part with more than two decimals', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const { contributions } = compileModel(model).score(facts, AS_OF)
        for (const { points, decayed } of contributions) {
          expect([points, decayed]).toEqual([Number(points.toFixed(2)), Number(decayed.toFixed(2))])
        }
      }),
      RUNS,
    )
  })
})

describe('every cap holds, whatever the model and the person', { timeout: 60_000 }, () => {
  test('that of the total and those of the dimensions', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const result = compileModel(model).score(facts, AS_OF)
        expect(result.score).toBeGreaterThanOrEqual(0)
        expect(result.score).toBeLessThanOrEqual(100)
        for (const dimension of DIMENSIONS) {
          expect(result[dimension]).toBeGreaterThanOrEqual(0)
          const { max = 0 } = model.document.dimensions[dimension] ?? {}
          expect(result[dimension]).toBeLessThanOrEqual(max)
        }
      }),
      RUNS,
    )
  })

  test('that of a group, which only ever takes away', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const { contributions } = compileModel(model).score(facts, AS_OF)
        for (const { id, signals, max } of model.document.groups) {
          const before = contributions.filter(({ signal }) => signals.includes(signal))
          const cap = contributions.filter(({ signal }) => signal === `cap:${id}`)
          expect(pointsOf(cap)).toBeLessThanOrEqual(0)
          expect(pointsOf([...before, ...cap])).toBe(Math.min(max, pointsOf(before)))
        }
      }),
      RUNS,
    )
  })

  /** Lengths of the periods that counted occurrences open one after the other. */
  function largestPeriod({ because }: Contribution, per: number): number {
    let opened = Number.NEGATIVE_INFINITY
    let counted = 0
    let largest = 0
    for (const at of because.map((each) => Date.parse(each.at ?? ''))) {
      if (at - opened >= per) [opened, counted] = [at, 0]
      counted += 1
      largest = Math.max(largest, counted)
    }
    return largest
  }

  test('those of the number of occurrences in a period', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const { contributions } = compileModel(model).score(facts, AS_OF)
        for (const { id, at_most } of model.document.signals) {
          const line = contributions.find(({ signal }) => signal === id)
          if (at_most === undefined || line === undefined) continue
          const per = at_most.per === undefined ? Number.POSITIVE_INFINITY : durationMs(at_most.per)
          expect(largestPeriod(line, per)).toBeLessThanOrEqual(at_most.times)
        }
      }),
      RUNS,
    )
  })
})

describe('time, whatever the model and the person', { timeout: 60_000 }, () => {
  test('never raises a positive signal and never deepens a negative one', () => {
    const days = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(richModels, richPeople(0), days, (model, facts, passed) => {
        const scorer = compileModel(model)
        const quiet = model.document.signals.filter((each) => each.inactive_for !== undefined)
        const later = pointsBySignal(scorer.score(facts, new Date(AS_OF.getTime() + passed * DAY)))
        for (const [signal, points] of pointsBySignal(scorer.score(facts, AS_OF))) {
          if (signal.includes(':') || quiet.some(({ id }) => id === signal)) continue
          const left = later.get(signal) ?? 0
          expect(Math.abs(left)).toBeLessThanOrEqual(Math.abs(points))
          expect(left * points).toBeGreaterThanOrEqual(0)
        }
      }),
      RUNS,
    )
  })

  test('takes exactly away what is told as decayed', () => {
    fc.assert(
      fc.property(richModels, richPeople(), (model, facts) => {
        const { document } = model
        const lasting = document.signals.map((each) =>
          each.decay === undefined ? each : { ...each, decay: 'none' as const },
        )
        const unfaded = compileModel({ ...model, document: { ...document, signals: lasting } })
        const full = pointsBySignal(unfaded.score(facts, AS_OF))
        for (const line of compileModel(model).score(facts, AS_OF).contributions) {
          const { decay } = document.signals.find(({ id }) => id === line.signal) ?? {}
          if (decay === undefined) continue
          const before = Math.round((line.points + line.decayed) * 100) / 100
          expect(before).toBe(full.get(line.signal))
        }
      }),
      RUNS,
    )
  })
})

function pointsBySignal({ contributions }: Result): ReadonlyMap<string, number> {
  return new Map(contributions.map(({ signal, points }) => [signal, points]))
}
