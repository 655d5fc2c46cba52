import { associationsOf } from './association-table.ts'
import { plainTypeId } from './association-types.ts'
import type { SandboxRequest } from './endpoint.ts'
import { invalid } from './errors.ts'
import type { StoredObject } from './object-table.ts'
import { columnOf, factsOf, findType, keptProperties } from './object-types.ts'
import { findProperty } from './property-table.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

const ASSOCIATION_PAGE = 500

export interface ObjectView {
  readonly id: string
  readonly properties: Record<string, string | null>
  readonly createdAt: string
  readonly updatedAt: string
  readonly archived: boolean
  readonly archivedAt?: string
}

const iso = (time: number) => new Date(time).toISOString()

/** One value as the API shows it; null where there is none. */
export function shownValue(object: StoredObject, name: string): string | null {
  switch (columnOf(object.type, name)) {
    case 'id':
      return String(object.id)
    case 'created_at':
      return iso(object.createdAt)
    case 'updated_at':
      return iso(object.updatedAt)
    case undefined:
      return object.properties[name] ?? null
  }
}

/**
 * A record as the API shows it: the asked-for properties that exist (or, asked for none, the usual ones)
 * and always id, created and modified. A property without a value is null.
 */
export function viewObject(
  store: Store,
  object: StoredObject,
  asked: readonly string[],
): ObjectView {
  const wanted = asked.length > 0 ? asked : factsOf(object.type).shown
  const names = new Set([...keptProperties(object.type), ...wanted])
  const known = [...names].filter((name) => findProperty(store, object.type, name))
  const view = {
    id: String(object.id),
    properties: Object.fromEntries(known.map((name) => [name, shownValue(object, name)])),
    createdAt: iso(object.createdAt),
    updatedAt: iso(object.updatedAt),
    archived: object.archivedAt !== null,
  }
  return object.archivedAt === null ? view : { ...view, archivedAt: iso(object.archivedAt) }
}

/** A comma-separated query parameter, given once or several times. */
export function listed(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .filter(Boolean)
}

/** The types whose associations a read asks for. @throws ApiError 400 for an unknown type. */
export function askedAssociations(request: SandboxRequest): RecordType[] {
  return listed(request.query, 'associations').map((name) => {
    const type = findType(name)
    if (type) return type
    throw invalid(`Unable to infer object type from: ${name}`)
  })
}

function labelled(from: RecordType, to: RecordType, typeId: number, isOnly: boolean): string {
  const name = `${factsOf(from).singular}_to_${factsOf(to).singular}`
  return typeId === plainTypeId(from, to) && !isOnly ? `${name}_unlabeled` : name
}

function associationsView(store: Store, object: StoredObject, to: RecordType) {
  const page = { after: 0, limit: ASSOCIATION_PAGE + 1 }
  const found = associationsOf(store, object, to, page)
  const shown = found.slice(0, ASSOCIATION_PAGE)
  // A primary company is listed twice: once for the primary association, once for the plain one.
  const results = shown.flatMap(({ toId, typeIds }) =>
    typeIds.map((typeId) => ({
      id: String(toId),
      type: labelled(object.type, to, typeId, typeIds.length === 1),
    })),
  )
  const last = shown.at(-1)
  if (found.length <= ASSOCIATION_PAGE || !last) return { results }
  return { results, paging: { next: { after: String(last.toId) } } }
}

/** The `associations` of a read; nothing where none were asked for, and no key for a type with none. */
export function viewAssociations(
  store: Store,
  object: StoredObject,
  types: readonly RecordType[],
): { associations?: Record<string, unknown> } {
  const found = types
    .map((type) => [type, associationsView(store, object, type)] as const)
    .filter(([, { results }]) => results.length > 0)
  return found.length > 0 ? { associations: Object.fromEntries(found) } : {}
}
