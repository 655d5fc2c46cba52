import type { ModelDocument, SignalDocument } from '../language/model-schema.ts'
import { type ConditionDocument, fieldsOf } from '../language/predicate-document.ts'
import { FALSE, not, TRUE } from './comparison.ts'
import type { FactRow, FactTable } from './fact-row.ts'
import { compileCondition, type Predicate } from './predicate.ts'
import type { Signal } from './signal.ts'

/** A signal that looks at facts. */
export interface FactSignal extends Signal {
  /** The condition is met. For `unless` an unknown condition counts as met: what is not confirmed is not assumed. */
  readonly isMet: Predicate<FactRow>
  /** The same while unknown fields may still be filled in: unknown where that could decide it. */
  readonly couldBeMet: Predicate<FactRow>
  readonly fields: readonly { readonly field: string; readonly place: number }[]
  readonly condition: ConditionDocument
  /** Counts while the condition is not known to hold. */
  readonly isUnless: boolean
}

export function compileFactSignals(
  all: readonly Signal[],
  { signals }: ModelDocument,
  table: FactTable,
): FactSignal[] {
  return all.flatMap((signal) => compileFactSignal(signal, signals[signal.index], table))
}

function compileFactSignal(
  signal: Signal,
  document: SignalDocument | undefined,
  table: FactTable,
): FactSignal[] {
  const { when, unless } = document ?? {}
  if (when !== undefined) return [compileWhen(signal, when, table)]
  return unless === undefined ? [] : [compileUnless(signal, unless, table)]
}

function compileWhen(signal: Signal, condition: ConditionDocument, table: FactTable): FactSignal {
  const find = (path: string) => table.field(path)
  return {
    ...signal,
    isMet: compileCondition(condition, find),
    couldBeMet: compileCondition(condition, find, 'open'),
    fields: fieldsOf(condition).map((field) => ({ field, place: table.placeOf(field) })),
    condition,
    isUnless: false,
  }
}

function compileUnless(signal: Signal, condition: ConditionDocument, table: FactTable): FactSignal {
  const { isMet, couldBeMet, ...rest } = compileWhen(signal, condition, table)
  return {
    ...rest,
    isUnless: true,
    isMet: (row) => (isMet(row) === TRUE ? FALSE : TRUE),
    couldBeMet: (row) => not(couldBeMet(row)),
  }
}
