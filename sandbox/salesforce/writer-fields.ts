import { fieldAccess, findField } from './objects.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { Org } from './org.ts'
import type { Fields, SObjectType } from './record.ts'
import type { Actor } from './writer-context.ts'
import { type SaveError, saveError } from './writer-result.ts'
import { readValue } from './writer-values.ts'

type Read = { readonly fields: Fields } | { readonly errors: SaveError[] }

/** What an actor may do with the fields that one call names, looked up once each. */
export interface FieldBook {
  /** The field and the access to it; undefined where there is none for this actor. */
  find(type: SObjectType, name: string): Writable | undefined
}

interface Writable {
  readonly definition: FieldDefinition
  readonly access: 'read' | 'edit'
}

/** In the browser an administrator sets whatever there is, as imports and older versions of fields did. */
function lookUp(org: Org, actor: Actor, type: SObjectType, name: string): Writable | undefined {
  const definition = findField(org.store, type, name)
  if (!definition) return undefined
  if (!actor.isApi) return { definition, access: 'edit' }
  const access = fieldAccess(org, { id: actor.userId }, type, definition)
  return access === 'none' ? undefined : { definition, access }
}

export function openFieldBook(org: Org, actor: Actor): FieldBook {
  const known = new Map<string, Writable | undefined>()
  return {
    find(type, name) {
      const key = `${type}.${name}`
      if (!known.has(key)) known.set(key, lookUp(org, actor, type, name))
      return known.get(key)
    },
  }
}

/** A field that does not exist, or that nobody has granted to the caller. */
function unknownFields(book: FieldBook, type: SObjectType, names: readonly string[]): SaveError[] {
  return names
    .filter((name) => !book.find(type, name))
    .map((name) =>
      saveError('INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`, []),
    )
}

function notWritable(
  book: FieldBook,
  actor: Actor,
  type: SObjectType,
  names: readonly string[],
  isNew: boolean,
): SaveError[] {
  if (!actor.isApi) return []
  const closed = names.flatMap((name) => {
    const found = book.find(type, name)
    if (!found) return []
    const { definition, access } = found
    const isOpen = isNew ? definition.createable : definition.updateable
    return isOpen && access === 'edit' ? [] : [definition.name]
  })
  if (closed.length === 0) return []
  const message = `Unable to create/update fields: ${closed.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`
  return [saveError('INVALID_FIELD_FOR_INSERT_UPDATE', message, closed)]
}

/**
 * The values of a request, under the fields' own names and in the form in which the org keeps them, or what is wrong
 * with them: first what no such record can have, then what may not be written, then values.
 */
export function readFields(
  book: FieldBook,
  actor: Actor,
  type: SObjectType,
  raw: Readonly<Record<string, unknown>>,
  isNew: boolean,
): Read {
  const names = Object.keys(raw)
  const unknown = unknownFields(book, type, names)
  if (unknown.length > 0) return { errors: unknown }
  const closed = notWritable(book, actor, type, names, isNew)
  if (closed.length > 0) return { errors: closed }
  const fields: Fields = {}
  const errors: SaveError[] = []
  for (const name of names) {
    const found = book.find(type, name)
    if (!found) continue
    const verdict = readValue(found.definition, raw[name])
    if ('error' in verdict) errors.push(verdict.error)
    else fields[found.definition.name] = verdict.value
  }
  return errors.length > 0 ? { errors } : { fields }
}
