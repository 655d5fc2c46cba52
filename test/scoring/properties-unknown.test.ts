import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Facts } from '../../src/scoring/result.ts'
import { modelFrom, richModels, richPeople } from './generated.ts'
import { condition, DOMAIN, FIELDS, type SignalParts } from './generated-signals.ts'
import { AS_OF } from './models.ts'

const RUNS = { numRuns: 2_000 }
type Person = Readonly<Record<string, number>>

const person: fc.Arbitrary<Person> = fc
  .record(
    { x: fc.constantFrom(...DOMAIN), y: fc.constantFrom(...DOMAIN), z: fc.constantFrom(...DOMAIN) },
    { requiredKeys: [] },
  )
  .map((known) => ({ ...known }))

/** A model of one signal and one gate that look at a condition. */
function asking(key: 'when' | 'unless', tree: SignalParts) {
  return compileModel(
    modelFrom({
      model: 'test',
      dimensions: { fit: { max: 100 } },
      signals: [{ id: 's', label: 'S', dimension: 'fit', points: 10, [key]: tree }],
      // biome-ignore lint/suspicious/noThenProperty: "then" is the word of the model language; nothing awaits it
      gates: [{ id: 'g', [key]: tree, then: { route: 'none', reason: 'No' } }],
      grades: { D: 0 },
      stages: { mql: { score: 50 } },
      tiers: { A: {} },
    }),
  )
}

function factsOf(known: Person): Facts {
  return { person: known, company: {}, activities: [] }
}

/** Everybody that somebody of whom only this is known may turn out to be. */
function completions(known: Person): Person[] {
  let all: Person[] = [known]
  for (const field of FIELDS) {
    if (known[field] !== undefined) continue
    all = all.flatMap((each) => DOMAIN.map((value) => ({ ...each, [field]: value })))
  }
  return all
}

/** What a tree of comparisons says of somebody of whom everything is known. */
function holds(tree: SignalParts, whole: Person): boolean {
  return Object.entries(tree).every(([key, operand]) => {
    // The generator writes a list of conditions after a connective, and a comparison after a field.
    if (!key.startsWith('person.')) return connect(key, operand as SignalParts[], whole)
    return compare(whole[key.slice('person.'.length)] ?? Number.NaN, operand as SignalParts)
  })
}

function connect(connective: string, branches: readonly SignalParts[], whole: Person): boolean {
  const truths = branches.map((branch) => holds(branch, whole))
  if (connective === 'all') return truths.every(Boolean)
  return truths.some(Boolean) === (connective === 'any')
}

type Comparisons = Readonly<Record<string, (value: number, operand: readonly number[]) => boolean>>

const COMPARISONS: Comparisons = {
  eq: (value, [operand]) => value === operand,
  gte: (value, [least = 0]) => value >= least,
  lt: (value, [end = 0]) => value < end,
  between: (value, [low = 0, high = 0]) => value >= low && value <= high,
  in: (value, operands) => operands.includes(value),
  not_in: (value, operands) => !operands.includes(value),
}

function compare(value: number, test: SignalParts): boolean {
  return Object.entries(test).every(([operator, operand]) =>
    // The generator writes a number or a list of numbers.
    COMPARISONS[operator]?.(value, [operand].flat() as number[]),
  )
}

describe('what is unknown, whatever the condition', { timeout: 60_000 }, () => {
  test('with everything known, a condition is what its words say', () => {
    const whole = fc.record({
      x: fc.constantFrom(...DOMAIN),
      y: fc.constantFrom(...DOMAIN),
      z: fc.constantFrom(...DOMAIN),
    })
    fc.assert(
      fc.property(condition, whole, (tree, known) => {
        const points = holds(tree, known) ? 10 : 0
        expect(asking('when', tree).score(factsOf(known), AS_OF).fit).toBe(points)
        expect(asking('unless', tree).score(factsOf(known), AS_OF).fit).toBe(10 - points)
      }),
      RUNS,
    )
  })

  test('`when` is credited only if it were credited whatever came out', () => {
    let credited = 0
    fc.assert(
      fc.property(condition, person, (tree, known) => {
        const scorer = asking('when', tree)
        const { fit, held, missing } = scorer.score(factsOf(known), AS_OF)
        expect(held.length).toBe(fit === 0 ? 0 : 1)
        if (fit === 0) return
        if (missing.length > 0) credited += 1
        for (const whole of completions(known)) expect(holds(tree, whole)).toBe(true)
      }),
      RUNS,
    )
    // Otherwise nothing was shown.
    expect(credited).toBeGreaterThan(20)
  })

  test('`unless` is withheld only if it were withheld whatever came out', () => {
    fc.assert(
      fc.property(condition, person, (tree, known) => {
        const { fit, held } = asking('unless', tree).score(factsOf(known), AS_OF)
        expect(held.length).toBe(fit === 0 ? 0 : 1)
        if (fit > 0) return
        for (const whole of completions(known)) expect(holds(tree, whole)).toBe(true)
      }),
      RUNS,
    )
  })

  test('where nothing at all is known, no `when` is credited, not even by none or not_in', () => {
    fc.assert(
      fc.property(condition, (tree) => {
        const { fit, missing, coverage } = asking('when', tree).score(factsOf({}), AS_OF)
        expect([fit, coverage]).toEqual([0, 0])
        const text = JSON.stringify(tree)
        const asked = FIELDS.map((field) => `person.${field}`).filter((each) => text.includes(each))
        expect(missing).toEqual(asked)
      }),
      RUNS,
    )
  })

  test('whatever comes out lies within the range that was told', () => {
    fc.assert(
      fc.property(richModels, richPeople(), person, (model, facts, more) => {
        const scorer = compileModel(model)
        const { reachable, score, missing } = scorer.score(facts, AS_OF)
        const filled = { ...more, ...facts.person }
        const ok = missing.includes('person.ok') ? { ok: true } : {}
        const later = scorer.score({ ...facts, person: { ...filled, ...ok } }, AS_OF)
        for (const each of [score, later.score]) {
          expect(each).toBeGreaterThanOrEqual(reachable.min)
          expect(each).toBeLessThanOrEqual(reachable.max)
        }
      }),
      RUNS,
    )
  })
})
