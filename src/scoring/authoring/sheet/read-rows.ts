import { suggest } from '../../language/model-problem.ts'
import { unguardCell } from './cell-text.ts'
import { COLUMNS, type Column, isColumn, REQUIRED_COLUMNS, type SheetProblem } from './columns.ts'

/** One row with its cells as text, trimmed and unguarded. */
export interface SheetRow {
  /** As a spreadsheet counts: the heading is row 1. */
  readonly number: number
  /** Columns that the sheet does not have are not in it. */
  readonly cells: ReadonlyMap<Column, string>
}

export interface SheetReading {
  readonly rows: readonly SheetRow[]
  readonly problems: readonly SheetProblem[]
}

/**
 * Reads a heading and rows. Blank rows are left out; columns may stand in any order.
 * @param hasBase columns that a base model can fill may be missing
 */
export function readRows(table: readonly (readonly string[])[], hasBase: boolean): SheetReading {
  const [heading = [], ...lines] = table
  const names = heading.map((name) => name.trim().toLowerCase())
  const problems = headingProblems(names, hasBase)
  if (problems.length > 0) return { rows: [], problems }
  const rows: SheetRow[] = []
  for (const [index, line] of lines.entries()) {
    if (line.every((cell) => cell.trim() === '')) continue
    const number = index + 2
    const extra = line.slice(names.length).find((cell) => cell.trim() !== '')
    if (extra !== undefined) problems.push(tooLong(number, extra))
    rows.push({ number, cells: cellsOf(names, line) })
  }
  if (rows.length > 0) return { rows, problems }
  const message = 'the sheet has no signals'
  return { rows, problems: [{ message, remedy: 'Write one row per signal below the heading.' }] }
}

function cellsOf(names: readonly string[], line: readonly string[]): Map<Column, string> {
  const cells = new Map<Column, string>()
  for (const [index, name] of names.entries()) {
    if (isColumn(name)) cells.set(name, unguardCell((line[index] ?? '').trim()))
  }
  return cells
}

function headingProblems(names: readonly string[], hasBase: boolean): SheetProblem[] {
  const problems: SheetProblem[] = []
  for (const [index, name] of names.entries()) {
    if (name === '') continue
    if (!isColumn(name)) {
      const remedy = suggest(name, COLUMNS)
      problems.push({ row: 1, column: name, message: 'this column is not known', remedy })
    } else if (names.indexOf(name) !== index) {
      const remedy = 'Keep one of the two.'
      problems.push({ row: 1, column: name, message: 'this column is there twice', remedy })
    }
  }
  const needed = hasBase ? (['id'] as const) : REQUIRED_COLUMNS
  for (const column of needed) {
    if (names.includes(column)) continue
    const remedy = `The first row must name the columns: ${needed.join(', ')}.`
    problems.push({ row: 1, column, message: 'this column is missing', remedy })
  }
  return problems
}

function tooLong(row: number, cell: string): SheetProblem {
  return {
    row,
    message: `"${cell.slice(0, 40)}" stands beyond the last column`,
    remedy: 'Put text that holds commas or semicolons in double quotes.',
  }
}
