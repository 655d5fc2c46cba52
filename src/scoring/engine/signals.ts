import type { FactValue } from '../../leads/facts.ts'
import type { ActivityAttributes } from '../../leads/records.ts'
import { durationMs } from '../language/duration.ts'
import { readAttribute, readField } from '../language/field-path.ts'
import {
  DIMENSIONS,
  type DimensionName,
  type ModelDocument,
  type SignalDocument,
} from '../language/model-schema.ts'
import { type ConditionDocument, fieldsOf } from '../language/predicate-document.ts'
import { orderByReplacement, targetsOf } from '../language/replacement.ts'
import type { Facts } from '../result.ts'
import { compileDecay, type Decay, noDecay } from './decay.ts'
import {
  type AtMost,
  completedRuns,
  completedSequences,
  limiter,
  type Moment,
  type StepMoment,
} from './occurrences.ts'
import { toHundredths } from './points.ts'
import { compileCondition, FALSE, not, numberOf, type Predicate, TRUE } from './predicate.ts'

/** What every signal has. `index` is its place in the model and in every vector of values. */
export interface Signal {
  readonly index: number
  readonly id: string
  readonly label: string
  readonly dimension: DimensionName
  /** Hundredths of a point for one occurrence. */
  readonly points: number
}

interface FieldReader {
  readonly field: string
  readonly read: (facts: Facts) => FactValue | undefined
}

export interface FactSignal extends Signal {
  /** The condition is met. For `unless` an unknown condition counts as met: what is not confirmed is not assumed. */
  readonly isMet: Predicate<Facts>
  /** The same while unknown fields may still be filled in: unknown where that could decide it. */
  readonly couldBeMet: Predicate<Facts>
  readonly fields: readonly FieldReader[]
  readonly condition: ConditionDocument
}

export interface ActivitySignal extends Signal {
  readonly decay: Decay
  /** Nothing that it earns ever fades. */
  readonly isLasting: boolean
  readonly isOnly: boolean
  /** Indexes of the signals whose occurrences of the same event it takes away. */
  readonly replaces: readonly number[]
  /** 0..1 of the points, by the activity's attribute. */
  readonly scale: (attributes: ActivityAttributes) => number
  /** Which of the matches count: after `at_most`, `repeated` and `sequence`. */
  readonly count: (matches: readonly StepMoment[]) => readonly Moment[]
}

interface QuietSignal extends Signal {
  /** Whole periods of this length (ms) since the last activity count. */
  readonly period: number
}

/** Something that an activity of one type can match. */
interface Listener {
  readonly signal: number
  readonly step: number
  readonly matches: (attributes: ActivityAttributes) => boolean
}

export interface Signals {
  readonly all: readonly Signal[]
  readonly facts: readonly FactSignal[]
  /** Who replaces comes before what is replaced. */
  readonly activities: readonly ActivitySignal[]
  readonly quiet: readonly QuietSignal[]
  readonly listeners: ReadonlyMap<string, readonly Listener[]>
}

export function compileSignals(document: ModelDocument): Signals {
  const { signals } = document
  const all = signals.map(compileSignal)
  return {
    all,
    facts: all.flatMap((signal, index) => compileFactSignal(signal, signals[index])),
    activities: compileActivitySignals(all, document),
    quiet: all.flatMap((signal, index) => compileQuiet(signal, signals[index])),
    listeners: compileListeners(signals),
  }
}

function compileFactSignal(signal: Signal, document: SignalDocument | undefined): FactSignal[] {
  const { when, unless } = document ?? {}
  if (when !== undefined) return [compileWhen(signal, when)]
  return unless === undefined ? [] : [compileUnless(signal, unless)]
}

function compileQuiet(signal: Signal, document: SignalDocument | undefined): QuietSignal[] {
  const length = document?.inactive_for
  return length === undefined ? [] : [{ ...signal, period: durationMs(length) }]
}

