import { canonicalJson } from '../../language/content-hash.ts'
import { type Model, parseModel } from '../../language/parse.ts'
import { unguardCell } from './cell-text.ts'
import { COLUMNS, type SheetProblem } from './columns.ts'
import { cellsOf } from './export-sheet.ts'
import { readGroups } from './read-groups.ts'
import { readRows, type SheetRow } from './read-rows.ts'
import { readSignal } from './read-signal.ts'
import { placing } from './sheet-places.ts'
import { SKELETON } from './skeleton.ts'
import { type NewItem, writeModel } from './write-model.ts'

/** The model that a sheet was exported from; it supplies everything that is no signal. */
export interface SheetBase {
  readonly text: string
  readonly model: Model
}

/** Ids of the signals that a sheet adds to its base, changes and leaves out. */
export interface SheetChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

export type SheetImport =
  | {
      readonly ok: true
      readonly model: Model
      readonly yaml: string
      readonly changes: SheetChanges
    }
  | { readonly ok: false; readonly problems: readonly SheetProblem[] }

/**
 * Makes a model of a sheet: a heading and one row per signal, as `exportSheet` writes them. With a base,
 * columns that the sheet leaves out keep what the base says, and rows that it leaves out are removed; without
 * one a usual beginning stands around the signals. Importing what was exported gives the same content hash.
 */
export function importSheet(table: readonly (readonly string[])[], base?: SheetBase): SheetImport {
  const { rows: written, problems: faults } = readRows(table, base !== undefined)
  if (faults.length > 0) return { ok: false, problems: faults }
  const rows = written.map((row) => completed(row, base?.model))
  const readings = rows.map(readSignal)
  const signals = readings.map(({ signal }) => signal)
  const grouped = readGroups(rows, base?.model.document.groups ?? [])
  const problems = [...readings.flatMap((reading) => reading.problems), ...grouped.problems]
  if (problems.length > 0) return { ok: false, problems }
  const oldSignals = base?.model.document.signals ?? []
  const items = matched(signals, oldSignals)
  const yaml = writeModel(base?.text ?? SKELETON, [
    ...listIfChanged('signals', items, oldSignals.length),
    ...listIfChanged(
      'groups',
      matched(grouped.groups, base?.model.document.groups ?? []),
      base?.model.document.groups.length ?? 0,
    ),
  ])
  const reading = parseModel(yaml)
  if (reading.ok)
    return { ok: true, model: reading.model, yaml, changes: changesOf(items, oldSignals) }
  const place = placing(rows, grouped.groups)
  return { ok: false, problems: reading.problems.map(place) }
}

/** A row with the base's cells in the columns that the sheet does not have. */
function completed(row: SheetRow, model: Model | undefined): SheetRow {
  const id = row.cells.get('id')
  const signal = model?.document.signals.find((each) => each.id === id)
  if (model === undefined || signal === undefined) return row
  const own = cellsOf(signal, model.document)
  const cells = new Map(row.cells)
  for (const column of COLUMNS) {
    if (!cells.has(column)) cells.set(column, unguardCell(String(own[column])))
  }
  return { ...row, cells }
}

interface Named {
  readonly id?: unknown
}

function matched(
  items: readonly Readonly<Record<string, unknown>>[],
  old: readonly Named[],
): NewItem[] {
  return items.map((value) => {
    const place = old.findIndex(({ id }) => id === value['id'])
    if (place < 0) return { value, isSame: false }
    return { value, old: place, isSame: canonicalJson(value) === canonicalJson(old[place]) }
  })
}

function listIfChanged(
  key: 'signals' | 'groups',
  items: readonly NewItem[],
  before: number,
): { key: 'signals' | 'groups'; items: readonly NewItem[] }[] {
  const isSame = items.every((item, index) => item.isSame && item.old === index)
  return isSame && items.length === before ? [] : [{ key, items }]
}

function changesOf(
  items: readonly NewItem[],
  old: readonly { readonly id: string }[],
): SheetChanges {
  const ids = items.map(({ value }) => String(value['id']))
  const idsOf = (chosen: readonly NewItem[]) => chosen.map(({ value }) => String(value['id']))
  return {
    added: idsOf(items.filter(({ old: place }) => place === undefined)),
    changed: idsOf(items.filter(({ old: place, isSame }) => place !== undefined && !isSame)),
    removed: old.map(({ id }) => id).filter((id) => !ids.includes(id)),
  }
}
