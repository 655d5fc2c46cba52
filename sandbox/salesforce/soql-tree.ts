import type { Condition, FunctionExp, Query, WhereClause } from '@jetstreamapp/soql-parser-js'
import { malformedQuery } from './errors.ts'

/** One literal, as it was written. */
export interface Literal {
  readonly type: string
  readonly text: string
}

type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'IN'
  | 'NOT IN'
  | 'INCLUDES'
  | 'EXCLUDES'

export interface Comparison {
  readonly kind: 'compare'
  readonly field: string
  readonly operator: Operator
  readonly literals: readonly Literal[]
}

export interface SemiJoin {
  readonly kind: 'semi-join'
  readonly field: string
  readonly isNegated: boolean
  readonly query: Query
}

type Leaf = Comparison | SemiJoin

export type Tree =
  | Leaf
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Tree[] }
  | { readonly kind: 'not'; readonly part: Tree }

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Leaf

function literalsOf(value: string | readonly string[], types: unknown): Literal[] {
  const texts = Array.isArray(value) ? value.map(String) : [String(value)]
  return texts.map((text, index) => ({
    text,
    type: String(Array.isArray(types) ? types[index] : (types ?? 'STRING')),
  }))
}

/** What a condition may hold, of which every kind has a part. */
interface AnyCondition {
  readonly openParen?: number
  readonly closeParen?: number
  readonly field?: string
  readonly fn?: FunctionExp
  readonly operator?: Operator
  readonly value?: string | string[]
  readonly valueQuery?: Query
  readonly literalType?: unknown
}

function leafOf(condition: AnyCondition): Leaf | undefined {
  const { field, fn, operator, value, valueQuery, literalType } = condition
  if (fn) throw malformedQuery(`the function ${fn.rawValue ?? ''} is not supported in a filter`)
  if (field === undefined || operator === undefined) return undefined
  if (valueQuery) {
    if (operator !== 'IN' && operator !== 'NOT IN')
      throw malformedQuery('a query within a filter needs IN or NOT IN')
    return { kind: 'semi-join', field, isNegated: operator === 'NOT IN', query: valueQuery }
  }
  return { kind: 'compare', field, operator, literals: literalsOf(value ?? '', literalType) }
}

/** The parser gives a chain of conditions that say how many brackets open and close at them. */
function tokensOf(where: WhereClause): Token[] {
  const tokens: Token[] = []
  let link: WhereClause | undefined = where
  while (link) {
    // Every condition type is one of AnyCondition's shapes.
    const condition = (link.left ?? {}) as AnyCondition & Partial<Condition>
    for (let n = condition.openParen ?? 0; n > 0; n -= 1) tokens.push('(')
    const leaf = leafOf(condition)
    if (leaf) tokens.push(leaf)
    for (let n = condition.closeParen ?? 0; n > 0; n -= 1) tokens.push(')')
    if (!('operator' in link)) break
    tokens.push(link.operator)
    link = link.right
  }
  return tokens
}

function readOne(tokens: Token[]): Tree {
  const token = tokens.shift()
  if (token === 'NOT') return { kind: 'not', part: readOne(tokens) }
  if (token === '(') {
    const inner = readChain(tokens)
    if (tokens.shift() !== ')') throw malformedQuery("expecting a right parentheses, found 'EOF'")
    return inner
  }
  if (typeof token === 'object') return token
  throw malformedQuery(`unexpected token: ${token ?? 'EOF'}`)
}

/** Salesforce refuses AND beside OR unless brackets tell them apart. */
function readChain(tokens: Token[]): Tree {
  const first = readOne(tokens)
  const operator = tokens[0]
  if (operator !== 'AND' && operator !== 'OR') return first
  const parts = [first]
  while (tokens[0] === 'AND' || tokens[0] === 'OR') {
    if (tokens.shift() !== operator)
      throw malformedQuery(`unexpected token: ${operator === 'AND' ? 'OR' : 'AND'}`)
    parts.push(readOne(tokens))
  }
  return { kind: operator === 'AND' ? 'and' : 'or', parts }
}

/** The conditions of a WHERE clause as a tree. @throws ApiError 400 MALFORMED_QUERY */
export function treeOf(where: WhereClause): Tree {
  const tokens = tokensOf(where)
  const tree = readChain(tokens)
  if (tokens.length > 0) throw malformedQuery(`unexpected token: ${String(tokens[0])}`)
  return tree
}
