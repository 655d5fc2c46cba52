import type { ModelDocument, SignalDocument } from '../../language/model-schema.ts'
import type { Model } from '../../language/parse.ts'
import { flowText, guardCell } from './cell-text.ts'
import { COLUMNS, type Column, KINDS } from './columns.ts'

/** Numbers stay numbers; text is guarded against being taken for a formula. */
export type Cell = string | number

/**
 * A model's signals as a sheet: a heading, then one row per signal. What is no signal (gates, thresholds,
 * tiers, matrix, accounts, routing, examples) is not in it; `importSheet` takes that from the model it is
 * given as base.
 */
export function exportSheet({ document }: Model): Cell[][] {
  const rows = document.signals.map((signal) => {
    const cells = cellsOf(signal, document)
    return COLUMNS.map((column) => cells[column])
  })
  return [[...COLUMNS], ...rows]
}

/** The row of one signal, by column. */
export function cellsOf(signal: SignalDocument, { groups }: ModelDocument): Record<Column, Cell> {
  const { id, label, dimension, points, where, at_most, decay, replaces, repeated } = signal
  const group = groups.find(({ signals }) => signals.includes(id))
  const kind = KINDS.find((each) => signal[each] !== undefined) ?? 'when'
  return {
    id,
    label: guardCell(label),
    dimension,
    points,
    kind,
    what: valueText(signal[kind]),
    where: valueText(where),
    at_most: at_most?.times ?? '',
    per: at_most?.per ?? '',
    decay: valueText(decay),
    scale_by: signal.scale_by ?? '',
    replaces: valueText(replaces),
    repeated: valueText(repeated),
    within: signal.within ?? '',
    only: signal.only ? 'yes' : '',
    group: group?.id ?? '',
    group_max: group?.max ?? '',
  }
}

function valueText(value: unknown): string {
  return value === undefined ? '' : guardCell(flowText(value))
}
