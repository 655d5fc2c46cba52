import { durationMs } from '../language/duration.ts'
import {
  DIMENSIONS,
  type DimensionName,
  type ModelDocument,
  type SignalDocument,
} from '../language/model-schema.ts'
import { type ActivityRules, compileActivityRules } from './activity-rules.ts'
import { DecisionTable } from './decision-table.ts'
import { FactTable } from './fact-row.ts'
import { compileFactSignals, type FactSignal } from './fact-signals.ts'
import { toHundredths } from './points.ts'
import type { Signal } from './signal.ts'

interface QuietSignal extends Signal {
  /** Whole periods of this length (ms) since the last activity count. */
  readonly period: number
}

/** All signals of a model, by what they look at. */
export interface Signals {
  readonly all: readonly Signal[]
  readonly table: FactTable
  readonly facts: readonly FactSignal[]
  /** Decides the facts' signals. */
  readonly decisions: DecisionTable
  readonly activities: ActivityRules
  readonly quiet: readonly QuietSignal[]
}

export function compileSignals(document: ModelDocument): Signals {
  const all = document.signals.map(compileSignal)
  const table = new FactTable()
  const facts = compileFactSignals(all, document, table)
  const activities = compileActivityRules(all, document)
  const quiet = all.flatMap((signal) => compileQuiet(signal, document.signals[signal.index]))
  return {
    all,
    table,
    facts,
    decisions: new DecisionTable(facts, table),
    activities,
    quiet,
  }
}

function compileSignal(document: SignalDocument, index: number): Signal {
  const { id, label, points } = document
  return { index, id, label, dimension: dimensionOf(document), points: toHundredths(points) }
}

function dimensionOf({ dimension }: SignalDocument): DimensionName {
  return DIMENSIONS.find((name) => name === dimension) ?? 'engagement'
}

function compileQuiet(signal: Signal, document: SignalDocument | undefined): QuietSignal[] {
  const length = document?.inactive_for
  return length === undefined ? [] : [{ ...signal, period: durationMs(length) }]
}
