import { TRUE } from '../engine/comparison.ts'
import type { FactSignal } from '../engine/fact-signals.ts'
import { toPoints } from '../engine/points.ts'
import { compileChoices } from '../engine/reachable.ts'
import { compileSignals } from '../engine/signals.ts'
import type { DimensionName } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'

/** The most points of each dimension that knowing one field could bring. */
export type FieldGain = Readonly<Partial<Record<DimensionName, number>>>

/**
 * The most that each field by itself could bring once it is known, by field. Conditions that rest on several
 * fields promise nothing to any of them; maxima and weights are not looked at.
 */
export function fieldGains({ document }: Model): ReadonlyMap<string, FieldGain> {
  const { facts, table } = compileSignals(document)
  const nothingKnown = table.read({ person: {}, company: {} })
  const choices = compileChoices(facts, table)
  const gains = new Map<string, Partial<Record<DimensionName, number>>>()
  for (const signal of facts) {
    const [only, ...others] = signal.fields
    if (!only || others.length > 0) continue
    const before = signal.isMet(nothingKnown) === TRUE ? signal.points : 0
    const choice = choices.get(only.field)
    const best = choice?.signals.includes(signal)
      ? new Map(choice.best).get(signal.index)
      : bestOf(signal, before)
    const gain = gains.get(only.field) ?? {}
    const sum = (gain[signal.dimension] ?? 0) + toPoints((best ?? 0) - before)
    gains.set(only.field, { ...gain, [signal.dimension]: sum })
  }
  return gains
}

/** Of a signal that searches in a text: the text may turn out either way. */
function bestOf({ points, isUnless }: FactSignal, before: number): number {
  return Math.max(before, isUnless ? 0 : points)
}
