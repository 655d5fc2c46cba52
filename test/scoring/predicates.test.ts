import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { AS_OF, modelOf, score, signals } from './models.ts'

type Person = Readonly<Record<string, unknown>>

/** Whether a signal with this `when` counts for this person. */
function holds(condition: string, person: Person): boolean {
  const model = modelOf({
    signals: signals(`id: s, dimension: fit, points: 10, when: ${condition}`),
  })
  return score(model, { person }).fit === 10
}

const CASES: readonly [condition: string, person: Person, expected: boolean][] = [
  ['{ person.x: { gt: 5 } }', { x: 5.01 }, true],
  ['{ person.x: { gt: 5 } }', { x: '6' }, true],
  ['{ person.x: { gt: 5 } }', { x: '5' }, false],
  ['{ person.x: { lt: 5 } }', { x: 4.99 }, true],
  ['{ person.x: { lt: 5 } }', { x: 5 }, false],
  ['{ person.x: { lte: 5 } }', { x: 5 }, true],
  ['{ person.x: { lte: 5 } }', { x: 5.01 }, false],
  ['{ person.x: { gte: 5 } }', { x: 5 }, true],
  ['{ person.x: { gte: 5 } }', { x: 4.99 }, false],
  ['{ person.x: { gte: 5 } }', { x: ' 5 ' }, true],
  ['{ person.x: { gte: 5 } }', { x: '4.99' }, false],
  ['{ person.x: { between: [5, 7] } }', { x: 5 }, true],
  ['{ person.x: { between: [5, 7] } }', { x: '7' }, true],
  ['{ person.x: { between: [5, 7] } }', { x: '5' }, true],
  ['{ person.x: { between: [5, 7] } }', { x: '4.99' }, false],
  ['{ person.x: { between: [5, 7] } }', { x: '7.01' }, false],
  ['{ person.x: { between: [5, 7] } }', { x: 7.01 }, false],
  ['{ person.x: { exists: true } }', { x: 'a' }, true],
  ['{ person.x: { exists: true, eq: b } }', { x: 'a' }, false],
  ['{ person.x: { exists: false, eq: a } }', { x: 'a' }, false],
  ['{ person.x: { unknown: true, eq: a } }', { x: 'a' }, false],
  ['{ person.x: { ends_with: sales } }', { x: 'Sales lead' }, false],
  ['{ person.x: { starts_with: head, ends_with: sales } }', { x: 'Head of IT' }, false],
  ['{ person.x: { starts_with: vp, matches: "sales$" } }', { x: 'VP IT' }, false],
  ['{ person.x: { contains: b } }', { x: ['a', 'b'] }, true],
  ['{ person.x: { contains: b } }', { x: ['a', 'bb'] }, false],
  ['{ person.x: { eq: 5 } }', { x: ['4', '5'] }, true],
  ['{ person.x: { in: [5, a] } }', { x: '5.0' }, true],
  ['{ person.x: { in: [5, a] } }', { x: 'A' }, true],
  ['{ person.x: { in: [5, a] } }', { x: 6 }, false],
  ['{ person.x: true }', { x: true }, true],
  ['{ person.x: true }', { x: false }, false],
  ['{ person.x: true }', { x: 'true' }, true],
  ['{ person.x: { exists: true } }', { x: '\u007f' }, true],
  ['{ person.x: { exists: true } }', { x: '\u00a0' }, false],
  ['{ person.x: EMEA }', { x: ' emea ' }, true],
  ['{ person.x: { eq: EMEA } }', { x: 'APAC' }, false],
  ['{ person.x: 5 }', { x: 5 }, true],
  ['{ person.x: 5 }', { x: '5' }, true],
  ['{ person.x: "5" }', { x: 5 }, true],
  ['{ person.x: true }', { x: true }, true],
  ['{ person.x: true }', { x: 'True' }, true],
  ['{ person.x: true }', { x: false }, false],
  ['{ person.x: { in: [a, b] } }', { x: 'B' }, true],
  ['{ person.x: { in: [1, 2] } }', { x: '2' }, true],
  ['{ person.x: { in: [a, b] } }', { x: ['c', 'b'] }, true],
  ['{ person.x: { not_in: [a, b] } }', { x: 'c' }, true],
  ['{ person.x: { not_in: [a, b] } }', { x: ['c', 'b'] }, false],
  ['{ person.x: { not_in: [a, b] } }', {}, false],
  ['{ person.x: { gt: 5 } }', { x: 5 }, false],
  ['{ person.x: { gte: 5 } }', { x: 5 }, true],
  ['{ person.x: { lt: 5 } }', { x: 5 }, false],
  ['{ person.x: { lte: 5 } }', { x: '5' }, true],
  ['{ person.x: { between: [5, 9] } }', { x: 9 }, true],
  ['{ person.x: { between: [5, 9] } }', { x: 9.01 }, false],
  ['{ person.x: { gte: 1, lt: 5 } }', { x: 3 }, true],
  ['{ person.x: { gte: 5 } }', { x: 'about 10' }, false],
  ['{ person.x: { starts_with: Head } }', { x: 'head of sales' }, true],
  ['{ person.x: { ends_with: SALES } }', { x: 'Head of sales ' }, true],
  ['{ person.x: { contains: " of " } }', { x: 'Head of sales' }, true],
  ['{ person.x: { contains: BUDGET } }', { x: ['BUDGET_HOLDER'] }, false],
  ['{ person.x: { contains: budget_holder } }', { x: ['BUDGET_HOLDER'] }, true],
  ['{ person.x: { matches: "^vp\\\\b" } }', { x: 'VP Sales' }, true],
  ['{ person.x: { exists: true } }', { x: 0 }, true],
  ['{ person.x: { exists: true } }', { x: ' ' }, false],
  ['{ person.x: { exists: false } }', {}, true],
  ['{ person.x: { unknown: true } }', {}, true],
  ['{ person.x: { unknown: true } }', { x: 'a' }, false],
  ['{ person.x: { unknown: false } }', { x: 'a' }, true],
  ['{ person.x: { eq: "São Paulo" } }', { x: 'São Paulo'.normalize('NFD') }, true],
  ['{ all: [ { person.x: a }, { person.y: b } ] }', { x: 'a', y: 'b' }, true],
  ['{ person.x: a, person.y: b }', { x: 'a', y: 'c' }, false],
  ['{ any: [ { person.x: a }, { person.y: b } ] }', { y: 'b' }, true],
  ['{ any: [ { person.x: a }, { person.y: b } ] }', { y: 'c' }, false],
  ['{ none: [ { person.x: a }, { person.y: b } ] }', { x: 'c', y: 'c' }, true],
  ['{ none: [ { person.x: a }, { person.y: b } ] }', { x: 'c' }, false],
  ['{ none: [ { person.x: a }, { person.y: b } ] }', { x: 'a' }, false],
  ['{ none: [ { person.x: a }, { person.y: b } ] }', { y: 'c' }, false],
  ['{ person.x: { exists: true, gte: 5 } }', { x: 'about 10' }, false],
  ['{ person.x: { gt: 5, contains: about } }', { x: 'about 10' }, false],
  ['{ person.x: { exists: true, gte: 5, lt: 9 } }', { x: 7 }, true],
  ['{ none: [ { person.x: { exists: true, gte: 5 } } ] }', { x: 'about 10' }, false],
  ['{ none: [ { person.x: { gt: 5, starts_with: none } } ] }', { x: 'about 10' }, true],
  ['{ person.x: a, any: [ { person.y: b } ] }', { x: 'a', y: 'c' }, false],
  ['{ person.x: a, any: [ { person.y: b } ] }', { x: 'a', y: 'b' }, true],
  ['{ person.x: { eq: a, in: [a, b] } }', { x: 'b' }, false],
  ['{ person.x: { eq: a, in: [a, b] } }', { x: 'a' }, true],
  ['{ person.constructor: { exists: true } }', {}, false],
]

