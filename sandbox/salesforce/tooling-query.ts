import {
  isQueryValid,
  isValueCondition,
  parseQuery,
  type Query,
  type ValueCondition,
  type WhereClause,
} from '@jetstreamapp/soql-parser-js'
import { malformedQuery, noSuchColumn } from './errors.ts'

type Row = Readonly<Record<string, unknown>>

/** What cannot be asked of several rows at once. */
const ONE_AT_A_TIME = ['Metadata', 'FullName']

function parse(soql: string): Query {
  if (!isQueryValid(soql)) throw malformedQuery(`unexpected token in query: ${soql}`)
  return parseQuery(soql)
}

function fieldIn(rows: readonly string[], name: string): string {
  const found = rows.find((one) => one.toLowerCase() === name.toLowerCase())
  if (found) return found
  throw noSuchColumn(name, 'CustomField')
}

const textOf = (literal: string) => literal.replace(/^'|'$/g, '').replaceAll("\\'", "'")

function likePattern(text: string): RegExp {
  const source = text
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, 'i')
}

function holds(row: Row, names: readonly string[], condition: ValueCondition): boolean {
  const value = row[fieldIn(names, condition.field)] ?? null
  const literals = [condition.value].flat()
  const isNull = literals.length === 1 && literals[0]?.toLowerCase() === 'null'
  const isAmong = isNull
    ? value === null
    : literals.some((one) => textOf(one).toLowerCase() === String(value ?? '').toLowerCase())
  switch (condition.operator.toUpperCase()) {
    case '=':
    case 'IN':
      return isAmong
    case '!=':
    case 'NOT IN':
      return !isAmong
    case 'LIKE':
      return likePattern(textOf(literals[0] ?? '')).test(String(value ?? ''))
    default:
      throw malformedQuery(`operator ${condition.operator} is not understood here`)
  }
}

/** Conditions joined by AND or OR, from the left; the sandbox knows no brackets here. */
function meets(row: Row, names: readonly string[], where: WhereClause | undefined): boolean {
  if (!where?.left || !isValueCondition(where.left)) return true
  const first = holds(row, names, where.left)
  if (!('right' in where)) return first
  const rest = meets(row, names, where.right)
  return where.operator === 'OR' ? first || rest : first && rest
}

/**
 * Answers a query over rows that all have the columns `names`.
 * @throws ApiError 400 for what it does not understand, and for Metadata of more than one row
 */
export function queryRows(
  soql: string,
  names: readonly string[],
  rows: readonly Row[],
): { entity: string; rows: Row[] } {
  const query = parse(soql)
  const asked = (query.fields ?? []).map((one) =>
    fieldIn(names, one.type === 'Field' ? one.field : ''),
  )
  const found = rows
    .filter((row) => meets(row, names, query.where))
    .slice(0, query.limit ?? rows.length)
  if (found.length > 1 && asked.some((name) => ONE_AT_A_TIME.includes(name)))
    throw malformedQuery(
      `When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval. Result size: ${found.length}`,
    )
  return {
    entity: query.sObject ?? '',
    rows: found.map((row) => Object.fromEntries(asked.map((name) => [name, row[name] ?? null]))),
  }
}
