/** The columns of a sheet, one row per signal. */
export const COLUMNS = [
  'id',
  'label',
  'dimension',
  'points',
  'kind',
  'what',
  'where',
  'at_most',
  'per',
  'decay',
  'scale_by',
  'replaces',
  'repeated',
  'within',
  'only',
  'group',
  'group_max',
] as const
export type Column = (typeof COLUMNS)[number]

/** What a row must say; the rest may be blank. */
export const REQUIRED_COLUMNS: readonly Column[] = [
  'id',
  'label',
  'dimension',
  'points',
  'kind',
  'what',
]

/** What a signal looks for, as the model language calls it; `what` then holds its value. */
export const KINDS = ['when', 'unless', 'on', 'sequence', 'inactive_for'] as const

/** The column in which a key of a signal stands. */
export function columnOf(key: string): Column | undefined {
  if (KINDS.some((kind) => kind === key)) return 'what'
  return COLUMNS.find((column) => column === key)
}

export function isColumn(name: string): name is Column {
  return COLUMNS.some((column) => column === name)
}

/** Something wrong with a sheet. Rows count as a spreadsheet does: the heading is row 1. */
export interface SheetProblem {
  readonly message: string
  readonly remedy: string
  readonly row?: number
  readonly column?: string
}

/** What a cell says, or what is wrong with it. */
export type CellReading =
  | { readonly value: unknown }
  | { readonly message: string; readonly remedy: string }

/** `scores.csv: row 5, column points: "abc" is not a number. Write …` on one line. */
export function formatSheetProblem(problem: SheetProblem, file: string): string {
  const { row, column, message, remedy } = problem
  const rows = row === undefined ? [] : [`row ${row}`]
  const columns = column === undefined ? [] : [`column ${column}`]
  const place = [...rows, ...columns].join(', ')
  return [file, ...(place === '' ? [] : [place]), `${message}. ${remedy}`].join(': ')
}
