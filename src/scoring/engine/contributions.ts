import type { Because, Contribution, ItemisedLine } from '../result.ts'
import { isKnown } from './comparison.ts'
import type { FactRow } from './fact-row.ts'
import type { FactSignal } from './fact-signals.ts'
import type { Moment } from './occurrences.ts'
import { toPoints } from './points.ts'
import type { Signal, Signals } from './signals.ts'
import type { Correction } from './tally.ts'
import { inOrder, type Snapshot } from './timeline.ts'
import { type Values, valueAt } from './values.ts'

/** One person in numbers, hundredths of a point each. */
export interface Books {
  readonly values: Values
  /** The values if nothing had faded. */
  readonly fulls: Values
  readonly corrections: readonly Correction[]
}

/**
 * Every line of the sum: the signals in the model's order, then what groups, dimensions, weights and the
 * total took away or added. In hundredths they sum exactly to the score; those of one dimension to it. A
 * signal that earned nothing is left out; what has faded to nothing is still told.
 */
export function linesOf({ all }: Signals, { values, fulls, corrections }: Books): ItemisedLine[] {
  const lines: ItemisedLine[] = []
  for (let index = 0; index < all.length; index++) {
    const full = fulls[index] ?? 0
    const signal = all[index]
    if (signal !== undefined && full !== 0) lines.push(lineOf(signal, values[index] ?? 0, full))
  }
  for (const correction of corrections) lines.push(lineOfCorrection(correction))
  return lines
}

function lineOf({ id, label, dimension }: Signal, value: number, full: number): ItemisedLine {
  return {
    signal: id,
    label,
    dimension,
    points: toPoints(value),
    decayed: toPoints(full - value),
  }
}

function lineOfCorrection({ id, label, dimension, hundredths }: Correction): ItemisedLine {
  return { signal: id, label, dimension, points: toPoints(hundredths), decayed: 0 }
}

/** What the lines rest on. `time` in ms. */
export interface Evidence {
  readonly row: FactRow
  readonly snapshot: Snapshot
  readonly time: number
}

/** The lines with what they rest on: fields and their values, activities and what each still counts. */
export function contributionsOf(
  signals: Signals,
  books: Books,
  evidence: Evidence,
): Contribution[] {
  const reasons = new Map<string, Because[]>()
  for (const signal of signals.facts) reasons.set(signal.id, factsOf(signal, evidence))
  for (const [index, places] of placesOf(evidence.snapshot)) {
    const { id } = signals.all[index] ?? {}
    if (id !== undefined) reasons.set(id, activitiesOf(signals, index, places, evidence))
  }
  const { lastAt } = evidence.snapshot
  for (const { id } of signals.quiet) {
    if (lastAt !== undefined) reasons.set(id, [{ at: new Date(lastAt).toISOString() }])
  }
  return linesOf(signals, books).map((line) => ({
    ...line,
    because: reasons.get(line.signal) ?? [],
  }))
}

function factsOf({ fields }: FactSignal, { row }: Evidence): Because[] {
  const because: Because[] = []
  for (const { field, place } of fields) {
    const value = row.values[place]
    if (isKnown(value)) because.push({ field, value })
  }
  return because
}

/** The places of each signal's occurrences. */
function placesOf({ count, signals }: Snapshot): Map<number, number[]> {
  const places = new Map<number, number[]>()
  for (let place = 0; place < count; place++) {
    const index = signals[place] ?? 0
    const list = places.get(index)
    if (list === undefined) places.set(index, [place])
    else list.push(place)
  }
  return places
}

interface Occurrence extends Moment {
  readonly value: number
}

function activitiesOf(
  signals: Signals,
  index: number,
  places: readonly number[],
  { snapshot, time }: Evidence,
): Because[] {
  const isCount = signals.activities.recent.some((each) => each.index === index)
  const occurrences: Occurrence[] = []
  for (const place of places) {
    const activity = snapshot.activities[place]
    const value = valueAt(signals, snapshot, place, time)
    if (activity === undefined || (isCount && value === 0)) continue
    occurrences.push({ at: snapshot.times[place] ?? 0, activity, value })
  }
  return inOrder(occurrences).map(({ at, activity: { id, type }, value }) => ({
    activity: id,
    type,
    at: new Date(at).toISOString(),
    // A count belongs to all of them together.
    ...(!isCount && { points: toPoints(value) }),
  }))
}
