import type { FieldType, Query, Subquery } from '@jetstreamapp/soql-parser-js'
import { apiError, malformedQuery } from './errors.ts'
import { fieldsOf, isVisible } from './objects.ts'
import { type ChildRelationship, childRelationship } from './objects-children.ts'
import { isLongText } from './objects-field.ts'
import { type Column, openScope, resolveField, type Scope } from './soql-scope.ts'

/** Rows of children below a record. */
export interface ChildSelection {
  readonly name: string
  readonly relationship: ChildRelationship
  readonly query: Subquery
  readonly scope: Scope
  readonly selection: Selection
}

/** What is read from every record that is found. */
export interface Selection {
  readonly columns: readonly Column[]
  readonly children: readonly ChildSelection[]
}

const FIELDS_LIMIT = 200

function allFields(scope: Scope, which: string, limit: number | undefined): Column[] {
  if (which !== 'STANDARD' && (limit ?? Number.POSITIVE_INFINITY) > FIELDS_LIMIT)
    throw malformedQuery(`The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`)
  return fieldsOf(scope.org.store, scope.type)
    .filter((field) => which === 'ALL' || field.custom === (which === 'CUSTOM'))
    .filter((field) => isVisible(scope.org, scope.user, scope.type, field))
    .map(({ name }) => resolveField(scope, name))
}

function childOf(scope: Scope, query: Subquery): ChildSelection {
  const relationship = childRelationship(scope.type, query.relationshipName)
  if (!relationship)
    throw apiError(
      400,
      'INVALID_TYPE',
      `Didn't understand relationship '${query.relationshipName}' in FROM part of query call.`,
    )
  const inner = openScope(scope, relationship.type, query.sObjectAlias, 'c')
  const selection = selectionOf(inner, query)
  return { name: relationship.name, relationship, query, scope: inner, selection }
}

function columnsOf(scope: Scope, field: FieldType, query: Query | Subquery): Column[] {
  if (field.type === 'Field') return [resolveField(scope, field.field)]
  if (field.type === 'FieldRelationship')
    return [resolveField(scope, [...field.relationships, field.field].join('.'))]
  if (field.type === 'FieldFunctionExpression' && field.functionName.toUpperCase() === 'FIELDS')
    return allFields(scope, String(field.parameters[0]).toUpperCase(), query.limit)
  if (field.type === 'FieldFunctionExpression')
    throw malformedQuery(`the function ${field.rawValue ?? ''} is not supported here`)
  return []
}

/** The fields and children that a query asks for. @throws ApiError 400 INVALID_FIELD, MALFORMED_QUERY */
export function selectionOf(scope: Scope, query: Query | Subquery): Selection {
  const fields = query.fields ?? []
  const columns = fields.flatMap((field) => columnsOf(scope, field, query))
  const names = columns.map(({ path }) => path.join('.'))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw malformedQuery(`duplicate field selected: ${twice}`)
  const children = fields.flatMap((field) =>
    field.type === 'FieldSubquery' ? [childOf(scope, field.subquery)] : [],
  )
  if (fields.some(({ type }) => type === 'FieldTypeof'))
    throw malformedQuery('TYPEOF is not supported')
  return { columns, children }
}

/** How many long texts are read from each record: two of them make pages short. */
export function longTexts({ columns }: Selection): number {
  return columns.filter(({ definition }) => isLongText(definition)).length
}
