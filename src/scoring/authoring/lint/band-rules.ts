import type { FactValue } from '../../../leads/facts.ts'
import type { SignalDocument } from '../../language/model-schema.ts'
import { type ConditionDocument, fieldsOf, testsOf } from '../../language/predicate-document.ts'
import { operatorsOf } from '../condition-places.ts'
import { decidingValues, isSearch, operandsOf, probeConditions } from './probe.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const BAND_RULES: readonly Rule[] = [
  { name: 'overlapping-bands', severity: 'warning', check: overlapping },
  { name: 'stacked-bands', severity: 'hint', check: stacked },
]

/** A signal that asks one field, or one attribute of one activity type, for certain values. */
interface Band {
  readonly signal: SignalDocument
  readonly index: number
  /** The condition as one on `person.…`, so that it can be probed. */
  readonly condition: ConditionDocument
  /** The field as the probe knows it. */
  readonly field: string
}

/** Two bands that count together for some value. */
interface Overlap {
  readonly earlier: Band
  readonly later: Band
  readonly shared: FactValue
  /** One band lies wholly inside the other, as in "50 or more" and "200 or more". */
  readonly isNested: boolean
}

function overlapping(subject: Subject): Flaw[] {
  return overlapsOf(subject)
    .filter(({ isNested }) => !isNested)
    .map((overlap) =>
      flawOf(overlap, 'Let one end where the other begins, for example lt: 200 and gte: 200.'),
    )
}

function stacked(subject: Subject): Flaw[] {
  return overlapsOf(subject)
    .filter(({ isNested }) => isNested)
    .map((overlap) =>
      flawOf(overlap, 'If only one of them should count, give the wider one an upper end.'),
    )
}

function flawOf({ earlier, later, shared }: Overlap, remedy: string): Flaw {
  const { signal, index } = later
  const name = fieldsOf(signal.when ?? signal.where ?? {})[0] ?? later.field
  return {
    path: ['signals', index],
    message: `${signal.id} and ${earlier.signal.id} both count where ${name} is ${String(shared)}`,
    remedy,
  }
}

function overlapsOf({ document: { signals } }: Subject): Overlap[] {
  const bands = signals.flatMap(bandOf)
  const families = Map.groupBy(bands, ({ signal: { dimension, on, points }, field }) =>
    [dimension, on ?? '', field, Math.sign(points)].join(' '),
  )
  return [...families.values()].flatMap(overlapsWithin)
}

function bandOf(signal: SignalDocument, index: number): Band[] {
  const { when, where, on, points, repeated, only } = signal
  const asked = when ?? (on === undefined ? undefined : where)
  if (asked === undefined || points === 0 || repeated !== undefined || only) return []
  const [field, ...more] = fieldsOf(asked)
  const comparesValues = operandsOf(asked).every(([operator]) => isValueTest(operator))
  if (field === undefined || more.length > 0 || !comparesValues) return []
  // Conditions with connectives are rare and their names lie deeper; they are left alone.
  if (testsOf(asked).length !== 1 || Object.keys(asked).length !== 1) return []
  const probed = when === undefined ? `person.${field}` : field
  const condition = Object.fromEntries(
    testsOf(asked).map(([, test]) => [probed, operatorsOf(test)]),
  )
  return [{ signal, index, condition, field: probed }]
}

/** "Is known" overlaps with everything, on purpose. */
function isValueTest(operator: string): boolean {
  return !isSearch(operator) && operator !== 'exists' && operator !== 'unknown'
}

/** A value of the field, and which bands count for it. */
interface Trial {
  readonly value: FactValue
  readonly held: readonly boolean[]
}

/** Each band with the first earlier one that it overlaps. */
function overlapsWithin(bands: readonly Band[]): Overlap[] {
  const conditions = bands.map(({ condition }) => condition)
  const probe = probeConditions(conditions)
  const trials = decidingValues(conditions, false).flatMap((value): Trial[] => {
    return value === undefined ? [] : [{ value, held: probe(bands[0]?.field ?? '', value) }]
  })
  return bands.flatMap((later, b): Overlap[] => {
    const shared = trials.find(({ held }) => held[b] && held.indexOf(true) < b)
    const a = shared?.held.indexOf(true) ?? -1
    const earlier = bands[a]
    if (shared === undefined || earlier === undefined) return []
    return [{ earlier, later, shared: shared.value, isNested: isNested(trials, a, b) }]
  })
}

/** Two bands that hold for the same values are duplicates in other words, not one inside the other. */
function isNested(trials: readonly Trial[], a: number, b: number): boolean {
  const onlyEarlier = trials.some(({ held }) => held[a] && !held[b])
  const onlyLater = trials.some(({ held }) => held[b] && !held[a])
  return onlyEarlier !== onlyLater
}
