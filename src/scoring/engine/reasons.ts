import type { GateDocument } from '../language/model-schema.ts'
import type { Decision } from './decide.ts'
import { gatesThatHold, reasonOf } from './gates.ts'
import type { Signal } from './signal.ts'
import type { Signals } from './signals.ts'
import type { ItemisedTotals } from './totals.ts'

/** A signal is a reason while it counts at least one point (hundredths). */
const LEAST = 100

export function isReason(value: number): boolean {
  return value >= LEAST || value <= -LEAST
}

/**
 * Why the score is what it is, most important first: what holds the person back, then what speaks for them,
 * then what speaks against. Signals are ordered by what they earned before fading, so that the order stays
 * the same while time passes and only a signal that fades away changes the text.
 */
export function reasonsOf(
  { all, quiet }: Signals,
  { values, faded }: ItemisedTotals,
  gates: readonly GateDocument[],
  decision: Decision,
): string[] {
  const weights = values.map((value, index) => value + (faded[index] ?? 0))
  for (const { index, points } of quiet) weights[index] = points
  const weightOf = ({ index }: Signal) => Math.abs(weights[index] ?? 0)
  const byWeight = (a: Signal, b: Signal) => weightOf(b) - weightOf(a)
  const telling = all.filter(({ index }) => isReason(values[index] ?? 0))
  const speaksFor = telling.filter(({ index }) => (values[index] ?? 0) > 0).sort(byWeight)
  const speaksAgainst = telling.filter(({ index }) => (values[index] ?? 0) < 0).sort(byWeight)
  const held = gatesThatHold(gates, decision).map((gate) => reasonOf(gate, decision))
  const labels = [...speaksFor, ...speaksAgainst].map(({ label }) => label)
  return [...new Set([...held, ...labels])]
}
