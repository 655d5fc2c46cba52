import { associate, followPrimaryCompany } from './association-table.ts'
import { targetOfTypeId } from './association-types.ts'
import { invalid } from './errors.ts'
import type { CreateInput } from './input.ts'
import { findObject, parseId, type StoredObject } from './object-table.ts'
import { createObject } from './object-writer.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

type CreateAssociation = CreateInput['associations'][number]

function addAssociation(
  store: Store,
  object: StoredObject,
  { to, types }: CreateAssociation,
): void {
  for (const { associationTypeId } of types) {
    const target = targetOfTypeId(object.type, associationTypeId)
    if (!target) throw invalid(`${object.type} have no association type ${associationTypeId}`)
    const toId = parseId(to.id)
    if (toId === undefined || !findObject(store, target.type, toId))
      throw invalid(`The associated ${target.type} ${to.id} does not exist`)
    associate(store, object, { type: target.type, id: toId }, target.primary)
  }
}

/**
 * Creates a record with its associations; call it inside a transaction.
 * @throws ApiError 400 for an association the portal does not know, 409 for a taken email.
 */
export function createWithAssociations(
  store: Store,
  type: RecordType,
  input: CreateInput,
  at: number,
): StoredObject {
  const object = createObject(store, type, input.properties, at)
  for (const association of input.associations) addAssociation(store, object, association)
  if (type !== 'contacts' || input.associations.length === 0) return object
  followPrimaryCompany(store, object.id)
  return findObject(store, type, object.id) ?? object
}
