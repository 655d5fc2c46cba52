import type { Because, Contribution, Lines } from '../result.ts'
import type { FactRow } from './fact-row.ts'
import type { FactSignal } from './fact-signals.ts'
import type { LineSheet } from './lines.ts'
import { toPoints } from './points.ts'
import type { Signals } from './signals.ts'
import type { Adder, Tally } from './tally.ts'
import { inOrder } from './timeline.ts'
import { type ItemisedTotals, type Occurrence, valueAt } from './totals.ts'

/**
 * Every line of the sum: the signals in the model's order, then what groups, dimensions, weights and the
 * total took away or added. In hundredths they sum exactly to the score; those of one dimension to it. A
 * signal that earned nothing is left out; what has faded to nothing is still told.
 */
export function linesOf(
  adder: Adder,
  { values, faded }: ItemisedTotals,
  tally: Tally,
  sheet: LineSheet,
): Lines {
  const corrections = adder.correct(tally)
  return sheet.begin().write(0, values, faded).write(values.length, corrections).copy()
}

/** What the lines rest on. */
export interface Evidence {
  readonly row: FactRow
  readonly occurrences: readonly Occurrence[]
  /** When the last activity happened, in ms. */
  readonly lastAt: number | undefined
  /** The moment of scoring, in ms. */
  readonly time: number
}

/** The lines with what they rest on: fields and their values, activities and what each still counts. */
export function contributionsOf(
  signals: Signals,
  lines: Lines,
  evidence: Evidence,
): Contribution[] {
  const reasons = new Map<string, Because[]>()
  for (const signal of signals.facts) reasons.set(signal.id, factsOf(signal, evidence))
  const bySignal = Map.groupBy(evidence.occurrences, ({ signal }) => signal)
  for (const [index, occurrences] of bySignal) {
    const { id } = signals.all[index] ?? {}
    if (id !== undefined) reasons.set(id, activitiesOf(signals, index, occurrences, evidence.time))
  }
  const { lastAt } = evidence
  for (const { id } of signals.quiet) {
    if (lastAt !== undefined) reasons.set(id, [{ at: new Date(lastAt).toISOString() }])
  }
  return Array.from(lines, (line) => ({ ...line, because: reasons.get(line.signal) ?? [] }))
}

function factsOf({ fields }: FactSignal, { row }: Evidence): Because[] {
  const because: Because[] = []
  for (const { field, place } of fields) {
    const value = row.values[place]
    if (value !== undefined) because.push({ field, value })
  }
  return because
}

function activitiesOf(
  { activities }: Signals,
  index: number,
  occurrences: Occurrence[],
  time: number,
): Because[] {
  const isCount = activities.recent.some((each) => each.index === index)
  const because: Because[] = []
  for (const { at, full, activity } of inOrder(occurrences)) {
    const value = valueAt(activities, index, at, full, time)
    // Too old to be counted.
    if (isCount && value === 0) continue
    const { id, type } = activity
    const told = { activity: id, type, at: new Date(at).toISOString() }
    // The points of a count belong to all of them together.
    because.push(isCount ? told : { ...told, points: toPoints(value) })
  }
  return because
}
