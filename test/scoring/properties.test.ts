import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Facts } from '../../src/scoring/result.ts'
import { models, people } from './generated.ts'
import { AS_OF, DAY, modelOf, sumOf } from './models.ts'

const RUNS = { numRuns: 300 }

describe('whatever the model and the person', () => {
  test('the contributions sum exactly to the score, and those of a dimension to it', () => {
    fc.assert(
      fc.property(models(true), people(), (model, facts) => {
        const result = compileModel(model).score(facts, AS_OF)
        expect(sumOf(result)).toBe(result.score)
        for (const dimension of ['fit', 'engagement', 'intent'] as const) {
          const contributions = result.contributions.filter((each) => each.dimension === dimension)
          expect(sumOf({ ...result, contributions })).toBe(result[dimension])
        }
      }),
      RUNS,
    )
  })

  test('what the activities of a contribution earned sums to it', () => {
    fc.assert(
      fc.property(models(true), people(), (model, facts) => {
        for (const { because, points } of compileModel(model).score(facts, AS_OF).contributions) {
          const earned = because.filter(({ activity }) => activity !== undefined)
          if (earned.length === 0) continue
          const sum = earned.reduce(
            (total, each) => total + Math.round((each.points ?? 0) * 100),
            0,
          )
          expect(sum / 100).toBe(points)
        }
      }),
      RUNS,
    )
  })

  test('every cap holds, and no number has more than two decimals', () => {
    fc.assert(
      fc.property(models(true), people(), (model, facts) => {
        const result = compileModel(model).score(facts, AS_OF)
        const { dimensions } = model.document
        for (const dimension of ['fit', 'engagement', 'intent'] as const) {
          expect(result[dimension]).toBeGreaterThanOrEqual(0)
          expect(result[dimension]).toBeLessThanOrEqual(dimensions[dimension]?.max ?? 0)
        }
        expect(result.score).toBeLessThanOrEqual(100)
        for (const { points, decayed } of result.contributions) {
          expect([points, decayed]).toEqual([Number(points.toFixed(2)), Number(decayed.toFixed(2))])
        }
      }),
      RUNS,
    )
  })

  test('time never raises a positive signal and never deepens a negative one', () => {
    fc.assert(
      fc.property(
        models(true),
        people(0),
        fc.integer({ min: 1, max: 60 }),
        (model, facts, days) => {
          const scorer = compileModel(model)
          const quiet = model.document.signals.filter((each) => each.inactive_for !== undefined)
          const later = scorer.score(facts, new Date(AS_OF.getTime() + days * DAY))
          const pointsLater = new Map(
            later.contributions.map(({ signal, points }) => [signal, points]),
          )
          for (const { signal, points } of scorer.score(facts, AS_OF).contributions) {
            if (signal.includes(':') || quiet.some(({ id }) => id === signal)) continue
            expect(Math.abs(pointsLater.get(signal) ?? 0)).toBeLessThanOrEqual(Math.abs(points))
          }
        },
      ),
      RUNS,
    )
  })

  test('the order of the activities is irrelevant, and the same input gives the same bytes', () => {
    fc.assert(
      fc.property(
        models(true),
        people(),
        fc.infiniteStream(fc.double({ noNaN: true })),
        (model, facts, order) => {
          const weights = new Map(facts.activities.map(({ id }) => [id, order.next().value ?? 0]))
          const weight = ({ id }: { id: string }) => weights.get(id) ?? 0
          const shuffled = facts.activities.toSorted((a, b) => weight(a) - weight(b))
          const scorer = compileModel(model)
          const text = JSON.stringify(scorer.score(facts, AS_OF))
          expect(JSON.stringify(scorer.score({ ...facts, activities: shuffled }, AS_OF))).toBe(text)
          expect(JSON.stringify(compileModel(model).score(facts, AS_OF))).toBe(text)
          expect(text).toContain('"nextChangeAt":')
        },
      ),
      RUNS,
    )
  })

  test('scoring somebody leaves no trace on the next', () => {
    fc.assert(
      fc.property(models(true), people(), people(), (model, facts, other) => {
        const scorer = compileModel(model)
        const alone = JSON.stringify(scorer.score(facts, AS_OF))
        scorer.score(other, AS_OF)
        expect(JSON.stringify(scorer.score(facts, AS_OF))).toBe(alone)
      }),
      { numRuns: 100 },
    )
  })

  test('filling in what is missing stays within the reachable range', () => {
    fc.assert(
      fc.property(
        models(true),
        people(),
        fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 3, maxLength: 3 }),
        (model, facts, fillings) => {
          const scorer = compileModel(model)
          const { reachable, score, missing } = scorer.score(facts, AS_OF)
          const person: Record<string, number | boolean> = {}
          for (const [index, name] of ['x', 'y', 'z'].entries()) {
            if (missing.includes(`person.${name}`)) person[name] = fillings[index] ?? 0
          }
          const filled = scorer.score({ ...facts, person: { ...facts.person, ...person } }, AS_OF)
          for (const each of [score, filled.score]) {
            expect(each).toBeGreaterThanOrEqual(reachable.min)
            expect(each).toBeLessThanOrEqual(reachable.max)
          }
        },
      ),
      RUNS,
    )
  })
})

