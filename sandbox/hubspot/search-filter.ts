import { z } from 'zod'
import { invalid } from './errors.ts'
import { columnOf } from './object-types.ts'
import { findProperty } from './property-table.ts'
import type { PropertyDefinition } from './property-types.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'
import { parseMoment } from './validate.ts'

const OPERATORS = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

export const Filter = z.object({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: Scalar.optional(),
  highValue: Scalar.optional(),
  values: z.array(Scalar).optional(),
})
export type Filter = z.infer<typeof Filter>

/** A piece of SQL with its values. `isIndexed` when it looks at nothing but the index columns. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
  readonly isIndexed: boolean
}

interface Operand {
  readonly sql: string
  readonly isIndexed: boolean
  convert(text: string): string | number
}

function moment(name: string, text: string): number {
  const time = parseMoment(text)
  if (time !== undefined) return time
  throw invalid(`There was a problem with the request: ${text} is not a time for ${name}`)
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && !Number.isNaN(value)) return value
  throw invalid(`There was a problem with the request: ${text} is not a number for ${name}`)
}

function converter(definition: PropertyDefinition): Operand['convert'] {
  const { name, type } = definition
  if (type === 'number') return (text) => number(name, text)
  if (type === 'datetime') return (text) => new Date(moment(name, text)).toISOString()
  if (type === 'date') return (text) => new Date(moment(name, text)).toISOString().slice(0, 10)
  return (text) => text
}

/** The SQL that stands for a property. @throws ApiError 400 for a property that does not exist. */
export function operandOf(store: Store, type: RecordType, name: string): Operand {
  const column = columnOf(type, name)
  if (column) {
    const parse = column === 'id' ? number : moment
    const convert = (text: string) => parse(name, text)
    return { sql: column, isIndexed: column !== 'created_at', convert }
  }
  const definition = findProperty(store, type, name)
  if (!definition)
    throw invalid('There was a problem with the request.', [
      {
        message: `Property "${name}" does not exist`,
        code: 'PROPERTY_DOESNT_EXIST',
        context: { propertyName: [name] },
      },
    ])
  // The name is that of a stored definition, so it holds nothing but letters, digits and underscores.
  const value = `json_extract(properties, '$."${name}"')`
  const sql = definition.type === 'number' ? `cast(${value} as real)` : `${value} collate nocase`
  return { sql, isIndexed: false, convert: converter(definition) }
}

const COMPARISONS = { EQ: '=', NEQ: '<>', LT: '<', LTE: '<=', GT: '>', GTE: '>=' } as const

function required<T>(filter: Filter, value: T | undefined, what: string): T {
  if (value !== undefined) return value
  throw invalid(`The operator ${filter.operator} on ${filter.propertyName} needs ${what}`)
}

/** One filter as SQL. A record without the property matches nothing but NOT_HAS_PROPERTY. */
export function conditionOf(store: Store, type: RecordType, filter: Filter): Condition {
  const { sql, isIndexed, convert } = operandOf(store, type, filter.propertyName)
  const condition = (text: string, values: readonly (string | number)[] = []) => ({
    sql: text,
    values,
    isIndexed,
  })
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return condition(`${sql} is not null`)
    case 'NOT_HAS_PROPERTY':
      return condition(`${sql} is null`)
    case 'IN':
    case 'NOT_IN': {
      const values = required(filter, filter.values, 'values').map(convert)
      const marks = values.map(() => '?').join(', ')
      return condition(`${sql} ${filter.operator === 'IN' ? 'in' : 'not in'} (${marks})`, values)
    }
    case 'BETWEEN': {
      const low = convert(required(filter, filter.value, 'a value'))
      const high = convert(required(filter, filter.highValue, 'a highValue'))
      return condition(`${sql} between ? and ?`, [low, high])
    }
    case 'CONTAINS_TOKEN':
    case 'NOT_CONTAINS_TOKEN': {
      const token = required(filter, filter.value, 'a value')
      const wanted = filter.operator === 'CONTAINS_TOKEN' ? 1 : 0
      return condition(`contains_token(${sql}, ?) = ${wanted}`, [token])
    }
    default: {
      const value = convert(required(filter, filter.value, 'a value'))
      return condition(`${sql} ${COMPARISONS[filter.operator]} ?`, [value])
    }
  }
}

/** Whether a text has the token as one of its words; `*` stands for any part of a word. */
export function containsToken(text: string, token: string): boolean {
  const pattern = token
    .toLowerCase()
    .split('*')
    .map((part) => RegExp.escape(part))
    .join('\\S*')
  return new RegExp(`(^|[^\\p{L}\\p{N}])${pattern}($|[^\\p{L}\\p{N}])`, 'u').test(
    text.toLowerCase(),
  )
}
