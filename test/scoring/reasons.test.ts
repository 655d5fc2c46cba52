import { describe, expect, test } from 'vitest'
import { modelOf, score } from './models.ts'

describe('the reasons of a score', () => {
  const model = modelOf({
    signals: `
  - { id: small, label: Small, dimension: fit, points: 5, when: { person.small: true } }
  - { id: bad, label: Bad, dimension: fit, points: -10, when: { person.bad: true } }
  - { id: large, label: Large, dimension: fit, points: 30, when: { person.large: true } }
  - { id: quiet, label: Quiet, dimension: engagement, points: -15, inactive_for: 30d }
  - { id: worse, label: Worse, dimension: fit, points: -20, when: { person.worse: true } }
  - { id: old, label: Old, dimension: engagement, points: 40, on: asked, decay: { half_life: 40d } }
  - { id: again, label: Large, dimension: fit, points: 2, when: { person.again: true } }`,
    gates:
      '[{ id: g, when: { person.held: true }, then: { stage_at_most: nurture, reason: Why not } }]',
  })
  const asked = (age: string) => [{ type: 'asked', age }]
  const reasons = (person: Record<string, boolean>, age = '40d') =>
    score(model, { person, activities: asked(age) }).reasons

  test('what speaks for somebody comes first, then what speaks against, the strongest of each first', () => {
    const everything = { small: true, large: true, bad: true, worse: true }
    expect(reasons(everything, '1d')).toEqual(['Old', 'Large', 'Small', 'Worse', 'Bad'])
  })

  test('what fades keeps its place, and what silence costs has that of all it may cost', () => {
    const everything = { small: true, large: true, bad: true, worse: true }
    const expected = ['Old', 'Large', 'Small', 'Worse', 'Quiet', 'Bad']
    expect(reasons(everything, '40d')).toEqual(expected)
    expect(reasons(everything, '100d')).toEqual(expected)
  })

  test('what a gate holds back comes before everything', () => {
    expect(reasons({ held: true, large: true }, '1d')).toEqual([
      'Held as nurture: Why not',
      'Old',
      'Large',
    ])
  })

  test('one label is one reason', () => {
    expect(reasons({ large: true, again: true, small: true }, '1d')).toEqual([
      'Old',
      'Large',
      'Small',
    ])
  })

  test.each([
    [1, ['S']],
    [0.99, []],
    [-0.99, []],
    [-1, ['S']],
  ])('%d points: %j', (points, expected) => {
    const one = modelOf({
      signals: `[{ id: s, label: S, dimension: fit, points: ${points}, when: { person.x: 1 } }]`,
    })
    expect(score(one, { person: { x: 1 } }).reasons).toEqual(expected)
  })
})