describe('a condition on facts', () => {
  test.each(CASES)('%s on %j is %j', (condition, person, expected) => {
    expect(holds(condition, person)).toBe(expected)
    // What is more than one test of one field is decided in another way.
    expect(holds(`{ all: [ ${condition} ] }`, person)).toBe(expected)
  })
})

test('a text comes to the same whatever others were asked before', () => {
  const model = modelOf({
    signals: signals(
      'id: boss, dimension: fit, points: 20, when: { person.title: { in: [CEO, Chef] } }',
    ),
  })
  const { standing } = compileModel(model)
  const fitOf = (title: string) =>
    standing({ person: { title }, company: {}, activities: [] }, AS_OF).fit
  const titles = ['ceo', 'Ceo', ' CHEF ', 'Chefin', 'Céo', 'C', 'constructor']
  const before = titles.map(fitOf)
  for (let number = 0; number < 1000; number++) fitOf(`Vice President ${number}`)
  expect([before, titles.map(fitOf), fitOf('cEO')]).toEqual([
    [20, 20, 20, 0, 0, 0, 0],
    [20, 20, 20, 0, 0, 0, 0],
    20,
  ])
})

describe('what is unknown', () => {
  const model = modelOf({
    signals: signals(
      'id: large, dimension: fit, points: 30, when: { company.employees: { gte: 1000 } }',
      'id: small, dimension: fit, points: -5, when: { company.employees: { lt: 10 } }',
      'id: boss, dimension: fit, points: 20, when: { person.seniority: c_level, person.region: EMEA }',
    ),
  })

  test('is listed, halves the coverage and widens the reachable range', () => {
    expect(score(model, { person: { region: 'EMEA' } })).toMatchObject({
      score: 0,
      missing: ['company.employees', 'person.seniority'],
      coverage: 0.33,
      reachable: { min: 0, max: 50 },
    })
  })

  test('counts one band of a field, not all of them', () => {
    const bands = modelOf({
      signals: signals(
        'id: a, dimension: fit, points: 30, when: { company.employees: { gte: 1000 } }',
        'id: b, dimension: fit, points: 20, when: { company.employees: { gte: 200, lt: 1000 } }',
        'id: c, dimension: fit, points: 10, when: { company.employees: { between: [50, 199] } }',
      ),
    })
    expect(score(bands, {}).reachable).toEqual({ min: 0, max: 30 })
  })

  test('cannot change what a known field has already decided', () => {
    const result = score(model, { person: { region: 'APAC' }, company: { employees: 50 } })
    expect(result).toMatchObject({ missing: ['person.seniority'], reachable: { min: 0, max: 0 } })
  })

  test('a signal on `unknown` may be lost when the field is filled in', () => {
    const penalty = modelOf({
      signals: signals(
        'id: base, dimension: fit, points: 30, when: { person.region: EMEA }',
        'id: blank, dimension: fit, points: -10, when: { person.title: { unknown: true } }',
      ),
    })
    expect(score(penalty, { person: { region: 'EMEA' } })).toMatchObject({
      score: 20,
      reachable: { min: 20, max: 30 },
    })
  })

  test('`unless` holds as long as nothing is confirmed', () => {
    const careful = modelOf({
      signals: signals(
        'id: s, dimension: fit, points: 10, unless: { person.email_kind: business }',
      ),
    })
    expect(score(careful, {})).toMatchObject({ fit: 10, reachable: { min: 0, max: 10 } })
    expect(score(careful, { person: { email_kind: 'free' } }).fit).toBe(10)
    expect(score(careful, { person: { email_kind: 'business' } }).fit).toBe(0)
  })

  test('nothing to ask means full coverage', () => {
    const blind = modelOf({ signals: signals('id: s, dimension: engagement, points: 10, on: a') })
    expect(score(blind, {})).toMatchObject({ coverage: 1, missing: [] })
  })
})

describe('conditions on activities', () => {
  test('an unknown attribute does not match, not even under none', () => {
    const model = modelOf({
      signals: signals(
        'id: s, dimension: engagement, points: 10, on: a, where: { none: [{ path: /careers }] }',
      ),
    })
    expect(score(model, { activities: [{ type: 'a', age: '1d' }] }).engagement).toBe(0)
    expect(score(model, { activities: [{ type: 'a', path: '/', age: '1d' }] }).engagement).toBe(10)
  })
})
