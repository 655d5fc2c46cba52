import { TRUE } from './comparison.ts'
import { halved } from './decay.ts'
import type { FactRow } from './fact-row.ts'
import { roundHalfAway } from './points.ts'
import type { Signals } from './signals.ts'
import type { Snapshot } from './timeline.ts'

/** One number per signal, by index: hundredths of a point. */
export type Values = Float64Array

export function emptyValues({ all }: Signals): Values {
  return new Float64Array(all.length)
}

/** The values that facts give; they do not depend on time. Everything else becomes 0. */
export function valuesOfFacts({ facts }: Signals, row: FactRow, into: Values): Values {
  into.fill(0)
  for (let place = 0; place < facts.length; place++) {
    const signal = facts[place]
    if (signal !== undefined && signal.isMet(row) === TRUE) into[signal.index] = signal.points
  }
  return into
}

/**
 * Adds what activities give at `time` (ms) to values that hold only what facts give. At an infinite time: what
 * remains in the end.
 */
export function addActivities(
  signals: Signals,
  snapshot: Snapshot,
  time: number,
  values: Values,
): Values {
  for (let place = 0; place < snapshot.count; place++) {
    const index = snapshot.signals[place] ?? 0
    values[index] = (values[index] ?? 0) + valueAt(signals, snapshot, place, time)
  }
  for (const { index, times, points } of signals.activities.recent) {
    values[index] = (values[index] ?? 0) >= times ? points : 0
  }
  const { lastAt } = snapshot
  if (lastAt === undefined) return values
  for (const { index, points, period } of signals.quiet) {
    const periods = Math.floor(Math.max(0, time - lastAt) / period)
    values[index] = periods === 0 ? 0 : points * periods
  }
  return values
}

/** What one occurrence still counts at `time`. An activity slightly ahead of the clock has age 0. */
export function valueAt(
  { activities: { fading } }: Signals,
  snapshot: Snapshot,
  place: number,
  time: number,
): number {
  const rule = fading[snapshot.signals[place] ?? 0]
  const full = snapshot.fulls[place] ?? 0
  if (rule === undefined) return 0
  const age = Math.max(0, time - (snapshot.times[place] ?? 0))
  const { halfLife } = rule
  return roundHalfAway(full * (halfLife > 0 ? halved(age / halfLife) : rule.share(age)))
}

/** What every signal would count if nothing had faded. */
export function unfaded(signals: Signals, snapshot: Snapshot, values: Values): Values {
  const fulls = values.slice()
  for (let place = 0; place < snapshot.count; place++) fulls[snapshot.signals[place] ?? 0] = 0
  for (let place = 0; place < snapshot.count; place++) {
    const index = snapshot.signals[place] ?? 0
    fulls[index] = (fulls[index] ?? 0) + roundHalfAway(snapshot.fulls[place] ?? 0)
  }
  // There is no more or less to a count: enough of them lie in the window, or not.
  for (const { index } of signals.activities.recent) fulls[index] = values[index] ?? 0
  return fulls
}
