import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import type { Facts, Itemised, Result, Standing } from '../../src/scoring/result.ts'
import { modelFrom, richDocuments, richModels, richPeople } from './generated.ts'
import { AS_OF } from './models.ts'

const RUNS = { numRuns: 2_000 }

/** An order of the activities by random weights. */
const weights = fc.array(fc.double({ noNaN: true }), { minLength: 8, maxLength: 8 })

function shuffled(facts: Facts, order: readonly number[]): Facts {
  const weightOf = (activity: Facts['activities'][number]) =>
    order[facts.activities.indexOf(activity)] ?? 0
  return { ...facts, activities: facts.activities.toSorted((a, b) => weightOf(a) - weightOf(b)) }
}

/** The same facts, every object with its keys the other way around, as a database may hand them out. */
function turnedAround(facts: Facts): Facts {
  const turn = <T extends object>(map: T): T =>
    // Only the order of the keys changes.
    Object.fromEntries(Object.entries(map).reverse()) as T
  return turn({
    ...facts,
    person: turn(facts.person),
    activities: facts.activities.map((each) =>
      turn({ ...each, attributes: turn(each.attributes) }),
    ),
  })
}

function standingOf(result: Result | Itemised): Standing {
  const { score, fit, engagement, intent, grade, tier, stage, action } = result
  return { score, fit, engagement, intent, grade, tier, stage, action }
}

/** With its lines written out. */
function spread({ lines, ...standing }: Itemised) {
  const places = Array.from({ length: lines.length + 1 }, (_, place) => place)
  const looks = places.map((place) => [lines.signalAt(place), lines.pointsAt(place)])
  return { ...standing, lines: [...lines], looks }
}

function itemisedOf(result: Result): ReturnType<typeof spread> {
  const lines = result.contributions.map(({ because: _, ...line }) => line)
  const looks = [...lines.map(({ signal, points }) => [signal, points]), ['', 0]]
  return { ...standingOf(result), lines, looks }
}

describe('the three ways to score agree, whatever the model and the people', {
  timeout: 60_000,
}, () => {
  test('a standing is what the result says, also right after somebody else', () => {
    const everybody = fc.array(richPeople(), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(richModels, everybody, (model, list) => {
        const scorer = compileModel(model)
        // A scorer that has seen nobody else owes nothing to anybody else.
        const expected = list.map((facts) => standingOf(compileModel(model).score(facts, AS_OF)))
        expect(list.map((facts) => scorer.standing(facts, AS_OF))).toStrictEqual(expected)
      }),
      RUNS,
    )
  })

  test('the itemised sum has the lines of the result', () => {
    const everybody = fc.array(richPeople(), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(richModels, everybody, (model, list) => {
        const scorer = compileModel(model)
        const expected = list.map((facts) => itemisedOf(scorer.score(facts, AS_OF)))
        expect(list.map((facts) => spread(scorer.itemise(facts, AS_OF)))).toStrictEqual(expected)
      }),
      RUNS,
    )
  })

  test('what was handed out does not change when the next is scored', () => {
    fc.assert(
      fc.property(richModels, richPeople(), richPeople(), (model, facts, other) => {
        const scorer = compileModel(model)
        const held = [scorer.standing(facts, AS_OF), scorer.itemise(facts, AS_OF)]
        const before = JSON.stringify(held)
        scorer.standing(other, AS_OF)
        scorer.itemise(other, AS_OF)
        scorer.score(other, AS_OF)
        expect(JSON.stringify(held)).toBe(before)
      }),
      RUNS,
    )
  })
})

describe('the same input gives the same bytes, whatever the model and the person', {
  timeout: 60_000,
}, () => {
  test('in whatever order activities and keys come, and after anybody else', () => {
    fc.assert(
      fc.property(richModels, richPeople(), richPeople(), weights, (model, facts, other, order) => {
        const scorer = compileModel(model)
        const text = JSON.stringify(scorer.score(facts, AS_OF))
        expect(text).toContain('"nextChangeAt":')
        const others = shuffled(turnedAround(facts), order)
        expect(JSON.stringify(scorer.score(others, AS_OF))).toBe(text)
        scorer.standing(other, AS_OF)
        expect(JSON.stringify(scorer.score(facts, AS_OF))).toBe(text)
        expect(JSON.stringify(compileModel(model).score(facts, AS_OF))).toBe(text)
      }),
      RUNS,
    )
  })

  test('a generated model is what reading its text gives', () => {
    fc.assert(
      fc.property(richDocuments, (document) => {
        expect(parseModel(JSON.stringify(document))).toEqual({
          ok: true,
          model: modelFrom(document),
        })
      }),
      { numRuns: 100 },
    )
  })
})
