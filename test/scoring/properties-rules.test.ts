import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Facts, Result } from '../../src/scoring/result.ts'
import { modelFrom, richDocuments, richModels, richPeople } from './generated.ts'
import { AS_OF } from './models.ts'

const RUNS = { numRuns: 2_000 }

/** What the signals alone sum to: the total before any cap or weight. */
function uncapped({ contributions }: Result): number {
  return contributions
    .filter(({ signal }) => !signal.includes(':'))
    .reduce((sum, { points }) => sum + Math.round(points * 100), 0)
}

describe('one more signal, whatever the model and the person', { timeout: 60_000 }, () => {
  const more = fc.record({
    dimension: fc.constantFrom('fit', 'engagement', 'intent'),
    points: fc.integer({ min: 0, max: 50 }),
    on: fc.constantFrom('a', 'b', 'c'),
  })

  test('that is positive never lowers the total before caps', () => {
    fc.assert(
      fc.property(richDocuments, more, richPeople(), (document, signal, facts) => {
        const signals = [...document.signals, { id: 'more', label: 'More', ...signal }]
        const before = compileModel(modelFrom(document)).score(facts, AS_OF)
        const after = compileModel(modelFrom({ ...document, signals })).score(facts, AS_OF)
        expect(uncapped(after)).toBeGreaterThanOrEqual(uncapped(before))
      }),
      RUNS,
    )
  })

  test('that is positive never lowers the score', () => {
    fc.assert(
      fc.property(richDocuments, more, richPeople(), (document, signal, facts) => {
        const signals = [...document.signals, { id: 'more', label: 'More', ...signal }]
        const before = compileModel(modelFrom(document)).standing(facts, AS_OF)
        const after = compileModel(modelFrom({ ...document, signals })).standing(facts, AS_OF)
        expect(after.score).toBeGreaterThanOrEqual(before.score)
      }),
      RUNS,
    )
  })
})

describe('an activity that is retracted, whatever the model and the person', {
  timeout: 60_000,
}, () => {
  const fates = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })

  test('leaves nothing behind in any of the three ways to score', () => {
    fc.assert(
      fc.property(richModels, richPeople(), fates, (model, facts, stays) => {
        const left = { ...facts, activities: facts.activities.filter((_each, at) => stays[at]) }
        const never = JSON.stringify(threeWays(model, left))
        const scorer = compileModel(model)
        threeWays(model, facts, scorer)
        expect(JSON.stringify(threeWays(model, left, scorer))).toBe(never)
      }),
      RUNS,
    )
  })

  test('and is in no contribution', () => {
    fc.assert(
      fc.property(richModels, richPeople(), fates, (model, facts, stays) => {
        const left = facts.activities.filter((_each, at) => stays[at])
        const scorer = compileModel(model)
        scorer.score(facts, AS_OF)
        const { contributions } = scorer.score({ ...facts, activities: left }, AS_OF)
        const quoted = contributions.flatMap(({ because }) =>
          because.flatMap(({ activity }) => activity ?? []),
        )
        expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining(quoted))
      }),
      RUNS,
    )
  })

  function threeWays(
    model: Parameters<typeof compileModel>[0],
    facts: Facts,
    scorer = compileModel(model),
  ) {
    return [scorer.score(facts, AS_OF), scorer.standing(facts, AS_OF), scorer.itemise(facts, AS_OF)]
  }
})

describe('an activity that a later outcome replaces', { timeout: 60_000 }, () => {
  /** Registrations of the rich kinds, each for an event of its own, and one no-show. */
  const listening = {
    dimension: 'engagement',
    points: 10,
    on: 'a',
  }
  const kinds = fc.constantFrom(
    { at_most: { times: 1, per: '7d' } },
    { at_most: { times: 2 } },
    { repeated: { times: 2, within: '9d' } },
    { repeated: { times: 2, in_last: '9d' } },
    { decay: { half_life: '3d' } },
    { scale_by: 'share' },
  )

  test('is as if it had never been', () => {
    fc.assert(
      fc.property(kinds, richPeople(), fc.nat(), (kind, facts, pick) => {
        const scorer = compileModel(
          modelFrom({
            model: 'test',
            dimensions: { engagement: { max: 100 } },
            signals: [
              { id: 'registered', label: 'R', ...listening, ...kind },
              {
                id: 'missed',
                label: 'M',
                dimension: 'engagement',
                points: 0,
                on: 'd',
                replaces: 'a',
              },
            ],
            grades: { D: 0 },
            stages: { mql: { score: 50 } },
            tiers: { A: {} },
          }),
        )
        const registered = facts.activities.map((each) => ({
          ...each,
          type: 'a',
          attributes: { ...each.attributes, event: each.id },
        }))
        const lost = registered[pick % (registered.length || 1)]
        if (lost === undefined) return
        const missed = { ...lost, id: 'missed', type: 'd', at: AS_OF }
        const after = scorer.score({ ...facts, activities: [...registered, missed] }, AS_OF)
        const others = registered.filter((each) => each !== lost)
        const never = scorer.score({ ...facts, activities: others }, AS_OF)
        expect(after.contributions).toEqual(never.contributions)
      }),
      RUNS,
    )
  })
})