describe('rules', () => {
  const RULES = `
  - { id: large, label: L, dimension: fit, points: 30, when: { company.employees: { gte: 1000 } } }
  - { id: small, label: S, dimension: fit, points: -30, when: { company.employees: { lt: 10 } } }
  - { id: demo, label: D, dimension: engagement, points: 50, on: a, decay: { half_life: 9d }, at_most: { times: 1, per: 7d } }
  - { id: registered, label: R, dimension: engagement, points: 10, on: b }
  - { id: attended, label: A, dimension: engagement, points: 25, on: c, replaces: b }`
  const model = modelOf({ signals: RULES })
  /** Contributions of signals alone: the total before any cap. */
  const uncapped = (rules: string, facts: Facts) => {
    const result = compileModel(modelOf({ signals: rules })).score(facts, AS_OF)
    const contributions = result.contributions.filter(({ signal }) => !signal.includes(':'))
    return sumOf({ ...result, contributions })
  }

  test('one more positive signal never lowers the total before caps', () => {
    fc.assert(
      fc.property(
        people(),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom('a', 'b', 'c'),
        (facts, points, on) => {
          const more = `${RULES}\n  - { id: more, label: M, dimension: fit, points: ${points}, on: ${on} }`
          expect(uncapped(more, facts)).toBeGreaterThanOrEqual(uncapped(RULES, facts))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('an activity that is retracted is as if it had never been', () => {
    fc.assert(
      fc.property(people(), fc.nat(), (facts, pick) => {
        const scorer = compileModel(model)
        const never = facts.activities.filter(
          (_each, index) => index !== pick % (facts.activities.length || 1),
        )
        const before = JSON.stringify(scorer.score({ ...facts, activities: never }, AS_OF))
        scorer.score(facts, AS_OF)
        const retracted = new Set(facts.activities).difference(new Set(never))
        const after = facts.activities.filter((each) => !retracted.has(each))
        expect(JSON.stringify(scorer.score({ ...facts, activities: after }, AS_OF))).toBe(before)
      }),
      { numRuns: 100 },
    )
  })

  test('a registration that a no-show takes back is as if it had never been', () => {
    const webinars = modelOf({
      signals: `
  - { id: registered, label: R, dimension: engagement, points: 10, on: b, at_most: { times: 1, per: 7d } }
  - { id: missed, label: M, dimension: engagement, points: 0, on: d, replaces: b }`,
    })
    fc.assert(
      fc.property(people(), fc.nat(), (facts, pick) => {
        const registered = facts.activities.map((each) => ({
          ...each,
          type: 'b',
          attributes: { event: each.id },
        }))
        const lost = registered[pick % (registered.length || 1)]
        if (lost === undefined) return
        const missed = { ...lost, id: 'missed', type: 'd', at: AS_OF }
        const score = (activities: Facts['activities']) =>
          compileModel(webinars).score({ ...facts, activities }, AS_OF).contributions
        expect(score([...registered, missed])).toEqual(
          score(registered.filter((each) => each !== lost)),
        )
      }),
      { numRuns: 100 },
    )
  })

  test('what is unknown never counts as false', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('gte: 5', 'lt: 5', 'not_in: [1, 2]', 'in: [1, 2]', 'eq: 1'),
        (operator) => {
          const asked = (connective: string) =>
            modelOf({
              signals: `\n  - { id: s, label: S, dimension: fit, points: 10, when: { ${connective}: [{ person.x: { ${operator} } }] } }`,
            })
          const nobody: Facts = { person: {}, company: {}, activities: [] }
          for (const connective of ['all', 'any', 'none']) {
            const result = compileModel(asked(connective)).score(nobody, AS_OF)
            expect(result).toMatchObject({ fit: 0, missing: ['person.x'], coverage: 0 })
            expect(result.reachable).toEqual({ min: 0, max: 10 })
          }
        },
      ),
    )
  })
})
