import { columnOf, storedSql } from './objects-value.ts'
import { INDEXED_REFERENCES } from './record-tables.ts'
import { operandOf } from './soql-literals.ts'
import { resolveField, type Scope } from './soql-scope.ts'
import type { Comparison, Tree } from './soql-tree.ts'
import { type Piece, piece } from './soql-where.ts'

/** How to get at the records: an index by name, and what may be left out from the start. */
export interface AccessPath {
  readonly index: string
  /** Implied by the filter, so it takes nothing away; it is what the index is searched by. */
  readonly implied: Piece
}

interface Range {
  readonly from: number
  readonly to: number
}

const ALL: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

function intersection(ranges: readonly Range[]): Range {
  return {
    from: Math.max(...ranges.map(({ from }) => from)),
    to: Math.min(...ranges.map(({ to }) => to)),
  }
}

function hull(ranges: readonly Range[]): Range {
  return {
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
  }
}

/** The moments a comparison leaves, a little too wide where it is easier; both ends included. */
function comparedRange(scope: Scope, { field, operator, literals }: Comparison): Range {
  const [literal] = literals
  const { definition } = resolveField(scope, field)
  const operand = literal && operandOf(definition, literal, scope.now)
  if (!operand) return ALL
  const [from, to] =
    'value' in operand ? [operand.value, operand.value] : [operand.range.from, operand.range.to]
  if (typeof from !== 'number' || typeof to !== 'number') return ALL
  if (operator === '=') return { from, to }
  if (operator === '>' || operator === '>=') return { ...ALL, from }
  if (operator === '<' || operator === '<=') return { ...ALL, to }
  return ALL
}

const isField = (scope: Scope, node: { field: string }, name: string): boolean => {
  const { parents, definition } = resolveField(scope, node.field)
  return parents.length === 0 && definition.name === name
}

/** The moments of a system datetime beyond which no record can satisfy the filter. */
function impliedRange(scope: Scope, tree: Tree, name: string): Range {
  switch (tree.kind) {
    case 'and':
      return intersection(tree.parts.map((part) => impliedRange(scope, part, name)))
    case 'or':
      return hull(tree.parts.map((part) => impliedRange(scope, part, name)))
    case 'compare':
      return isField(scope, tree, name) ? comparedRange(scope, tree) : ALL
    default:
      return ALL
  }
}

/** The only values that a field can have in the records that are found; undefined for no such list. */
function impliedValues(scope: Scope, tree: Tree, name: string): string[] | undefined {
  if (tree.kind === 'and')
    return tree.parts.map((part) => impliedValues(scope, part, name)).find((values) => values)
  if (tree.kind === 'or') {
    const lists = tree.parts.map((part) => impliedValues(scope, part, name))
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined
  }
  if (tree.kind !== 'compare' || !isField(scope, tree, name)) return undefined
  if (tree.operator !== '=' && tree.operator !== 'IN') return undefined
  const { definition } = resolveField(scope, tree.field)
  const operands = tree.literals.map((literal) => operandOf(definition, literal, scope.now))
  const values = operands.map((operand) => ('value' in operand ? operand.value : null))
  return values.every((value) => typeof value === 'string') ? values : undefined
}

function listPath(scope: Scope, tree: Tree): AccessPath | undefined {
  const { alias } = scope
  const within = (sql: string, values: readonly string[]) =>
    piece(`${sql} in (${values.map(() => '?').join(', ')})`, values)
  const ids = impliedValues(scope, tree, 'Id')
  if (ids) return { index: '', implied: within(`${alias}.id`, ids) }
  for (const name of INDEXED_REFERENCES) {
    const values = impliedValues(scope, tree, name)
    if (values)
      return { index: `record_by_${name}`, implied: within(storedSql(alias, name), values) }
  }
  return undefined
}

function rangePath(scope: Scope, name: string, index: string, range: Range): AccessPath {
  const column = `${scope.alias}.${columnOf(name)}`
  const bounds: Piece[] = []
  if (range.from > ALL.from) bounds.push(piece(`${column} >= ?`, [range.from]))
  if (range.to < ALL.to) bounds.push(piece(`${column} <= ?`, [range.to]))
  const implied = piece(
    ['1', ...bounds.map(({ sql }) => sql)].join(' and '),
    bounds.flatMap(({ values }) => values),
  )
  return { index, implied }
}

const isBounded = ({ from, to }: Range): boolean => from > ALL.from || to < ALL.to

/**
 * The index that serves a query best. It is chosen here because the planner knows nothing of the values:
 * for a page of changed records it would read every record of the object.
 */
export function accessPath(
  scope: Scope,
  tree: Tree | undefined,
  firstOrder: string | undefined,
): AccessPath {
  const list = tree && listPath(scope, tree)
  if (list) return list
  const range = (name: string) => (tree ? impliedRange(scope, tree, name) : ALL)
  const stamps = range('SystemModstamp')
  const births = range('CreatedDate')
  if (firstOrder === 'SystemModstamp' || (isBounded(stamps) && firstOrder !== 'CreatedDate'))
    return rangePath(scope, 'SystemModstamp', 'record_by_stamp', stamps)
  if (firstOrder === 'CreatedDate' || isBounded(births))
    return rangePath(scope, 'CreatedDate', 'record_by_creation', births)
  return { index: '', implied: piece('1') }
}
