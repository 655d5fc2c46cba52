import { apiError, invalidType, malformedQuery, noSuchColumn } from './errors.ts'
import { findField, findType, isVisible } from './objects.ts'
import type { FieldDefinition } from './objects-field.ts'
import { valueSql } from './objects-value.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'
import type { User } from './users.ts'

/** Whose records a query reads, and what is needed to read them. */
export interface Scope {
  readonly org: Pick<Org, 'store'>
  readonly user: User
  readonly type: SObjectType
  /** What the query itself calls the object, besides its name. */
  readonly soqlAlias: string | undefined
  /** What the record is called in the SQL. */
  readonly alias: string
  readonly now: number
  /** Deleted and archived records too. */
  readonly isAll: boolean
}

/** A field that a query names, reached from its object over parents. */
export interface Column {
  readonly definition: FieldDefinition
  /** The object that has the field. */
  readonly owner: SObjectType
  /** The references on the way to it; none for a field of the object itself. */
  readonly parents: readonly FieldDefinition[]
  /** How the field stands in answers: `Account.Name`. */
  readonly path: readonly string[]
}

/** The deepest that parents may be followed. */
const PARENTS_MAX = 5

/** Opens the scope of a FROM clause. @throws ApiError 400 INVALID_TYPE */
export function openScope(
  outer: Pick<Scope, 'org' | 'user' | 'now' | 'isAll'>,
  sObject: string,
  soqlAlias: string | undefined,
  alias: string,
): Scope {
  const type = findType(outer.org.store, sObject)
  if (!type) throw invalidType(sObject)
  const { org, user, now, isAll } = outer
  return { org, user, now, isAll, type, soqlAlias, alias }
}

function findVisible(scope: Scope, type: SObjectType, name: string): FieldDefinition {
  const definition = findField(scope.org.store, type, name)
  if (definition && isVisible(scope.org, scope.user, type, definition)) return definition
  throw noSuchColumn(name, type)
}

function parentField(scope: Scope, type: SObjectType, relationship: string): FieldDefinition {
  const name = relationship.endsWith('__r') ? `${relationship.slice(0, -1)}c` : `${relationship}Id`
  const definition = findField(scope.org.store, type, name)
  const known = definition && definition.referenceTo.length > 0
  if (known && isVisible(scope.org, scope.user, type, definition)) return definition
  throw apiError(
    400,
    'INVALID_FIELD',
    `Didn't understand relationship '${relationship}' in field path. If you are attempting to use ` +
      `a custom relationship, be sure to append the '__r' after the custom relationship name.`,
  )
}

/** The targets all have the fields that queries ask for: Owner is a User or a Group. */
function ownerOf(scope: Scope, targets: readonly SObjectType[], name: string): SObjectType {
  const [first] = targets
  const owner = targets.find((target) => findField(scope.org.store, target, name)) ?? first
  if (owner) return owner
  throw noSuchColumn(name, 'Name')
}

/** Finds what a field path of the query means. @throws ApiError 400 INVALID_FIELD */
export function resolveField(scope: Scope, text: string): Column {
  const steps = text.split('.')
  const head = steps[0]?.toLowerCase()
  const own = [scope.soqlAlias, scope.type].map((name) => name?.toLowerCase())
  // An object may be a parent of its own name too, so its name counts only where no parent has it.
  const isOwnName = own.includes(head) && !findField(scope.org.store, scope.type, `${head}Id`)
  if (steps.length > 1 && isOwnName) steps.shift()
  const name = steps.pop() ?? ''
  if (steps.length > PARENTS_MAX) throw malformedQuery(`${text} goes over too many parents`)
  const parents: FieldDefinition[] = []
  let owner = scope.type
  for (const [index, step] of steps.entries()) {
    const parent = parentField(scope, owner, step)
    parents.push(parent)
    owner = ownerOf(scope, parent.referenceTo, steps[index + 1] ? `${steps[index + 1]}Id` : name)
  }
  const definition = findVisible(scope, owner, name)
  const relationships = parents.map((parent) => parent.relationshipName ?? parent.name)
  return { definition, owner, parents, path: [...relationships, definition.name] }
}

/** The SQL of a column: its own value, or that of a parent by a query of its own. */
export function columnSql(scope: Scope, column: Column): string {
  const { definition, owner, parents } = column
  if (parents.length === 0) return valueSql(scope.alias, owner, definition)
  const tables: string[] = []
  const links: string[] = []
  let alias = scope.alias
  let type = scope.type
  for (const [depth, parent] of parents.entries()) {
    const next = `${scope.alias}_${depth}`
    const types = parent.referenceTo.map((target) => `'${target}'`).join(', ')
    tables.push(`record ${next}`)
    links.push(`${next}.type in (${types}) and ${next}.id = ${valueSql(alias, type, parent)}`)
    alias = next
    type = parent.referenceTo[0] ?? owner
  }
  // A queue has its name where a user is named by two parts: whichever the parent has.
  const owners = parents.at(-1)?.referenceTo ?? [owner]
  const values = new Set(owners.map((one) => valueSql(alias, one, definition)))
  const value = values.size > 1 ? `coalesce(${[...values].join(', ')})` : [...values].join('')
  return `(select ${value} from ${tables.join(', ')} where ${links.join(' and ')})`
}
