import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Model } from '../../src/scoring/language/parse.ts'
import type { Facts, Result, Scorer } from '../../src/scoring/result.ts'
import { writtenValues } from '../../src/scoring/written-values.ts'
import { models, people, richModels, richPeople } from './generated.ts'
import { AS_OF, DAY, factsOf, HOUR, MINUTE, modelOf, score, signals } from './models.ts'

/** What is written at `time` when nothing new happens after AS_OF. */
function replay(scorer: Scorer, facts: Facts, first: Result, time: number): string {
  const previous = { tier: first.tier, stage: first.stage }
  return written(scorer.score({ ...facts, previous }, new Date(time)))
}

function written(result: Result): string {
  return JSON.stringify(writtenValues(result))
}

/**
 * The first minute after AS_OF and before `end` at which something else would be written. Reasons and whole points
 * are all that is compared, so every minute is scored completely.
 */
function firstDifference(scorer: Scorer, facts: Facts, first: Result, end: number): number | null {
  const now = written(first)
  for (let time = AS_OF.getTime() + MINUTE; time < end; time += MINUTE) {
    if (replay(scorer, facts, first, time) !== now) return time
  }
  return null
}

/** Replays minute by minute up to the promised change, or for `horizon` ms; at the change something else is written. */
function expectPromiseKept(model: Model, facts: Facts, horizon: number): void {
  const scorer = compileModel(model)
  const first = scorer.score(facts, AS_OF)
  const end = AS_OF.getTime() + horizon
  const change = first.nextChangeAt === null ? end : Date.parse(first.nextChangeAt)
  expect(firstDifference(scorer, facts, first, Math.min(change, end))).toBeNull()
  if (change >= end) return
  expect(change).toBeGreaterThan(AS_OF.getTime())
  expect(replay(scorer, facts, first, change)).not.toBe(written(first))
}

describe('next_change_at, replayed minute by minute', () => {
  test.each([
    ['everyday models over two days', models(false), people(), 2 * DAY, 100],
    ['models with everything over two days', richModels, richPeople(2 * DAY), 2 * DAY, 100],
    ['models with everything over two hours', richModels, richPeople(2 * HOUR), 2 * HOUR, 2_000],
  ])(
    '%s',
    (_, model, somebody, horizon, numRuns) => {
      fc.assert(
        fc.property(model, somebody, (each, facts) => expectPromiseKept(each, facts, horizon)),
        { numRuns },
      )
    },
    60_000,
  )
})

