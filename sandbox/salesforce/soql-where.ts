import { apiError, malformedQuery } from './errors.ts'
import { type FieldDefinition, isLongText } from './objects-field.ts'
import { likePattern, type Operand, operandOf } from './soql-literals.ts'
import { type Column, columnSql, openScope, resolveField, type Scope } from './soql-scope.ts'
import { seenRecords } from './soql-seen.ts'
import { type Comparison, type Literal, type SemiJoin, type Tree, treeOf } from './soql-tree.ts'

/** A piece of SQL with the values of its question marks. */
export interface Piece {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

export const piece = (sql: string, values: Piece['values'] = []): Piece => ({ sql, values })

function joined(pieces: readonly Piece[], separator: string): Piece {
  return {
    sql: pieces.map(({ sql }) => `(${sql})`).join(separator),
    values: pieces.flatMap(({ values }) => values),
  }
}

const TEXTS: readonly FieldDefinition['type'][] = [
  'string',
  'textarea',
  'picklist',
  'multipicklist',
  'email',
  'phone',
  'url',
]

const isText = ({ type }: FieldDefinition): boolean => TEXTS.includes(type)

/** Texts are compared without regard to case (of ASCII letters only), ids byte by byte. */
export function comparable(scope: Scope, column: Column): string {
  const sql = columnSql(scope, column)
  return isText(column.definition) ? `${sql} collate nocase` : sql
}

/** The unary plus keeps the planner from an index of its own choice: soql-plan.ts chooses. */
const unindexed = (sql: string): string => `+${sql}`

function refuseUnfiltered({ definition }: Column): void {
  if (isLongText(definition))
    throw apiError(
      400,
      'INVALID_FIELD',
      `field '${definition.name}' can not be filtered in a query call`,
    )
}

function equals(sql: string, value: Operand): Piece {
  return value === null ? piece(`${sql} is null`) : piece(`${sql} = ?`, [value])
}

/** A comparison with a span of time, as TODAY is one. */
function compareRange(
  sql: string,
  operator: string,
  { from, to }: { from: Operand; to: Operand },
): Piece {
  const start = String(from) === from ? from : Number(from)
  const end = String(to) === to ? to : Number(to)
  switch (operator) {
    case '=':
      return piece(`${sql} >= ? and ${sql} < ?`, [start, end])
    case '!=':
      return piece(`${sql} is null or ${sql} < ? or ${sql} >= ?`, [start, end])
    case '<':
      return piece(`${sql} < ?`, [start])
    case '<=':
      return piece(`${sql} < ?`, [end])
    case '>':
      return piece(`${sql} >= ?`, [end])
    case '>=':
      return piece(`${sql} >= ?`, [start])
    default:
      throw malformedQuery(`invalid operator ${operator} on a date literal`)
  }
}

function invalidOperator({ name }: FieldDefinition): Error {
  return apiError(
    400,
    'INVALID_QUERY_FILTER_OPERATOR',
    `invalid operator on field '${name}' in a filter`,
  )
}

function compareOne(
  sql: string,
  { definition }: Column,
  { operator, literals }: Comparison,
  now: number,
): Piece {
  const [literal] = literals
  if (!literal) throw malformedQuery('a value is missing')
  const operand = operandOf(definition, literal, now)
  if ('range' in operand) return compareRange(sql, operator, operand.range)
  const { value } = operand
  if (operator === '=') return equals(sql, value)
  // Nothing is unequal to a value: unlike SQL, SOQL finds it.
  if (operator === '!=')
    return value === null ? piece(`${sql} is not null`) : piece(`${sql} is not ?`, [value])
  if (value === null || definition.type === 'boolean') throw invalidOperator(definition)
  return piece(`${sql} ${operator} ?`, [value])
}

function compareList(
  sql: string,
  { definition }: Column,
  literals: readonly Literal[],
  now: number,
): Piece {
  const operands = literals.map((literal) => operandOf(definition, literal, now))
  const values = operands.flatMap((operand) => ('value' in operand ? [operand.value] : []))
  const ranges = operands.flatMap((operand) => ('range' in operand ? [operand.range] : []))
  const present = values.filter((value) => value !== null)
  const parts = ranges.map((range) => compareRange(sql, '=', range))
  if (present.length > 0)
    parts.push(piece(`${sql} in (${present.map(() => '?').join(', ')})`, present))
  if (present.length < values.length) parts.push(piece(`${sql} is null`))
  return joined(parts, ' or ')
}

/** The negation of SQL that may be unknown: what is not true is false, as SOQL has only two. */
function negated(part: Piece): Piece {
  return piece(`not coalesce(${part.sql}, 0)`, part.values)
}

/** `'A;B'` asks for both together, several literals for any of them. */
function includes(sql: string, column: Column, literals: readonly Literal[]): Piece {
  if (column.definition.type !== 'multipicklist') throw invalidOperator(column.definition)
  const any = literals.map((literal) => {
    const operand = operandOf(column.definition, literal, 0)
    const wanted = 'value' in operand ? String(operand.value ?? '').split(';') : []
    const all = wanted.map((one) =>
      piece(`instr(';' || lower(${sql}) || ';', ';' || lower(?) || ';') > 0`, [one]),
    )
    return joined(all, ' and ')
  })
  return joined(any, ' or ')
}

function comparison(scope: Scope, node: Comparison): Piece {
  const column = resolveField(scope, node.field)
  refuseUnfiltered(column)
  const sql = unindexed(comparable(scope, column))
  const { operator, literals } = node
  switch (operator) {
    case 'IN':
      return compareList(sql, column, literals, scope.now)
    case 'NOT IN':
      return negated(compareList(sql, column, literals, scope.now))
    case 'INCLUDES':
      return includes(sql, column, literals)
    case 'EXCLUDES':
      return negated(includes(sql, column, literals))
    case 'LIKE': {
      const [literal] = literals
      if (!isText(column.definition) || literal?.type !== 'STRING')
        throw invalidOperator(column.definition)
      return piece(`${sql} like ? escape '\\'`, [likePattern(literal)])
    }
    default:
      return compareOne(sql, column, node, scope.now)
  }
}

function semiJoin(scope: Scope, { field, isNegated, query }: SemiJoin): Piece {
  const column = resolveField(scope, field)
  const [selected] = query.fields ?? []
  if (selected?.type !== 'Field' || query.fields?.length !== 1)
    throw malformedQuery('a query within a filter selects exactly one field')
  const inner = openScope(scope, query.sObject ?? '', query.sObjectAlias, `${scope.alias}s`)
  const wanted = columnSql(inner, resolveField(inner, selected.field))
  const where = query.where ? whereSql(inner, treeOf(query.where)) : piece('1')
  const { source, condition } = seenRecords(inner)
  const found = `select ${wanted} from ${source} where ${condition} and (${where.sql})`
  const piecewise = piece(`${columnSql(scope, column)} in (${found})`, where.values)
  return isNegated ? negated(piecewise) : piecewise
}

/** A filter as SQL. @throws ApiError 400 as Salesforce refuses it */
export function whereSql(scope: Scope, tree: Tree): Piece {
  switch (tree.kind) {
    case 'and':
      return joined(
        tree.parts.map((part) => whereSql(scope, part)),
        ' and ',
      )
    case 'or':
      return joined(
        tree.parts.map((part) => whereSql(scope, part)),
        ' or ',
      )
    case 'not':
      return negated(whereSql(scope, tree.part))
    case 'compare':
      return comparison(scope, tree)
    case 'semi-join':
      return semiJoin(scope, tree)
  }
}
