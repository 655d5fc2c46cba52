import type { FieldFunctionExpression, FieldType, Query } from '@jetstreamapp/soql-parser-js'
import { apiError, malformedQuery } from './errors.ts'
import type { FieldDefinition } from './objects-field.ts'
import { columnOf, restTime } from './objects-value.ts'
import { foundSql } from './soql-find.ts'
import type { RestRecord } from './soql-read.ts'
import { type Column, columnSql, resolveField, type Scope } from './soql-scope.ts'
import { comparable } from './soql-where.ts'

const GROUPS_MAX = 2_000
const FUNCTIONS = ['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'SUM', 'AVG']

/** A value of a group as it is asked for. */
interface Output {
  readonly name: string
  readonly sql: string
  /** The field whose values it shows; null for a number of records or a sum. */
  readonly shows: FieldDefinition | null
}

const isFunction = (field: FieldType): field is FieldFunctionExpression =>
  field.type === 'FieldFunctionExpression'

/** `SELECT COUNT() FROM …`, which answers with nothing but a number. */
export function isPlainCount({ fields = [] }: Query): boolean {
  const [only] = fields
  if (!only || fields.length > 1 || !isFunction(only)) return false
  return only.functionName.toUpperCase() === 'COUNT' && only.parameters.length === 0
}

export function isAggregate({ fields = [], groupBy }: Query): boolean {
  return (
    groupBy !== undefined ||
    fields.some(
      (field) => isFunction(field) && FUNCTIONS.includes(field.functionName.toUpperCase()),
    )
  )
}

export function countFound(scope: Scope, query: Query): number {
  const found = foundSql(scope, query)
  const row = scope.org.store.db
    .prepare(`select count(*) as n from (select 1 ${found.sql} limit ?)`)
    .get(...found.values, query.limit ?? -1)
  return Number(row?.['n'])
}

function functionOutput(scope: Scope, field: FieldFunctionExpression, name: string): Output {
  const [parameter] = field.parameters
  const fn = field.functionName.toUpperCase()
  if (!FUNCTIONS.includes(fn) || typeof parameter !== 'string')
    throw malformedQuery(`the function ${field.rawValue ?? fn} is not supported`)
  const column = resolveField(scope, parameter)
  const sql = columnSql(scope, column)
  const outputName = field.alias ?? name
  if (fn === 'COUNT_DISTINCT')
    return { name: outputName, sql: `count(distinct ${sql})`, shows: null }
  const shows = fn === 'MIN' || fn === 'MAX' ? column.definition : null
  return { name: outputName, sql: `${fn.toLowerCase()}(${sql})`, shows }
}

function groupedBy(scope: Scope, { groupBy }: Query): Column[] {
  const groups = groupBy === undefined ? [] : [groupBy].flat()
  return groups.map((group) => {
    if ('field' in group) return resolveField(scope, group.field)
    throw malformedQuery('GROUP BY takes fields only')
  })
}

function fieldOutput(scope: Scope, field: FieldType, groups: readonly Column[]): Output {
  if (field.type !== 'Field' && field.type !== 'FieldRelationship')
    throw malformedQuery('grouped queries select fields and aggregates')
  const relationships = field.type === 'Field' ? [] : field.relationships
  const column = resolveField(scope, [...relationships, field.field].join('.'))
  const name = column.path.join('.')
  if (!groups.some((group) => group.path.join('.') === name))
    throw malformedQuery(`Field must be grouped or aggregated: ${name}`)
  const alias = 'alias' in field ? field.alias : undefined
  const { definition } = column
  return { name: alias ?? definition.name, sql: columnSql(scope, column), shows: definition }
}

/** Functions without a name are expr0, expr1 and so on. */
function outputsOf(scope: Scope, { fields = [] }: Query, groups: readonly Column[]): Output[] {
  let unnamed = 0
  return fields.map((field) => {
    if (!isFunction(field)) return fieldOutput(scope, field, groups)
    const output = functionOutput(scope, field, `expr${unnamed}`)
    if (field.alias === undefined) unnamed += 1
    return output
  })
}

function shown(value: unknown, definition: FieldDefinition | null): unknown {
  if (value === null || !definition) return value
  if (definition.type === 'boolean') return value === 1
  if (definition.type !== 'datetime') return value
  const iso = columnOf(definition.name) ? new Date(Number(value)).toISOString() : String(value)
  return restTime(iso)
}

/** The groups that a query with COUNT(Id), MAX(..) or GROUP BY answers with. */
export function aggregate(scope: Scope, query: Query): RestRecord[] {
  if (query.having) throw malformedQuery('HAVING is not supported')
  const groups = groupedBy(scope, query)
  const outputs = outputsOf(scope, query, groups)
  const found = foundSql(scope, { ...(query.where && { where: query.where }) })
  const by = groups.map((column) => comparable(scope, column)).join(', ')
  const rows = scope.org.store.db
    .prepare(
      `select ${outputs.map(({ sql }, index) => `${sql} as v${index}`).join(', ')} ${found.sql}
       ${by === '' ? '' : `group by ${by} order by ${by}`} limit ?`,
    )
    .all(...found.values, query.limit ?? -1)
  if (rows.length > GROUPS_MAX)
    throw apiError(400, 'EXCEEDED_ID_LIMIT', 'Aggregate query does not support queryMore()')
  return rows.map((row) => {
    const values = outputs.map(({ name, shows }, index) => [name, shown(row[`v${index}`], shows)])
    return { attributes: { type: 'AggregateResult' }, ...Object.fromEntries(values) }
  })
}