function compileActivitySignals(all: readonly Signal[], document: ModelDocument): ActivitySignal[] {
  const { signals } = document
  const compiled: ActivitySignal[] = []
  for (const each of orderByReplacement(signals).order) {
    const signal = all[signals.indexOf(each)]
    if (signal === undefined || (each.on === undefined && each.sequence === undefined)) continue
    const replaces = targetsOf(each, signals).map((target) => signals.indexOf(target))
    compiled.push(compileActivitySignal(signal, each, document, replaces))
  }
  return compiled
}

function compileSignal(document: SignalDocument, index: number): Signal {
  const { id, label, points } = document
  return { index, id, label, dimension: dimensionOf(document), points: toHundredths(points) }
}

function dimensionOf({ dimension }: SignalDocument): DimensionName {
  return DIMENSIONS.find((name) => name === dimension) ?? 'engagement'
}

function compileWhen(signal: Signal, condition: ConditionDocument): FactSignal {
  return {
    ...signal,
    isMet: compileCondition(condition, readField),
    couldBeMet: compileCondition(condition, readField, 'open'),
    fields: fieldsOf(condition).map((field) => ({ field, read: readField(field) })),
    condition,
  }
}

function compileUnless(signal: Signal, condition: ConditionDocument): FactSignal {
  const { isMet, couldBeMet, ...rest } = compileWhen(signal, condition)
  return {
    ...rest,
    isMet: (facts) => (isMet(facts) === TRUE ? FALSE : TRUE),
    couldBeMet: (facts) => not(couldBeMet(facts)),
  }
}

function compileActivitySignal(
  signal: Signal,
  document: SignalDocument,
  { dimensions }: ModelDocument,
  replaces: readonly number[],
): ActivitySignal {
  const decay = compileDecay(document.decay ?? dimensions[signal.dimension]?.decay)
  return {
    ...signal,
    decay,
    isLasting: decay === noDecay,
    isOnly: document.only === true,
    replaces,
    scale: compileScale(document.scale_by),
    count: compileCount(document),
  }
}

/** An unknown share scales nothing: that the activity happened is known. */
function compileScale(attribute: string | undefined): ActivitySignal['scale'] {
  if (attribute === undefined) return () => 1
  const read = readAttribute(attribute)
  return (attributes) => {
    const share = numberOf(read(attributes))
    return share === undefined ? 1 : Math.min(1, Math.max(0, share))
  }
}

const ONCE: AtMost = { times: 1, per: Number.POSITIVE_INFINITY }

function compileCount(document: SignalDocument): ActivitySignal['count'] {
  const { at_most, repeated, sequence } = document
  const limit = at_most && {
    times: at_most.times,
    per: at_most.per === undefined ? Number.POSITIVE_INFINITY : durationMs(at_most.per),
  }
  if (sequence !== undefined) {
    const within = durationMs(document.within ?? '0d')
    return (matches) => completedSequences(matches, sequence.length, within, limiter(limit ?? ONCE))
  }
  if (repeated !== undefined) {
    const within = durationMs(repeated.within)
    return (matches) => completedRuns(matches, repeated.times, within, limiter(limit ?? ONCE))
  }
  if (limit === undefined) return (matches) => matches
  return (matches) => {
    const admit = limiter(limit)
    return matches.filter(({ at }) => admit(at))
  }
}

function compileListeners(signals: readonly SignalDocument[]): Map<string, Listener[]> {
  const listeners = new Map<string, Listener[]>()
  const listen = (type: string, listener: Listener) => {
    const known = listeners.get(type)
    if (known === undefined) listeners.set(type, [listener])
    else known.push(listener)
  }
  for (const [signal, { on, where, sequence }] of signals.entries()) {
    if (on !== undefined) listen(on, { signal, step: 0, matches: compileWhere(where) })
    for (const [step, each] of (sequence ?? []).entries()) {
      listen(each.on, { signal, step, matches: compileWhere(each.where) })
    }
  }
  return listeners
}

/** What is not known of an activity does not match. */
function compileWhere(where: ConditionDocument | undefined): Listener['matches'] {
  if (where === undefined) return () => true
  const condition = compileCondition(where, readAttribute)
  return (attributes) => condition(attributes) === TRUE
}
