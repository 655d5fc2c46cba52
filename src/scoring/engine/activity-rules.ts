import type { ActivityAttributes } from '../../leads/records.ts'
import { comparable } from '../language/comparable-text.ts'
import { durationMs } from '../language/duration.ts'
import { readAttribute } from '../language/field-path.ts'
import type { ModelDocument, SignalDocument } from '../language/model-schema.ts'
import type { ConditionDocument } from '../language/predicate-document.ts'
import { orderByReplacement, targetsOf } from '../language/replacement.ts'
import { type Field, isKnown, numberOf, TRUE } from './comparison.ts'
import { compileDecay, type Fading, noFading } from './decay.ts'
import {
  type AtMost,
  completedRuns,
  completedSequences,
  limiter,
  type Moment,
  type StepMoment,
} from './occurrences.ts'
import { compileCondition } from './predicate.ts'
import type { Signal } from './signal.ts'
import { WordTable } from './text-tables.ts'

/** Hundredths that one match earns before fading; for a signal that counts recent ones, one. */
export interface Worth {
  readonly points: number
  /** Share of the points (0..1) by the activity's attributes; all of them where it is undefined. */
  readonly share: ((attributes: ActivityAttributes) => number) | undefined
}

/** Something that an activity of one type can match. */
interface Listener extends Worth {
  /** Index of the signal. */
  readonly signal: number
  /** Which step of a sequence; 0 where there is none. */
  readonly step: number
  readonly matches: ((attributes: ActivityAttributes) => boolean) | undefined
  /** Each match counts by itself, whatever the others are. */
  readonly isDirect: boolean
  /** Every activity of the type counts by itself and in full. */
  readonly isPlain: boolean
}

/** A signal for which it matters which of its matches came when, or what else happened. */
export interface OrderedSignal {
  readonly index: number
  /** Counts only if nothing but its matches has happened. */
  readonly isOnly: boolean
  /** Indexes of the signals whose occurrences of the same event it takes away. */
  readonly replaces: readonly number[]
  readonly worth: Worth
  /** Which of the matches count: after `at_most`, `repeated` and `sequence`. */
  readonly count: (matches: readonly StepMoment[]) => readonly Moment[]
}

/** A signal that counts in full while at least so many of its matches lie in the window that is its fading. */
interface RecentSignal extends Signal {
  readonly times: number
}

/** What activities earn. */
export interface ActivityRules {
  /** By type of activity. */
  readonly listeners: WordTable<readonly Listener[]>
  /** Who replaces comes before what is replaced. */
  readonly ordered: readonly OrderedSignal[]
  readonly recent: readonly RecentSignal[]
  /** By index of the signal. */
  readonly fading: readonly Fading[]
}

export function compileActivityRules(
  all: readonly Signal[],
  document: ModelDocument,
): ActivityRules {
  const { signals } = document
  const ordered = compileOrdered(all, signals)
  const isDirect = (index: number) => !ordered.some((each) => each.index === index)
  return {
    listeners: new WordTable(compileListeners(all, signals, isDirect)),
    ordered,
    recent: all.flatMap((signal) => compileRecent(signal, signals[signal.index])),
    fading: all.map((signal) => fadingOf(signal, document)),
  }
}

function fadingOf({ index, dimension }: Signal, { signals, dimensions }: ModelDocument): Fading {
  const { repeated, decay } = signals[index] ?? {}
  if (repeated?.in_last !== undefined) return compileDecay({ window: repeated.in_last })
  return isAboutActivities(signals[index])
    ? compileDecay(decay ?? dimensions[dimension]?.decay)
    : noFading
}

function isAboutActivities(document: SignalDocument | undefined): boolean {
  return document?.on !== undefined || document?.sequence !== undefined
}

function compileRecent(signal: Signal, document: SignalDocument | undefined): RecentSignal[] {
  const { times, in_last } = document?.repeated ?? {}
  return times === undefined || in_last === undefined ? [] : [{ ...signal, times }]
}

