import { comparable } from '../language/comparable-text.ts'
import { canonicalJson } from '../language/content-hash.ts'
import type { Facts } from '../result.ts'
import type { Moment, StepMoment } from './occurrences.ts'
import { roundHalfAway } from './points.ts'
import type { ActivitySignal, Signals } from './signals.ts'

/** Clocks differ: what lies this far ahead (ms) has happened just now. */
const CLOCK_SKEW = 5 * 60_000

/** An occurrence that counts, with its points (hundredths, unrounded) before decay. */
export interface Occurrence extends Moment {
  readonly full: number
}

export interface Earned {
  readonly signal: ActivitySignal
  readonly occurrences: readonly Occurrence[]
}

/** What the activities known at one moment come to; it stays the same until the next one happens. */
export interface Snapshot {
  readonly earned: readonly Earned[]
  /** When the last activity happened, in ms; undefined when there is none. */
  readonly lastAt: number | undefined
}

/** The activities in order of time, ties in an order that does not depend on how they were handed in. */
export function timelineOf({ activities }: Facts): readonly Moment[] {
  const moments: Moment[] = []
  let isSorted = true
  let previous = Number.NEGATIVE_INFINITY
  for (const activity of activities) {
    const at = activity.at.getTime()
    if (Number.isNaN(at)) continue
    if (at <= previous) isSorted = false
    previous = at
    moments.push({ at, activity })
  }
  return isSorted ? moments : moments.sort(inOrder)
}

function inOrder(a: Moment, b: Moment): number {
  if (a.at !== b.at) return a.at - b.at
  return (
    compare(a.activity.id, b.activity.id) ||
    compare(a.activity.type, b.activity.type) ||
    compare(canonicalJson(a.activity.attributes), canonicalJson(b.activity.attributes))
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The first moment (ms) after `time` at which one more activity starts to count; infinite when none is left. */
export function nextArrival(timeline: readonly Moment[], time: number): number {
  for (const { at } of timeline) {
    if (at - CLOCK_SKEW > time) return at - CLOCK_SKEW
  }
  return Number.POSITIVE_INFINITY
}

/** What the activities that have happened by `time` earn. */
export function observe(signals: Signals, timeline: readonly Moment[], time: number): Snapshot {
  const matches: (StepMoment[] | undefined)[] = []
  let happened = 0
  let lastAt: number | undefined
  for (const moment of timeline) {
    if (moment.at > time + CLOCK_SKEW) break
    happened++
    lastAt = moment.at
    match(signals, moment, matches)
  }
  return { earned: earn(signals, matches, happened), lastAt }
}

function match(
  { listeners }: Signals,
  { at, activity }: Moment,
  matches: (StepMoment[] | undefined)[],
): void {
  for (const listener of listeners.get(activity.type) ?? []) {
    if (!listener.matches(activity.attributes)) continue
    const found = { at, activity, step: listener.step }
    const list = matches[listener.signal]
    if (list === undefined) matches[listener.signal] = [found]
    else list.push(found)
  }
}

function earn(
  signals: Signals,
  matches: readonly (readonly StepMoment[] | undefined)[],
  happened: number,
): Earned[] {
  const earned: Earned[] = []
  const outcomes = new Map<number, Set<string>>()
  for (const signal of signals.activities) {
    const found = matches[signal.index]
    if (found === undefined) continue
    const standing = withoutReplaced(found, outcomes.get(signal.index))
    noteOutcomes(signal, standing, outcomes)
    if (signal.isOnly && found.length < happened) continue
    const occurrences: Occurrence[] = []
    for (const { at, activity } of signal.count(standing)) {
      occurrences.push({ at, activity, full: signal.points * signal.scale(activity.attributes) })
    }
    if (occurrences.length > 0) earned.push({ signal, occurrences })
  }
  return earned
}

/** What is replaced is as if it had never been: it opens no period and completes no run either. */
function withoutReplaced(
  moments: readonly StepMoment[],
  events: ReadonlySet<string> | undefined,
): readonly StepMoment[] {
  if (events === undefined) return moments
  return moments.filter((moment) => {
    const event = eventOf(moment)
    return event === undefined || !events.has(event)
  })
}

function noteOutcomes(
  signal: ActivitySignal,
  moments: readonly Moment[],
  outcomes: Map<number, Set<string>>,
): void {
  for (const target of signal.replaces) {
    const events = outcomes.get(target) ?? new Set()
    for (const moment of moments) {
      const event = eventOf(moment)
      if (event !== undefined) events.add(event)
    }
    outcomes.set(target, events)
  }
}

function eventOf({ activity }: Moment): string | undefined {
  const event = activity.attributes['event']
  return event === undefined ? undefined : comparable(String(event))
}

/** Hundredths that one occurrence still counts at `time`. An activity slightly ahead of the clock has age 0. */
export function valueAt(signal: ActivitySignal, { at, full }: Occurrence, time: number): number {
  return roundHalfAway(full * signal.decay(Math.max(0, time - at)))
}

/**
 * The value of every signal in hundredths at `time`, by index. `base` holds those that do not depend on time.
 * At an infinite time: what remains in the end.
 */
export function valuesAt(
  { quiet }: Signals,
  { earned, lastAt }: Snapshot,
  base: readonly number[],
  time: number,
): readonly number[] {
  const values = base.slice()
  for (const { signal, occurrences } of earned) {
    let sum = 0
    for (const occurrence of occurrences) sum += valueAt(signal, occurrence, time)
    values[signal.index] = sum
  }
  if (lastAt === undefined) return values
  for (const { index, points, period } of quiet) {
    const periods = Math.floor(Math.max(0, time - lastAt) / period)
    values[index] = periods === 0 ? 0 : points * periods
  }
  return values
}
