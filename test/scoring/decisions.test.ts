import { describe, expect, test } from 'vitest'
import { modelOf, score, signals, sumOf } from './models.ts'

const PLAIN = signals(
  'id: fit, dimension: fit, points: 1, when: { person.never: true }',
  'id: eng, dimension: engagement, points: 100, on: done, scale_by: share',
)

/** Activities that make an engagement of `points`. */
function earning(points: number) {
  return [{ type: 'done', share: points / 100, age: '0d' }]
}

describe('grades', () => {
  const model = modelOf({
    signals: signals(
      'id: a, dimension: fit, points: 75, when: { person.x: a }',
      'id: b, dimension: fit, points: 74.99, when: { person.x: b }',
      'id: d, dimension: fit, points: 10, when: { person.x: d }',
    ),
    grades: '{ A: 75, B: 50, C: 25, D: 5 }',
  })
  test.each([
    ['a', 'A'],
    ['b', 'B'],
    ['d', 'D'],
    ['none of them', 'F'],
  ])('of %s is %s', (x, grade) => {
    expect(score(model, { person: { x } }).grade).toBe(grade)
  })
})

describe('hysteresis', () => {
  const model = modelOf({ signals: PLAIN, hysteresis: '5' })
  const cases: [number, string | undefined, string | undefined, string, string][] = [
    [75, undefined, undefined, 'sql', 'A'],
    [74.99, undefined, undefined, 'mql', 'B'],
    [70, 'sql', 'A', 'sql', 'A'],
    [69.99, 'sql', 'A', 'mql', 'B'],
    [70, 'mql', 'B', 'mql', 'B'],
    [45, 'sql', 'A', 'mql', 'B'],
    [45, 'mql', 'B', 'mql', 'B'],
    [45, 'nurture', 'C', 'nurture', 'C'],
    [44.99, 'mql', 'B', 'nurture', 'C'],
  ]
  test.each(cases)('%d after %s is %s', (points, stage, tier, nextStage, nextTier) => {
    const previous = stage === undefined ? {} : { previous: { stage, tier } }
    const result = score(model, { activities: earning(points), ...previous })
    expect(result).toMatchObject({ stage: nextStage, tier: nextTier })
  })

  test('a tier with its own threshold is kept too, and a tier the model no longer has is forgotten', () => {
    const tiers = modelOf({
      signals: PLAIN,
      hysteresis: '5',
      tiers: '{ hot: { score: 60 }, cold: { score: 10 } }',
    })
    const at = (points: number, tier: string) =>
      score(tiers, { activities: earning(points), previous: { stage: 'nurture', tier } }).tier
    expect([at(55, 'hot'), at(54.99, 'hot'), at(55, 'gone'), at(4, 'cold')]).toEqual([
      'hot',
      'cold',
      'cold',
      'none',
    ])
  })
})

describe('tiers', () => {
  const model = modelOf({
    signals: PLAIN,
    tiers:
      '{ A: { all: [{ score: 50 }, { engagement: 60 }] }, B: { any: [{ stage: mql }, { grade: C }] } }',
  })
  test.each([
    [60, 'A'],
    [55, 'B'],
    [40, 'none'],
  ])('%d points make %s', (points, tier) => {
    expect(score(model, { activities: earning(points) }).tier).toBe(tier)
  })
})

describe('combine', () => {
  const both = signals(
    'id: f, dimension: fit, points: 40, when: { person.x: 1 }',
    'id: e, dimension: engagement, points: 90, on: done',
    'id: i, dimension: intent, points: 10, on: surge',
  )
  const facts = {
    person: { x: 1 },
    activities: [
      { type: 'done', age: '0d' },
      { type: 'surge', age: '0d' },
    ],
  }
  test.each([
    ['sum', 100],
    ['separate', 100],
    ['{ weighted: { fit: 50, engagement: 50 } }', 65],
    ['{ weighted: { fit: 20, engagement: 40, intent: 40 } }', 54],
  ])('%s gives %d, and the contributions still sum to it', (combine, expected) => {
    const result = score(modelOf({ signals: both, combine }), facts)
    expect(result).toMatchObject({ score: expected, fit: 40, engagement: 90, intent: 10 })
    expect(sumOf(result)).toBe(expected)
  })

  test('separate leaves fit to the grade', () => {
    const result = score(modelOf({ signals: both, combine: 'separate' }), { person: { x: 1 } })
    expect(result).toMatchObject({ score: 0, fit: 40, grade: 'C' })
    expect(result.contributions.at(-1)).toMatchObject({ signal: 'weight:fit', points: -40 })
  })
})

