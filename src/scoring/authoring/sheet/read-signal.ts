import { readYaml } from '../../language/yaml-source.ts'
import {
  type CellReading,
  type Column,
  KINDS,
  REQUIRED_COLUMNS,
  type SheetProblem,
} from './columns.ts'
import { readNumber } from './read-number.ts'
import type { SheetRow } from './read-rows.ts'

/** A signal as a row says it, not yet checked against the language. */
type RawSignal = Readonly<Record<string, unknown>>

export interface SignalReading {
  readonly signal: RawSignal
  readonly problems: readonly SheetProblem[]
}

/** Reads one row; blank cells are keys that are not there. */
export function readSignal({ number: row, cells }: SheetRow): SignalReading {
  const problems: SheetProblem[] = []
  const read = (column: Column, parse: (cell: string) => CellReading): unknown => {
    const cell = cells.get(column) ?? ''
    if (cell === '') {
      if (REQUIRED_COLUMNS.includes(column)) problems.push({ row, column, ...MISSING })
      return undefined
    }
    const reading = parse(cell)
    if ('value' in reading) return reading.value
    problems.push({ row, column, ...reading })
    return undefined
  }
  const kind = read('kind', readKind)
  const what = read('what', kind === 'on' || kind === 'inactive_for' ? asText : asCondition)
  const times = read('at_most', readNumber)
  const per = read('per', asText)
  const signal = {
    id: read('id', asText),
    label: read('label', asText),
    dimension: read('dimension', asText),
    points: read('points', readNumber),
    ...(typeof kind === 'string' && { [kind]: what }),
    where: read('where', asCondition),
    only: read('only', readOnly),
    scale_by: read('scale_by', asText),
    replaces: read('replaces', asYaml),
    repeated: read('repeated', asYaml),
    within: read('within', asText),
    at_most: times === undefined && per === undefined ? undefined : known({ times, per }),
    decay: read('decay', asYaml),
  }
  return { signal: known(signal), problems }
}

const MISSING = { message: 'this must not be blank', remedy: 'Fill it in, or delete the row.' }

/** Without what is undefined. */
function known(values: Readonly<Record<string, unknown>>): RawSignal {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function asText(value: string): CellReading {
  return { value }
}

function readKind(cell: string): CellReading {
  const kind = KINDS.find((each) => each === cell.toLowerCase())
  if (kind !== undefined) return { value: kind }
  return {
    message: `"${cell}" is no kind of signal`,
    remedy: `Write ${KINDS.join(', ')}; what it looks for stands in the column what.`,
  }
}

/** Spreadsheets turn a written `true` into a word of their own language; `yes` stays. */
function readOnly(cell: string): CellReading {
  if (/^(yes|true|x)$/i.test(cell)) return { value: true }
  return { message: `"${cell}" is neither yes nor blank`, remedy: 'Write yes, or leave it blank.' }
}

function asYaml(cell: string): CellReading {
  const yaml = readYaml(cell)
  if (yaml.ok) return { value: yaml.source.value }
  const [problem] = yaml.problems
  return {
    message: `this cannot be read: ${problem?.message ?? 'it is no value'}`,
    remedy: problem?.remedy ?? EXAMPLE_REMEDY,
  }
}

const EXAMPLE_REMEDY =
  'Write it as in the model, for example {company.employees: {gte: 1000}}, or company.employees >= 1000.'

const COMPARISON = /^([a-z][a-z0-9_.]*)\s*(>=|<=|>|<|=)\s*(\S.*)$/
const OPERATORS: Readonly<Record<string, string>> = {
  '>=': 'gte',
  '<=': 'lte',
  '>': 'gt',
  '<': 'lt',
  '=': 'eq',
}

/** A block of keys or a list, or one comparison as people write it: `company.employees >= 1000`. */
function asCondition(cell: string): CellReading {
  const [, field, sign = '', operand = ''] = COMPARISON.exec(cell) ?? []
  const operator = OPERATORS[sign]
  if (field !== undefined && operator !== undefined) {
    const reading = asYaml(operand)
    if (!('value' in reading)) return reading
    return { value: { [field]: { [operator]: reading.value } } }
  }
  const reading = asYaml(cell)
  if (!('value' in reading) || typeof reading.value === 'object') return reading
  return { message: `"${cell.slice(0, 60)}" is no condition`, remedy: EXAMPLE_REMEDY }
}
