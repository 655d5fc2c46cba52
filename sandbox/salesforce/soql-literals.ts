import { apiError, malformedQuery } from './errors.ts'
import { to18 } from './ids.ts'
import type { FieldDefinition, FieldType } from './objects-field.ts'
import { columnOf } from './objects-value.ts'
import { dateLiteral, type TimeRange } from './soql-dates.ts'
import type { Literal } from './soql-tree.ts'

/** A value as the database compares it. */
export type Operand = string | number | null

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** The kinds of literals that a field takes, besides null. */
function literalTypes(type: FieldType): readonly string[] {
  switch (type) {
    case 'boolean':
      return ['BOOLEAN']
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return ['INTEGER', 'DECIMAL']
    case 'date':
      return ['DATE', 'DATE_LITERAL', 'DATE_N_LITERAL']
    case 'datetime':
      return ['DATETIME', 'DATE_LITERAL', 'DATE_N_LITERAL']
    default:
      return ['STRING']
  }
}

function wrongType({ name, type }: FieldDefinition): Error {
  const [wanted = ''] = literalTypes(type)
  const kind = type === 'datetime' ? 'dateTime' : wanted === 'STRING' ? 'string' : type
  const quotes =
    wanted === 'STRING' ? 'should be enclosed in quotes' : 'should not be enclosed in quotes'
  return apiError(
    400,
    'INVALID_FIELD',
    `value of filter criterion for field '${name}' must be of type ${kind} and ${quotes}`,
  )
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, code: string) =>
    code.length > 1
      ? String.fromCodePoint(Number.parseInt(code.slice(1), 16))
      : (ESCAPES[code.toLowerCase()] ?? code),
  )
}

const unquoted = (text: string): string => text.replace(/^'|'$/g, '')

/** A LIKE pattern for SQLite with \ as its escape: SOQL's own \% and \_ are kept. */
export function likePattern({ text }: Literal): string {
  const parts = unquoted(text).split(/(\\[%_])/)
  return parts
    .map((part, index) => (index % 2 === 1 ? part : unescaped(part).replaceAll('\\', '\\\\')))
    .join('')
}

function idOperand(text: string): Operand {
  if (text === '') return null
  const id = to18(text)
  if (id) return id
  throw apiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`)
}

function momentOperand(definition: FieldDefinition, ms: number): Operand {
  if (definition.type === 'date') return new Date(ms).toISOString().slice(0, 10)
  return columnOf(definition.name) ? ms : new Date(ms).toISOString()
}

function parseMoment(text: string): number {
  const ms = Date.parse(text.toUpperCase())
  if (Number.isNaN(ms)) throw malformedQuery(`line 1: ${text} is not a valid date`)
  return ms
}

/** A literal as a field is compared with it: one value, or the span of time that it means. */
export function operandOf(
  definition: FieldDefinition,
  literal: Literal,
  now: number,
): { value: Operand } | { range: { from: Operand; to: Operand } } {
  const { type, text } = literal
  if (type === 'NULL') return { value: null }
  if (!literalTypes(definition.type).includes(type)) throw wrongType(definition)
  switch (type) {
    case 'BOOLEAN':
      return { value: Number(text.toUpperCase() === 'TRUE') }
    case 'INTEGER':
    case 'DECIMAL':
      return { value: Number(text) }
    case 'DATE':
    case 'DATETIME':
      return { value: momentOperand(definition, parseMoment(text)) }
    case 'DATE_LITERAL':
    case 'DATE_N_LITERAL': {
      const { from, to }: TimeRange = dateLiteral(text, now)
      return {
        range: { from: momentOperand(definition, from), to: momentOperand(definition, to) },
      }
    }
    default: {
      const value = unescaped(unquoted(text))
      if (definition.type === 'id' || definition.type === 'reference')
        return { value: idOperand(value) }
      // An empty text is stored as no value, and is asked for as one.
      return { value: value === '' ? null : value }
    }
  }
}
