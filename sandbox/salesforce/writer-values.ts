import { to18, typeOf } from './ids.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { Value } from './record.ts'
import { type SaveError, saveError } from './writer-result.ts'

type Verdict = { readonly value: Value } | { readonly error: SaveError }

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/

const fail = (code: string, message: string, { name }: FieldDefinition): Verdict => ({
  error: saveError(code, message, [name]),
})

/** Of an object as JSON: one that came in a body may have a `toString` of its own. */
function shown(raw: unknown): string {
  return typeof raw === 'string' ? raw : JSON.stringify(raw)
}

/** What the parser of the real API says of a value that is not of the field's type. */
function wrongType(definition: FieldDefinition, raw: unknown): Verdict {
  const kind = typeof raw === 'string' ? 'VALUE_STRING' : `VALUE_${typeof raw}`.toUpperCase()
  const message = `Cannot deserialize instance of ${definition.type} from ${kind} value ${shown(raw)} or request may be missing a required field`
  return fail('JSON_PARSER_ERROR', message, definition)
}

function readNumber(definition: FieldDefinition, raw: unknown): Verdict {
  const { type, precision, scale, label } = definition
  const number = typeof raw === 'string' ? Number(raw) : raw
  if (typeof number !== 'number' || !Number.isFinite(number)) return wrongType(definition, raw)
  const value = Number(number.toFixed(type === 'int' ? 0 : scale))
  const digits = precision - (type === 'int' ? 0 : scale)
  if (digits > 0 && Math.abs(value) >= 10 ** digits) {
    const message = `${label}: value outside of valid range on numeric field: ${number}`
    return fail('NUMBER_OUTSIDE_VALID_RANGE', message, definition)
  }
  return { value }
}

/** CSV knows no booleans: there they are words. */
function readBoolean(definition: FieldDefinition, raw: unknown): Verdict {
  if (typeof raw === 'boolean') return { value: raw }
  const word = typeof raw === 'string' ? raw.toLowerCase() : ''
  if (word === 'true' || word === 'false') return { value: word === 'true' }
  return wrongType(definition, raw)
}

/** Whether a day is in the calendar: the parser takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

function readDate(definition: FieldDefinition, raw: unknown): Verdict {
  if (typeof raw !== 'string' || !DATE.test(raw) || !isDay(raw)) return wrongType(definition, raw)
  return { value: raw }
}

function readDatetime(definition: FieldDefinition, raw: unknown): Verdict {
  if (typeof raw !== 'string' || !DATETIME.test(raw) || !isDay(raw.slice(0, 10)))
    return wrongType(definition, raw)
  const ms = Date.parse(raw.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  if (Number.isNaN(ms)) return wrongType(definition, raw)
  return { value: new Date(Math.floor(ms / 1_000) * 1_000).toISOString() }
}

function readReference(definition: FieldDefinition, raw: unknown): Verdict {
  const id = typeof raw === 'string' ? to18(raw) : undefined
  const type = id && typeOf(id)
  if (type && definition.referenceTo.includes(type)) return { value: id }
  const message = `${definition.label}: id value of incorrect type: ${shown(raw)}`
  return fail('MALFORMED_ID', message, definition)
}

function readChoices(definition: FieldDefinition, text: string): Verdict {
  const { type, picklist, restrictedPicklist, label } = definition
  const chosen = type === 'multipicklist' ? text.split(';').filter(Boolean) : [text]
  const bad = chosen.find((one) => !picklist.some(({ value }) => value === one))
  if (bad === undefined || !restrictedPicklist) return { value: chosen.join(';') }
  const message = `${label}: bad value for restricted picklist field: ${bad}`
  return fail('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, definition)
}

function readText(definition: FieldDefinition, raw: unknown): Verdict {
  if (typeof raw !== 'string') return wrongType(definition, raw)
  const { type, label, length } = definition
  const text = raw.trim()
  if (length > 0 && text.length > length) {
    const message = `${label}: data value too large: ${text} (max length=${length})`
    return fail('STRING_TOO_LONG', message, definition)
  }
  if (type === 'email' && !EMAIL.test(text))
    return fail('INVALID_EMAIL_ADDRESS', `${label}: invalid email address: ${text}`, definition)
  if (type === 'picklist' || type === 'multipicklist') return readChoices(definition, text)
  return { value: text }
}

/** Nothing at all: null, or a text without a letter in it. */
function isEmpty(raw: unknown): boolean {
  return raw === null || (typeof raw === 'string' && raw.trim() === '')
}

/** A value as the field holds it, or why it cannot. */
export function readValue(definition: FieldDefinition, raw: unknown): Verdict {
  if (isEmpty(raw)) {
    if (definition.type !== 'boolean') return { value: null }
    const message = `${definition.label}: value not of required type: null`
    return fail('INVALID_TYPE_ON_FIELD_IN_RECORD', message, definition)
  }
  switch (definition.type) {
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return readNumber(definition, raw)
    case 'boolean':
      return readBoolean(definition, raw)
    case 'date':
      return readDate(definition, raw)
    case 'datetime':
      return readDatetime(definition, raw)
    case 'reference':
      return readReference(definition, raw)
    default:
      return readText(definition, raw)
  }
}
