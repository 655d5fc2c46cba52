import { DIMENSIONS, type ModelDocument } from '../language/model-schema.ts'
import type { Because, Contribution, Facts } from '../result.ts'
import { roundHalfAway, toPoints } from './points.ts'
import { isKnown } from './predicate.ts'
import type { FactSignal, Signal, Signals } from './signals.ts'
import type { Tally } from './tally.ts'
import { type Earned, type Snapshot, valueAt } from './timeline.ts'

/** What the contributions are drawn from. `time` in ms. */
export interface Evidence {
  readonly document: ModelDocument
  readonly signals: Signals
  readonly facts: Facts
  readonly snapshot: Snapshot
  readonly time: number
}

/**
 * Every line of the sum: the signals in the model's order, then what groups, dimensions, weights and the
 * total took away or added. In hundredths they sum exactly to the score; those of one dimension to it.
 */
export function contributionsOf(
  evidence: Evidence,
  values: readonly number[],
  tally: Tally,
): Contribution[] {
  const lines: (Contribution | undefined)[] = evidence.signals.all.map(() => undefined)
  for (const signal of evidence.signals.facts) {
    if (values[signal.index] !== 0) lines[signal.index] = lineOfFact(signal, evidence.facts)
  }
  for (const earned of evidence.snapshot.earned) {
    lines[earned.signal.index] = lineOfActivities(earned, evidence.time)
  }
  for (const signal of evidence.signals.quiet) {
    const value = values[signal.index] ?? 0
    if (value !== 0) lines[signal.index] = lineOfQuiet(signal, value, evidence.snapshot)
  }
  return [...lines.filter((line) => line !== undefined), ...corrections(evidence, tally)]
}

function line(signal: Signal, value: number, decayed: number, because: Because[]): Contribution {
  const { id, label, dimension } = signal
  return {
    signal: id,
    label,
    dimension,
    points: toPoints(value),
    decayed: toPoints(decayed),
    because,
  }
}

function lineOfFact(signal: FactSignal, facts: Facts): Contribution {
  const because: Because[] = []
  for (const { field, read } of signal.fields) {
    const value = read(facts)
    if (isKnown(value)) because.push({ field, value })
  }
  return line(signal, signal.points, 0, because)
}

/** Nothing to tell when nothing was earned; what has faded to nothing is still told. */
function lineOfActivities({ signal, occurrences }: Earned, time: number): Contribution | undefined {
  let sum = 0
  let full = 0
  const because: Because[] = []
  for (const occurrence of occurrences) {
    const value = valueAt(signal, occurrence, time)
    const { id, type } = occurrence.activity
    const at = new Date(occurrence.at).toISOString()
    sum += value
    full += roundHalfAway(occurrence.full)
    because.push({ activity: id, type, at, points: toPoints(value) })
  }
  return full === 0 ? undefined : line(signal, sum, full - sum, because)
}

function lineOfQuiet(signal: Signal, value: number, { lastAt }: Snapshot): Contribution {
  return line(
    signal,
    value,
    0,
    lastAt === undefined ? [] : [{ at: new Date(lastAt).toISOString() }],
  )
}

function corrections({ document }: Evidence, tally: Tally): Contribution[] {
  const lines: Contribution[] = []
  const add = (signal: string, label: string, dimension: string, value: number) => {
    if (value === 0) return
    lines.push({ signal, label, dimension, points: toPoints(value), decayed: 0, because: [] })
  }
  for (const [index, group] of document.groups.entries()) {
    const home = document.signals.find(({ id }) => id === group.signals[0])?.dimension ?? ''
    add(`cap:${group.id}`, 'Capped', home, tally.groups[index] ?? 0)
  }
  for (const name of DIMENSIONS) add(`cap:${name}`, 'Capped', name, tally.clamps[name])
  for (const name of DIMENSIONS) add(`weight:${name}`, 'Weighted', 'total', tally.weights[name])
  add('cap:total', 'Capped', 'total', tally.totalClamp)
  return lines
}