function compileOrdered(
  all: readonly Signal[],
  signals: readonly SignalDocument[],
): OrderedSignal[] {
  const replaced = new Set(signals.flatMap((each) => targetsOf(each, signals)))
  return orderByReplacement(signals).order.flatMap((document) => {
    const signal = all[signals.indexOf(document)]
    const { sequence, at_most, only, replaces, repeated } = document
    const needsOrder =
      sequence ?? at_most ?? only ?? replaces ?? repeated?.within ?? replaced.has(document)
    if (signal === undefined || needsOrder === false) return []
    return {
      index: signal.index,
      isOnly: only === true,
      replaces: targetsOf(document, signals).map((target) => signals.indexOf(target)),
      worth: compileWorth(signal, document),
      count: compileCount(document),
    }
  })
}

function compileWorth({ points }: Signal, { scale_by, repeated }: SignalDocument): Worth {
  if (repeated?.in_last !== undefined) return { points: 1, share: undefined }
  if (scale_by === undefined) return { points, share: undefined }
  const { value } = attribute(scale_by)
  const share = (attributes: ActivityAttributes) => {
    const known = numberOf(value(attributes))
    // An unknown share scales nothing: that the activity happened is known.
    return known === undefined ? 1 : Math.min(1, Math.max(0, known))
  }
  return { points, share }
}

/** Unrounded. */
export function fullOf({ points, share }: Worth, attributes: ActivityAttributes): number {
  return share === undefined ? points : points * share(attributes)
}

const ONCE: AtMost = { times: 1, per: Number.POSITIVE_INFINITY }

function compileCount(document: SignalDocument): OrderedSignal['count'] {
  const { at_most, repeated, sequence } = document
  const limit = at_most && {
    times: at_most.times,
    per: at_most.per === undefined ? Number.POSITIVE_INFINITY : durationMs(at_most.per),
  }
  if (sequence !== undefined) {
    const within = durationMs(document.within ?? '0d')
    return (matches) => completedSequences(matches, sequence.length, within, limiter(limit ?? ONCE))
  }
  if (repeated?.within !== undefined) {
    const within = durationMs(repeated.within)
    return (matches) => completedRuns(matches, repeated.times, within, limiter(limit ?? ONCE))
  }
  if (limit === undefined) return (matches) => matches
  return (matches) => {
    const admit = limiter(limit)
    return matches.filter(({ at }) => admit(at))
  }
}

function compileListeners(
  all: readonly Signal[],
  signals: readonly SignalDocument[],
  isDirect: (index: number) => boolean,
): Map<string, Listener[]> {
  const listeners = new Map<string, Listener[]>()
  for (const signal of all) {
    const document = signals[signal.index]
    if (document === undefined) continue
    const { on, where, sequence = [] } = document
    const steps = on === undefined ? sequence : [{ on, where }]
    for (const [step, each] of steps.entries()) {
      const listener = compileListener(signal, document, each.where, step, isDirect(signal.index))
      const others = listeners.get(each.on)
      if (others === undefined) listeners.set(each.on, [listener])
      else others.push(listener)
    }
  }
  return listeners
}

function compileListener(
  signal: Signal,
  document: SignalDocument,
  where: ConditionDocument | undefined,
  step: number,
  isDirect: boolean,
): Listener {
  const matches = compileWhere(where)
  const worth = compileWorth(signal, document)
  const isPlain = isDirect && matches === undefined && worth.share === undefined
  return { signal: signal.index, step, matches, ...worth, isDirect, isPlain }
}

/** What is not known of an activity does not match. */
function compileWhere(where: ConditionDocument | undefined): Listener['matches'] {
  if (where === undefined) return undefined
  const condition = compileCondition(where, attribute)
  return (attributes) => condition(attributes) === TRUE
}

function attribute(name: string): Field<ActivityAttributes> {
  const read = readAttribute(name)
  return {
    value: (attributes) => {
      const value = read(attributes)
      return isKnown(value) ? value : undefined
    },
    text: (_attributes, value) => comparable(String(value)),
  }
}
