import { followPrimaryCompany, moveAssociations } from './association-table.ts'
import { apiError } from './errors.ts'
import {
  findContactByEmail,
  insertObject,
  nextId,
  type StoredObject,
  saveObject,
  type Values,
} from './object-table.ts'
import type { RecordType } from './record.ts'
import { type Store, transaction } from './store.ts'

function withChanges(properties: Values, changes: Values): Values {
  const merged = Object.entries({ ...properties, ...changes })
  return Object.fromEntries(merged.filter(([, value]) => value !== ''))
}

/** One contact per address, as in the real portal. */
function refuseTakenEmail(store: Store, type: RecordType, id: number, changes: Values): void {
  const email = changes['email']
  if (type !== 'contacts' || !email) return
  const holder = findContactByEmail(store, email)
  if (holder && holder.id !== id)
    throw apiError(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder.id}`)
}

/** Creates a record from checked values. @throws ApiError 409 for a contact whose email is taken. */
export function createObject(
  store: Store,
  type: RecordType,
  properties: Values,
  at: number,
): StoredObject {
  const id = nextId(store, type)
  refuseTakenEmail(store, type, id, properties)
  const object = {
    type,
    id,
    properties: withChanges({}, properties),
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    mergedInto: null,
  }
  insertObject(store, object)
  return object
}

/** Writes checked values. A value equal to the stored one is a write like any other. */
export function updateObject(
  store: Store,
  object: StoredObject,
  changes: Values,
  at: number,
): StoredObject {
  refuseTakenEmail(store, object.type, object.id, changes)
  const updated = {
    ...object,
    properties: withChanges(object.properties, changes),
    updatedAt: at,
  }
  saveObject(store, updated)
  return updated
}

export function archiveObject(store: Store, object: StoredObject, at: number): void {
  saveObject(store, { ...object, archivedAt: at, updatedAt: at })
}

export function restoreObject(store: Store, object: StoredObject, at: number): StoredObject {
  const restored = { ...object, archivedAt: null, updatedAt: at }
  saveObject(store, restored)
  return restored
}

function mergedIds(object: StoredObject): string[] {
  return (object.properties['hs_merged_object_ids'] ?? '').split(';').filter(Boolean)
}

/**
 * Merges `loser` into `winner`: the winner's values stay, the loser's fill the gaps, its associations
 * move, and every id that led to the loser leads on to the winner.
 */
export function mergeObjects(
  store: Store,
  winner: StoredObject,
  loser: StoredObject,
  at: number,
): StoredObject {
  return transaction(store, () => {
    const ids = new Set([...mergedIds(winner), ...mergedIds(loser), String(loser.id)])
    saveObject(store, { ...loser, mergedInto: winner.id, updatedAt: at })
    const merged = {
      ...winner,
      properties: {
        ...loser.properties,
        ...winner.properties,
        hs_merged_object_ids: [...ids].join(';'),
      },
      updatedAt: at,
    }
    saveObject(store, merged)
    moveAssociations(store, winner.type, loser.id, winner.id)
    if (winner.type === 'contacts') followPrimaryCompany(store, winner.id)
    return merged
  })
}
