import fc from 'fast-check'

/** A signal without id and label, as it stands in a model. */
export type SignalParts = Readonly<Record<string, unknown>>

/** The fields of a person that generated conditions ask for; their values are 0, 1, 2 and 3. */
export const FIELDS = ['x', 'y', 'z'] as const
export const DOMAIN = [0, 1, 2, 3] as const

const points = fc.integer({ min: 1, max: 6000 }).map((hundredths) => hundredths / 100)
const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => `${count}h`)
const type = fc.constantFrom('a', 'b', 'c')
const anyDimension = fc.constantFrom('fit', 'engagement', 'intent')
const mostlyEngagement = fc.constantFrom('fit', 'engagement', 'engagement', 'intent')
const sign = fc.constantFrom(1, 1, 1, -1)
const field = fc.constantFrom(...FIELDS).map((name) => `person.${name}`)
const value = fc.constantFrom(...DOMAIN)

const decay = fc.oneof(
  hours(1, 400).map((length) => ({ half_life: length })),
  hours(1, 400).map((length) => ({ linear: length })),
  hours(1, 400).map((length) => ({ window: length })),
  fc.record({ steps: fc.record({ every: hours(1, 200), lose: fc.constantFrom(0.1, 0.15, 0.5) }) }),
  fc.constant('none'),
)
const times = fc.integer({ min: 1, max: 3 })
const period = fc.record({ times, per: hours(1, 200) })
const limit = fc.option(period, { nil: undefined })
/** With limits for ever among them. */
const anyLimit = fc.option(fc.oneof(period, fc.record({ times })), { nil: undefined })
const repeated = fc.record({ times: fc.integer({ min: 2, max: 3 }), within: hours(1, 300) })

const atLeast: fc.Arbitrary<SignalParts> = fc
  .tuple(field, value)
  .map(([name, least]) => ({ [name]: { gte: least } }))

function signed<T extends { readonly points: number }>(part: fc.Arbitrary<T>, negative: boolean) {
  return fc
    .tuple(part, negative ? sign : fc.constant(1))
    .map(([each, factor]): SignalParts => ({ ...each, points: each.points * factor }))
}

const plainFact = signed(fc.record({ dimension: anyDimension, points, when: atLeast }), true)

function plainActivity(negative: boolean): fc.Arbitrary<SignalParts> {
  const part = fc.record({
    dimension: mostlyEngagement,
    points,
    on: type,
    decay,
    at_most: limit,
    repeated: fc.option(repeated, { nil: undefined, freq: 1 }),
  })
  return signed(part, negative)
}

const sequence: fc.Arbitrary<SignalParts> = fc.record({
  dimension: fc.constant('engagement'),
  points,
  sequence: fc.array(fc.record({ on: type }), { minLength: 2, maxLength: 3 }),
  within: hours(1, 300),
  decay,
  at_most: limit,
})

const quiet: fc.Arbitrary<SignalParts> = fc.record({
  dimension: fc.constant('engagement'),
  points: points.map((each) => -each),
  inactive_for: hours(1, 300),
})

/** The everyday kinds of signals. */
export function plainSignals(negative: boolean): fc.Arbitrary<SignalParts> {
  return fc.oneof(
    { weight: 2, arbitrary: plainFact },
    { weight: 4, arbitrary: plainActivity(negative) },
    { weight: 1, arbitrary: sequence },
    ...(negative ? [{ weight: 1, arbitrary: quiet }] : []),
  )
}

const comparison = fc.oneof(
  value.map((operand) => ({ eq: operand })),
  value.map((operand) => ({ gte: operand })),
  value.map((operand) => ({ lt: operand })),
  fc.tuple(value, value).map(([a, b]) => ({ between: [Math.min(a, b), Math.max(a, b)] })),
  fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((operands) => ({ in: operands })),
  fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((operands) => ({ not_in: operands })),
)

/** Conditions over FIELDS that compare, and so cannot be answered while a field is unknown. */
export const condition = fc.letrec<{ tree: SignalParts; leaf: SignalParts }>((tie) => ({
  leaf: fc.tuple(field, comparison).map(([name, test]) => ({ [name]: test })),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: tie('leaf') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom('all', 'any', 'none'),
          fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        )
        .map(([connective, branches]) => ({ [connective]: branches })),
    },
  ),
})).tree

const factTree = fc
  .tuple(fc.constantFrom('when', 'unless'), condition, anyDimension, points, sign)
  .map(
    ([key, tree, dimension, each, factor]): SignalParts => ({
      dimension,
      points: each * factor,
      [key]: tree,
    }),
  )

const narrowed = signed(
  fc.record({
    dimension: mostlyEngagement,
    points,
    on: type,
    where: fc.record({ kind: fc.constantFrom('k1', { in: ['k1', 'k2'] }, { not_in: ['k2'] }) }),
    decay,
    at_most: anyLimit,
  }),
  true,
)
const scaled = signed(
  fc.record({
    dimension: mostlyEngagement,
    points,
    on: type,
    scale_by: fc.constant('share'),
    decay,
  }),
  true,
)
const lonely = signed(
  fc.record({ dimension: mostlyEngagement, points, on: type, only: fc.constant(true), decay }),
  true,
)
const recent = signed(
  fc.record({
    dimension: mostlyEngagement,
    points,
    on: type,
    repeated: fc.record({ times: fc.integer({ min: 2, max: 3 }), in_last: hours(1, 300) }),
  }),
  true,
)
/** Only later letters replace earlier ones, so that nothing replaces itself in a ring. */
const replacing = signed(
  fc
    .record({
      dimension: mostlyEngagement,
      points,
      pair: fc.constantFrom(['b', 'a'], ['c', 'a'], ['c', 'b']),
      decay,
      at_most: anyLimit,
    })
    .map(({ pair: [on, replaces], ...rest }) => ({ ...rest, on, replaces })),
  true,
)

/** Every kind of signal that the language knows, with conditions on facts and attributes. */
export const richSignals: fc.Arbitrary<SignalParts> = fc.oneof(
  { weight: 4, arbitrary: plainSignals(true) },
  { weight: 2, arbitrary: factTree },
  { weight: 1, arbitrary: narrowed },
  { weight: 1, arbitrary: scaled },
  { weight: 1, arbitrary: lonely },
  { weight: 2, arbitrary: recent },
  { weight: 2, arbitrary: replacing },
)