describe('next_change_at', { timeout: 60_000 }, () => {
  /** Twenty moments, as shares of the time until the change. */
  const moments = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 20,
    maxLength: 20,
  })

  test('is the moment at which something else is written', () => {
    fc.assert(
      fc.property(richModels, richPeople(2 * DAY), (model, facts) => {
        const scorer = compileModel(model)
        const first = scorer.score(facts, AS_OF)
        fc.pre(first.nextChangeAt !== null)
        const change = Date.parse(first.nextChangeAt ?? '')
        expect(change).toBeGreaterThan(AS_OF.getTime())
        expect(replay(scorer, facts, first, change)).not.toBe(written(first))
      }),
      { numRuns: 2_000 },
    )
  })

  test('nothing changes before it, not even a millisecond before', () => {
    fc.assert(
      fc.property(richModels, richPeople(2 * DAY), moments, (model, facts, shares) => {
        const scorer = compileModel(model)
        const first = scorer.score(facts, AS_OF)
        const end =
          first.nextChangeAt === null
            ? 4000 * DAY
            : Date.parse(first.nextChangeAt) - AS_OF.getTime()
        fc.pre(end > 1)
        for (const share of [...shares, 1]) {
          const time = AS_OF.getTime() + Math.max(1, Math.floor((end - 1) * share))
          expect(replay(scorer, facts, first, time)).toBe(written(first))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  const change = (signal: string, activities: readonly Record<string, unknown>[], parts = {}) =>
    score(modelOf({ signals: signals(`dimension: engagement, ${signal}`), ...parts }), {
      activities,
    }).nextChangeAt
  const later = (ms: number) => new Date(AS_OF.getTime() + ms).toISOString()

  test('a window ends on the millisecond', () => {
    expect(
      change('id: s, points: 10, on: a, decay: { window: 30d }', [{ type: 'a', age: '29d' }]),
    ).toBe(later(DAY))
  })

  test('even the very next millisecond is seen', () => {
    const at = new Date(AS_OF.getTime() - 30 * DAY + 1).toISOString()
    expect(change('id: s, points: 10, on: a, decay: { window: 30d }', [{ type: 'a', at }])).toBe(
      later(1),
    )
  })

  test('a dip that heals is seen although the score is the same before and after', () => {
    const model = modelOf({
      signals: signals(
        'id: base, dimension: engagement, points: 50, on: a',
        'id: plus, dimension: engagement, points: 20, on: a, decay: { steps: { every: 12h, lose: 0.1 } }',
        'id: minus, dimension: engagement, points: -20, on: a, decay: { steps: { every: 24h, lose: 0.2 } }',
      ),
    })
    const scorer = compileModel(model)
    const facts = factsOf({ activities: [{ type: 'a', age: '0d' }] })
    const { score: now, nextChangeAt } = scorer.score(facts, AS_OF)
    const tomorrow = scorer.score(facts, new Date(AS_OF.getTime() + DAY))
    expect([now, tomorrow.score, nextChangeAt]).toEqual([50, 50, later(12 * HOUR)])
  })

  test.each([
    ['a tier', { tiers: '{ A: { engagement: 50.2 }, B: {} }' }],
    ['a stage', { stages: '{ mql: { engagement: 50.2 } }' }],
    [
      'a cell of the matrix',
      {
        matrix:
          '{ fit_high: 0, engagement_high: 50.2, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }',
      },
    ],
  ])('%s is lost between two whole points', (_name, parts) => {
    // 51 points on a line of 100 days: 50.49 today, 50.2 at day 1.57, written as 50 until day 2.95.
    const line = 'id: s, points: 51, on: a, decay: { linear: 100d }'
    expect(change(line, [{ type: 'a', age: '1d' }], parts)).toMatch(/^2026-11-21T1[34]/)
  })

  test('fit that fades takes the grade and the cell of the matrix with it', () => {
    const fading = 'id: s, dimension: fit, points: 51, on: a, decay: { linear: 100d }'
    const matrix =
      '{ fit_high: 50.2, engagement_high: 0, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }'
    for (const parts of [{ matrix }, { grades: '{ A: 50.2, D: 0 }' }]) {
      const model = modelOf({ signals: signals(fading), ...parts })
      expect(score(model, { activities: [{ type: 'a', age: '1d' }] }).nextChangeAt).toMatch(
        /^2026-11-21T1[34]/,
      )
    }
  })

  test('a stage within the hysteresis is not lost', () => {
    const line = 'id: s, points: 51, on: a, decay: { linear: 100d }'
    const activities = [{ type: 'a', age: '1d' }]
    expect(change(line, activities, { hysteresis: '0' })).toMatch(/^2026-11-21T23/)
    expect(change(line, activities, { hysteresis: '5' })).toMatch(/^2026-11-22T22/)
  })

  test('a step is taken on the millisecond', () => {
    const signal = 'id: s, points: 10, on: a, decay: { steps: { every: 7d, lose: 0.5 } }'
    expect(change(signal, [{ type: 'a', age: '1d' }])).toBe(later(6 * DAY))
  })

  test('silence costs again at the end of the next period', () => {
    const base = 'dimension: engagement, id: b, points: 50, on: a'
    const model = modelOf({
      signals: signals(base, 'id: q, dimension: engagement, points: -10, inactive_for: 30d'),
    })
    expect(score(model, { activities: [{ type: 'a', age: '31d' }] }).nextChangeAt).toBe(
      later(29 * DAY),
    )
  })

  test('silence costs nothing more once nothing is left', () => {
    const model = modelOf({
      signals: signals('id: q, dimension: engagement, points: -10, inactive_for: 30d'),
    })
    expect(score(model, { activities: [{ type: 'a', age: '31d' }] }).nextChangeAt).toBeNull()
  })

  test('a future activity changes things five minutes before it happens', () => {
    const at = later(2 * HOUR)
    expect(change('id: s, points: 10, on: a', [{ type: 'a', at }])).toBe(
      later(2 * HOUR - 5 * MINUTE),
    )
  })

  test('what never fades never changes', () => {
    expect(change('id: s, points: 10, on: a', [{ type: 'a', age: '9d' }])).toBeNull()
    expect(change('id: s, points: 10, on: a, decay: { half_life: 1d }', [])).toBeNull()
  })

  test('a signal that fades under a point leaves the reasons although a cap hides the points', () => {
    const model = modelOf({
      dimensions: '{ engagement: { max: 50 } }',
      signals: signals(
        'id: b, dimension: engagement, points: 90, on: a',
        'id: s, dimension: engagement, points: 2, on: a, decay: { linear: 100d }',
      ).replace('A label, id: s', 'Faint, id: s'),
    })
    const result = score(model, { activities: [{ type: 'a', age: '0d' }] })
    expect(result.nextChangeAt).toMatch(/^2027-01-10T0[5-9]/)
  })

  test('points above the cap fade for long without being news', () => {
    const signal = 'id: s, points: 50, on: a, decay: { half_life: 10d }'
    const many = Array.from({ length: 8 }, (_, id) => ({ type: 'a', id: `a${id}`, age: '0d' }))
    expect(change(signal, many)).toMatch(/^2026-12-11/)
  })

  test('a gate that was passed before is told once and then stays told', () => {
    const model = modelOf({
      signals: signals('id: s, dimension: engagement, points: 72, on: a'),
      gates: '[{ id: g, unless: { person.ok: true }, then: { stage_at_most: mql, reason: No } }]',
      hysteresis: '5',
    })
    const facts = { activities: [{ type: 'a', age: '0d' }], previous: { tier: 'A', stage: 'sql' } }
    expect(score(model, facts)).toMatchObject({ stage: 'mql', nextChangeAt: null })
  })
})
