import { UserError } from '../../src/errors.ts'
import { to18 } from './ids.ts'

/** A query, in parts; conditions are joined by AND. */
export interface Query {
  /** API names; of a parent with its relationship, `Account.Name`. */
  readonly select: readonly string[]
  /** Whole queries in brackets, of children. */
  readonly children?: readonly string[]
  readonly from: string
  readonly where?: readonly string[]
  readonly orderBy?: readonly string[]
  readonly limit?: number
}

/** The text of a query. @throws UserError for a name that is none */
export function soql(query: Query): string {
  const { select, children = [], from, where = [], orderBy = [], limit } = query
  return [
    `SELECT ${[...select.map(name), ...children].join(', ')} FROM ${name(from)}`,
    ...(where.length > 0 ? [`WHERE ${where.join(' AND ')}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${orderBy.map(name).join(', ')}`] : []),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ].join(' ')
}

/** How many records a query with the same conditions finds. */
export function countOf({ from, where }: Pick<Query, 'from' | 'where'>): string {
  const all = `SELECT COUNT() FROM ${name(from)}`
  return where ? `${all} WHERE ${where.join(' AND ')}` : all
}

/** At least one; any of them. */
export function anyOf(conditions: readonly string[]): string {
  return `(${conditions.join(' OR ')})`
}

/** A condition on a list of ids; an empty list would be no SOQL. */
export function idIn(field: string, ids: readonly string[]): string {
  return `${name(field)} IN (${ids.map(id).join(',')})`
}

/** A record id as a literal. @throws UserError for what is none */
export function id(text: string): string {
  const whole = to18(text)
  if (whole !== undefined) return quoted(whole)
  throw new UserError(`"${text}" is not a Salesforce id; it has 15 or 18 letters and digits`)
}

/** Milliseconds are written, though Salesforce keeps whole seconds. */
export function moment(date: Date): string {
  return date.toISOString()
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

/** Any text as a literal of a comparison (of LIKE `%` and `_` would be wildcards). */
export function quoted(text: string): string {
  const escaped = text.replace(/["'\\\p{Cc}\u2028\u2029]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return ESCAPES[character] ?? `\\u${code}`
  })
  return `'${escaped}'`
}

function name(text: string): string {
  if (/^[a-z]\w*(\.[a-z]\w*)*$/i.test(text)) return text
  throw new UserError(`"${text}" cannot be the name of a Salesforce field or object`)
}