describe('the matrix', () => {
  const matrix =
    '{ fit_high: 50, engagement_high: 40, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }'
  const model = modelOf({
    matrix,
    signals: signals(
      'id: f, dimension: fit, points: 50, when: { person.x: 1 }',
      'id: e, dimension: engagement, points: 30, on: done',
      'id: i, dimension: intent, points: 10, on: surge',
    ),
  })
  const done = { type: 'done', age: '0d' }
  const surge = { type: 'surge', age: '0d' }
  test.each([
    [1, [done, surge], 'route_now'],
    [1, [done], 'nurture'],
    [0, [done, surge], 'review'],
    [0, [], 'hold'],
  ])('fit %d with %j: %s', (x, activities, action) => {
    expect(score(model, { person: { x }, activities }).action).toBe(action)
  })

  const heldAt = (stage: string) =>
    `[{ id: g, unless: { person.authority: confirmed }, then: { stage_at_most: ${stage}, reason: Why } }]`

  test.each([
    ['mql', 'review'],
    ['disqualified', 'hold'],
  ])('whoever a gate holds at %s is not routed: %s', (stage, action) => {
    const sql = signals(
      'id: f, dimension: fit, points: 50, when: { person.x: 1 }',
      'id: e, dimension: engagement, points: 40, on: done',
    )
    const held = modelOf({ matrix, signals: sql, gates: heldAt(stage) })
    const person = { x: 1 }
    expect(score(held, { person, activities: [done] })).toMatchObject({ stage, action })
    const free = { person: { ...person, authority: 'confirmed' }, activities: [done] }
    expect(score(held, free)).toMatchObject({ stage: 'sql', action: 'route_now' })
  })

  test('a gate at the stage that is reached anyway takes nothing from what the matrix says', () => {
    const kept = modelOf({
      matrix: matrix.replace('low_high: review', 'low_high: route_now'),
      signals: PLAIN,
      gates: heldAt('mql'),
    })
    expect(score(kept, { activities: earning(60) })).toMatchObject({
      stage: 'mql',
      action: 'route_now',
    })
  })

  test.each([
    [80, 'route_now'],
    [60, 'review'],
    [10, 'nurture'],
  ])('without one, %d points: %s', (points, action) => {
    expect(score(modelOf({ signals: PLAIN }), { activities: earning(points) }).action).toBe(action)
  })
})

describe('gates', () => {
  const model = modelOf({
    signals: PLAIN,
    gates: `
  - { id: authority, unless: { person.authority: confirmed }, then: { stage_at_most: mql, reason: Authority unknown, ask: person.authority } }
  - { id: rival, when: { person.rival: true }, then: { grade_at_most: F, stage_at_most: disqualified, route: none, reason: Competitor } }`,
    routing: '[{ when: { person.region: EMEA }, to: emea }, { to: everybody-else }]',
  })
  const confirmed = { authority: 'confirmed' }

  test('what is not confirmed is not assumed', () => {
    expect(score(model, { activities: earning(90) })).toMatchObject({
      stage: 'mql',
      held: [{ gate: 'authority', ask: 'person.authority' }],
      missing: expect.arrayContaining(['person.authority']),
    })
  })

  test('a gate far above somebody is not mentioned', () => {
    expect(score(model, { activities: earning(20) }).held).toEqual([])
  })

  test('a confirmed field opens it', () => {
    expect(score(model, { person: confirmed, activities: earning(90) })).toMatchObject({
      stage: 'sql',
      held: [],
    })
  })

  test('disqualification wins over everything and hides milder gates', () => {
    const result = score(model, {
      person: { rival: true, region: 'EMEA' },
      activities: earning(90),
    })
    expect(result).toMatchObject({ grade: 'F', stage: 'disqualified', action: 'hold', route: null })
    expect(result.held.map(({ gate }) => gate)).toEqual(['rival'])
    expect(result.score).toBe(90)
  })

  test('`when` does not hold on what is unknown', () => {
    expect(score(model, { person: confirmed, activities: earning(90) }).grade).toBe('D')
  })

  test('the first route that holds wins', () => {
    expect(score(model, { person: { region: 'EMEA' } }).route).toBe('emea')
    expect(score(model, {}).route).toBe('everybody-else')
  })
})
