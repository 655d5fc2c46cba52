import { describe, expect, test } from 'vitest'
import { modelOf, score, signals } from './models.ts'

type Case = readonly [
  name: string,
  signals: readonly string[],
  person: Readonly<Record<string, unknown>>,
  range: readonly [min: number, max: number],
]

const BASE = 'id: base, points: 30, when: { person.base: true }'
const base = { base: true }

const CASES: readonly Case[] = [
  [
    'of two bands one is met',
    [
      'id: some, points: 20, when: { person.x: { gte: 10, lt: 20 } }',
      'id: many, points: 30, when: { person.x: { gte: 20 } }',
    ],
    {},
    [0, 30],
  ],
  ['below the lowest number', ['id: few, points: 20, when: { person.x: { lt: 5 } }'], {}, [0, 20]],
  ['above the highest', ['id: many, points: 20, when: { person.x: { gt: 9 } }'], {}, [0, 20]],
  ['between two', ['id: s, points: 20, when: { person.x: { gt: 5, lt: 6 } }'], {}, [0, 20]],
  ['a number itself', ['id: s, points: 20, when: { person.x: 7 }'], {}, [0, 20]],
  ['yes or no', ['id: s, points: 20, when: { person.x: true }'], {}, [0, 20]],
  ['anything else', ['id: s, points: 20, when: { person.x: { not_in: [a] } }'], {}, [0, 20]],
  [
    'a value that costs',
    [
      BASE,
      'id: good, points: 20, when: { person.x: a }',
      'id: bad, points: -5, when: { person.x: b }',
    ],
    base,
    [25, 50],
  ],
  [
    'what is asked for inside of a connective',
    [
      'id: one, points: 20, when: { any: [ { person.x: a }, { all: [ { person.x: c } ] } ] }',
      'id: other, points: 15, when: { person.x: b }',
    ],
    {},
    [0, 20],
  ],
  [
    'what is met until it is confirmed',
    ['id: s, points: 20, unless: { person.x: a }'],
    {},
    [0, 20],
  ],
  [
    'a search inside of a text counts by itself',
    [
      'id: vp, points: 10, when: { person.x: { contains: vp } }',
      'id: ceo, points: 15, when: { person.x: ceo }',
    ],
    {},
    [0, 25],
  ],
  [
    'what rests on several fields counts by itself',
    [
      'id: both, points: 20, when: { person.x: a, person.y: b }',
      'id: one, points: 5, when: { person.x: c }',
    ],
    {},
    [0, 25],
  ],
  [
    'but not once one of them rules it out',
    [
      'id: both, points: 20, when: { person.x: a, person.y: b }',
      'id: one, points: 5, when: { person.x: c }',
    ],
    { y: 'c' },
    [0, 5],
  ],
  [
    'what rests on several fields may cost',
    [BASE, 'id: both, points: -20, when: { person.x: a, person.y: b }'],
    base,
    [10, 30],
  ],
  [
    'what is known stays',
    ['id: a, points: 20, when: { person.x: a }', 'id: b, points: 15, when: { person.y: b }'],
    { x: 'a' },
    [20, 35],
  ],
  [
    'a field of the company is another one',
    ['id: a, points: 20, when: { person.x: a }', 'id: b, points: 15, when: { company.x: b }'],
    { x: 'c' },
    [0, 15],
  ],
]

describe('what the missing fields could make of a score', () => {
  test.each(CASES)('%s', (_name, lines, person, [min, max]) => {
    const model = modelOf({ signals: signals(...lines.map((line) => `dimension: fit, ${line}`)) })
    expect(score(model, { person }).reachable).toEqual({ min, max })
  })

  test('each dimension by itself, because each is clamped by itself', () => {
    const model = modelOf({
      signals: signals(
        'id: fit, dimension: fit, points: 20, when: { person.x: a }',
        'id: intent, dimension: intent, points: 15, when: { person.x: b }',
      ),
    })
    expect(score(model, {}).reachable).toEqual({ min: 0, max: 35 })
  })

  test('what shares a cap is taken at its best, up to the cap', () => {
    const grouped = (max: number) =>
      modelOf({
        signals: signals(
          'id: a, dimension: fit, points: 20, when: { person.x: a }',
          'id: b, dimension: fit, points: 20, when: { person.x: b }',
        ),
        groups: `[{ id: g, signals: [a, b], max: ${max} }]`,
      })
    expect(score(grouped(25), {}).reachable).toEqual({ min: 0, max: 25 })
    expect(score(grouped(90), {}).reachable).toEqual({ min: 0, max: 40 })
  })
})
