import fc from 'fast-check'
import type { Facts, ScoredActivity } from '../../src/scoring/result.ts'
import { AS_OF, DAY, HOUR, MINUTE, modelOf } from './models.ts'

/** A random signal in one line of YAML; `s0`, `s1`… by its place. */
type Line = (index: number) => string

const points = fc.integer({ min: 1, max: 6000 }).map((hundredths) => hundredths / 100)
const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => `${count}h`)

const decay = fc.oneof(
  hours(1, 400).map((length) => `{ half_life: ${length} }`),
  hours(1, 400).map((length) => `{ linear: ${length} }`),
  hours(1, 400).map((length) => `{ window: ${length} }`),
  fc
    .tuple(hours(1, 200), fc.constantFrom(0.1, 0.15, 0.5))
    .map(([every, lose]) => `{ steps: { every: ${every}, lose: ${lose} } }`),
  fc.constant('none'),
)
const type = fc.constantFrom('a', 'b', 'c')
const dimension = fc.constantFrom('fit', 'engagement', 'intent')

const factSignal: fc.Arbitrary<Line> = fc
  .tuple(
    dimension,
    points,
    fc.boolean(),
    fc.constantFrom('x', 'y', 'z'),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(
    ([home, value, negative, field, at]) =>
      (index) =>
        `{ id: s${index}, label: S${index}, dimension: ${home}, points: ${negative ? -value : value}, when: { person.${field}: { gte: ${at} } } }`,
  )

const limit = fc.option(
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), hours(1, 200))
    .map(([times, per]) => `, at_most: { times: ${times}, per: ${per} }`),
  { nil: '' },
)
const repeated = fc.option(
  fc
    .tuple(fc.integer({ min: 2, max: 3 }), hours(1, 300))
    .map(([times, within]) => `, repeated: { times: ${times}, within: ${within} }`),
  { nil: '', freq: 1 },
)

function activitySignal(sign: fc.Arbitrary<1 | -1>): fc.Arbitrary<Line> {
  return fc
    .tuple(
      fc.constantFrom('fit', 'engagement', 'engagement', 'intent'),
      points,
      sign,
      type,
      decay,
      limit,
      repeated,
    )
    .map(
      ([home, value, signed, on, fading, atMost, again]) =>
        (index) =>
          `{ id: s${index}, label: S${index}, dimension: ${home}, points: ${signed * value}, on: ${on}, decay: ${fading}${atMost}${again} }`,
    )
}

const sequenceSignal: fc.Arbitrary<Line> = fc
  .tuple(points, type, type, hours(1, 300), decay, limit)
  .map(
    ([value, first, second, within, fading, atMost]) =>
      (index) =>
        `{ id: s${index}, label: S${index}, dimension: engagement, points: ${value}, sequence: [{ on: ${first} }, { on: ${second} }], within: ${within}, decay: ${fading}${atMost} }`,
  )

const quietSignal: fc.Arbitrary<Line> = fc.tuple(points, hours(1, 300)).map(
  ([value, period]) =>
    (index) =>
      `{ id: s${index}, label: S${index}, dimension: engagement, points: ${-value}, inactive_for: ${period} }`,
)

const combine = fc.constantFrom(
  'sum',
  'separate',
  '{ weighted: { fit: 50, engagement: 50 } }',
  '{ weighted: { fit: 30, engagement: 60, intent: 10 } }',
)
const hysteresis = fc.constantFrom(0, 0, 5)
const max = fc.constantFrom(30, 60, 100)

/** Random models; without negative activity signals each score only falls between activities. */
export function models(withNegative: boolean) {
  const sign = withNegative ? fc.constantFrom<1 | -1>(1, 1, 1, -1) : fc.constant<1>(1)
  const signal = fc.oneof(
    { weight: 2, arbitrary: factSignal },
    { weight: 4, arbitrary: activitySignal(sign) },
    { weight: 1, arbitrary: sequenceSignal },
    ...(withNegative ? [{ weight: 1, arbitrary: quietSignal }] : []),
  )
  return fc
    .tuple(fc.array(signal, { minLength: 1, maxLength: 6 }), combine, hysteresis, max, fc.boolean())
    .map(([lines, how, slack, most, grouped]) => {
      const written = lines.map((line, index) => line(index))
      const member = written.findIndex((line) => line.includes('dimension: engagement'))
      return modelOf({
        dimensions: `{ fit: { max: 100 }, engagement: { max: ${most} }, intent: { max: 40 } }`,
        combine: how,
        hysteresis: String(slack),
        signals: written.map((line) => `\n  - ${line}`).join(''),
        groups: grouped && member >= 0 ? `[{ id: g, signals: [s${member}], max: 20 }]` : '[]',
        gates:
          '[{ id: gate, unless: { person.ok: true }, then: { stage_at_most: mql, reason: Not confirmed } }]',
        stages: '{ mql: { score: 20 }, sql: { score: 40, grade: C } }',
        tiers:
          '{ A: { stage: sql }, B: { any: [{ stage: mql }, { engagement: 30.25 }] }, C: { score: 5 } }',
        matrix:
          '{ fit_high: 20.25, engagement_high: 15.25, high_high: route_now, high_low: nurture, low_high: review, low_low: hold }',
      })
    })
}

const value = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined })
const person = fc
  .record({ x: value, y: value, z: value, ok: fc.constantFrom(true, undefined) })
  .map((facts) => JSON.parse(JSON.stringify(facts)) as Facts['person'])

/** Activities on whole minutes, from three weeks ago to `ahead` ms after AS_OF. */
function activities(ahead: number): fc.Arbitrary<ScoredActivity[]> {
  const minute = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: (-21 * DAY) / MINUTE, max: ahead / MINUTE }) },
    // Same moments, so that ties happen.
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 0 }).map((days) => (days * DAY) / MINUTE) },
  )
  return fc.array(fc.tuple(type, minute), { maxLength: 8 }).map((list) =>
    list.map(([kind, at], index) => ({
      id: `act${index}`,
      type: kind,
      at: new Date(AS_OF.getTime() + at * MINUTE),
      attributes: {},
    })),
  )
}

const previous = fc.option(
  fc.record({
    tier: fc.constantFrom('A', 'B', 'C', 'none'),
    stage: fc.constantFrom('sql' as const, 'mql' as const, 'nurture' as const),
  }),
  { nil: undefined },
)

export function people(ahead = 2 * HOUR): fc.Arbitrary<Facts> {
  return fc.tuple(person, activities(ahead), previous).map(([facts, done, before]) => ({
    person: facts,
    company: {},
    activities: done,
    ...(before && { previous: before }),
  }))
}
