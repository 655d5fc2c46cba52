import { LIST_FACTS } from '../../../leads/fact-fields.ts'
import { compileDecay, type Fading } from '../../engine/decay.ts'
import { durationMs } from '../../language/duration.ts'
import { DIMENSIONS, type ModelDocument, type SignalDocument } from '../../language/model-schema.ts'
import { fieldsOf } from '../../language/predicate-document.ts'
import type { Vocabulary } from '../vocabulary.ts'
import { decidingValues, isSearch, operandsOf, probeConditions } from './probe.ts'

/** The most points that anybody can have, per dimension and in total, after every cap. Never too low. */
export interface Reach {
  readonly fit: number
  readonly engagement: number
  readonly intent: number
  readonly score: number
}

const MAX_SCORE = 100

export function reachOf(document: ModelDocument, vocabulary: Vocabulary): Reach {
  const most = { fit: 0, engagement: 0, intent: 0 }
  for (const name of DIMENSIONS) {
    const dimension = document.dimensions[name]
    if (dimension === undefined) continue
    const sum = sumOf([...groupSums(document, name), ...looseSums(document, name, vocabulary)])
    most[name] = Math.min(dimension.max, sum)
  }
  return { ...most, score: Math.min(MAX_SCORE, combined(document, most)) }
}

/** The most that an account can have, when as many people as there may be are as engaged as can be. */
export function accountReachOf({ accounts }: ModelDocument, { engagement, intent }: Reach): number {
  const { people, committee, cross_functional, company_fit } = accounts ?? {}
  const strongest = Math.max(1, ...Object.values(people?.weight_by_seniority ?? {}))
  const person = (engagement + intent) * strongest
  const everybody = person === 0 ? 0 : person / (1 - (people?.diminishing ?? 1))
  const together = Math.max(0, committee?.points ?? 0) + Math.max(0, cross_functional?.points ?? 0)
  return Math.min(MAX_SCORE, everybody + together + (company_fit?.max ?? 0))
}

function combined(
  { combine, dimensions }: ModelDocument,
  most: Readonly<Record<(typeof DIMENSIONS)[number], number>>,
): number {
  if (combine === 'sum') return most.fit + most.engagement + most.intent
  if (combine === 'separate') return most.engagement + most.intent
  return sumOf(
    DIMENSIONS.map((name) => {
      const max = dimensions[name]?.max
      return max === undefined ? 0 : (most[name] / max) * (combine.weighted[name] ?? 0)
    }),
  )
}

function groupSums(document: ModelDocument, dimension: string): number[] {
  return document.groups.flatMap((group) => {
    const members = document.signals.filter(({ id }) => group.signals.includes(id))
    if (members[0]?.dimension !== dimension) return []
    return [Math.min(group.max, sumOf(members.map((signal) => mostOf(signal, document))))]
  })
}

/** Signals in no group; of those that ask for different values of one field only one can count. */
function looseSums(document: ModelDocument, dimension: string, vocabulary: Vocabulary): number[] {
  const grouped = new Set(document.groups.flatMap(({ signals }) => signals))
  const loose = document.signals.filter(
    (signal) => signal.dimension === dimension && !grouped.has(signal.id),
  )
  const [byValue, others] = partition(loose, isDecidedByValue)
  const bands = Map.groupBy(byValue, ({ when = {} }) => fieldsOf(when)[0] ?? '')
  return [
    ...others.map((signal) => mostOf(signal, document)),
    ...[...bands].map(([field, signals]) => mostOfBands(field, signals, vocabulary)),
  ]
}

function partition<T>(list: readonly T[], holds: (each: T) => boolean): [T[], T[]] {
  return [list.filter(holds), list.filter((each) => !holds(each))]
}

/** Counts while one field has one of certain values. */
function isDecidedByValue({ when }: SignalDocument): boolean {
  if (when === undefined || fieldsOf(when).length !== 1) return false
  return operandsOf(when).every(([operator]) => !isSearch(operator))
}

function mostOfBands(
  field: string,
  signals: readonly SignalDocument[],
  vocabulary: Vocabulary,
): number {
  const conditions = signals.map(({ when = {} }) => when)
  const probe = probeConditions(conditions)
  let most = 0
  for (const value of decidingValues(conditions, canBeList(field, vocabulary))) {
    const held = probe(field, value)
    const sum = sumOf(signals.map(({ points }, index) => (held[index] ? points : 0)))
    most = Math.max(most, sum)
  }
  return most
}

/** A field that we do not know may be a multi-select. */
export function canBeList(field: string, { fields }: Vocabulary): boolean {
  return !fields.includes(field) || LIST_FACTS.includes(field)
}

/** The most that one signal by itself can earn. */
export function mostOf(signal: SignalDocument, { dimensions }: ModelDocument): number {
  const { points, on, sequence, repeated, at_most } = signal
  if (points <= 0) return 0
  if (on === undefined && sequence === undefined) return points
  const isOnce = sequence !== undefined || repeated !== undefined
  if (at_most === undefined) return isOnce ? points : Number.POSITIVE_INFINITY
  if (at_most.per === undefined) return points * at_most.times
  const home = DIMENSIONS.find((name) => name === signal.dimension)
  const inherited = home === undefined ? undefined : dimensions[home]?.decay
  const decay = compileDecay(signal.decay ?? inherited)
  return points * mostOccurrences(at_most.times, durationMs(at_most.per), decay)
}

/** Older periods than this many are not added up: such a signal has no limit worth naming. */
const MOST_PERIODS = 5_000
const FADED = 1e-6

/**
 * How many fresh occurrences a limited signal is worth at most. The n-th period before the current one began
 * at least n periods ago; all but its first occurrence may lie at its end.
 */
function mostOccurrences(times: number, per: number, { share }: Fading): number {
  let sum = times
  for (let n = 1; n <= MOST_PERIODS; n++) {
    const atEnd = share((n - 1) * per)
    if (atEnd < FADED) return sum
    sum += share(n * per) + (times - 1) * atEnd
  }
  return Number.POSITIVE_INFINITY
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
