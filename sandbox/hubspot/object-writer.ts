import { logWrite } from '../common/write-log.ts'
import { followPrimaryCompany, moveAssociations } from './association-table.ts'
import { apiError, invalid } from './errors.ts'
import { isBlockedEmail } from './forget.ts'
import {
  findContactByEmail,
  insertObject,
  nextId,
  type StoredObject,
  saveObject,
  type Values,
} from './object-table.ts'
import { moveHistory, recordHistory, sourceOf } from './property-history.ts'
import type { RecordType } from './record.ts'
import { type Store, transaction } from './store.ts'

function withChanges(properties: Values, changes: Values): Values {
  const merged = Object.entries({ ...properties, ...changes })
  return Object.fromEntries(merged.filter(([, value]) => value !== ''))
}

/** What of `changes` differs from the values before. */
function differences(before: Values, changes: Values): Values {
  const differing = Object.entries(changes).filter(([name, text]) => text !== (before[name] ?? ''))
  return Object.fromEntries(differing)
}

/** Keeps what the app itself wrote; `differing` is what of it was not there before. */
function noteWrite(
  store: Store,
  { type, id }: Pick<StoredObject, 'type' | 'id'>,
  values: Values,
  differing: Values,
  at: number,
): void {
  if (store.changes.source()) return
  logWrite(store, { type, id: String(id), values, changed: Object.keys(differing), at })
}

/** One contact per address, as in the real portal, and none for an address that was forgotten. */
function refuseEmail(store: Store, type: RecordType, id: number, changes: Values): void {
  const email = changes['email']
  if (type !== 'contacts' || !email) return
  // Assumed: the reference says no more than that such a creation may fail.
  if (isBlockedEmail(store, email))
    throw invalid('A contact with this email was deleted for privacy and cannot be added again')
  const holder = findContactByEmail(store, email)
  if (holder && holder.id !== id)
    throw apiError(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder.id}`)
}

/**
 * Creates a record from checked values.
 * @throws ApiError 409 for a contact whose email is taken, 400 for one that is blocked.
 */
export function createObject(
  store: Store,
  type: RecordType,
  properties: Values,
  at: number,
): StoredObject {
  const id = nextId(store, type)
  refuseEmail(store, type, id, properties)
  const object = {
    type,
    id,
    properties: withChanges({}, properties),
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    mergedInto: null,
  }
  transaction(store, () => {
    insertObject(store, object)
    noteWrite(store, object, object.properties, object.properties, at)
    store.changes.tell({ what: 'created', type, id, values: object.properties, at })
  })
  return object
}

/** Writes checked values. A value equal to the stored one is a write like any other. */
export function updateObject(
  store: Store,
  object: StoredObject,
  changes: Values,
  at: number,
): StoredObject {
  refuseEmail(store, object.type, object.id, changes)
  const updated = {
    ...object,
    properties: withChanges(object.properties, changes),
    updatedAt: at,
  }
  const { type, id } = object
  const values = differences(object.properties, changes)
  transaction(store, () => {
    saveObject(store, updated)
    noteWrite(store, object, changes, values, at)
    recordHistory(store, object, values, at, sourceOf(store))
    if (Object.keys(values).length > 0)
      store.changes.tell({ what: 'updated', type, id, values, at })
  })
  return updated
}

export function archiveObject(store: Store, object: StoredObject, at: number): void {
  const { type, id } = object
  transaction(store, () => {
    saveObject(store, { ...object, archivedAt: at, updatedAt: at })
    store.changes.tell({ what: 'deleted', type, id, at })
  })
}

export function restoreObject(store: Store, object: StoredObject, at: number): StoredObject {
  const restored = { ...object, archivedAt: null, updatedAt: at }
  const { type, id } = object
  transaction(store, () => {
    saveObject(store, restored)
    store.changes.tell({ what: 'restored', type, id, at })
  })
  return restored
}

function mergedIds(object: StoredObject): string[] {
  return (object.properties['hs_merged_object_ids'] ?? '').split(';').filter(Boolean)
}

function gapsFilled(winner: StoredObject, loser: StoredObject): Values {
  const gaps = Object.entries(loser.properties).filter(([name]) => !(name in winner.properties))
  return Object.fromEntries(gaps)
}

/** Puts a new record in the winner's place, as some merges do: its id then leads on like the loser's. */
function replaceWinner(store: Store, winner: StoredObject, at: number): StoredObject {
  const { type } = winner
  const survivor = { ...winner, id: nextId(store, type) }
  insertObject(store, survivor)
  saveObject(store, { ...winner, mergedInto: survivor.id, updatedAt: at })
  moveHistory(store, type, winner.id, survivor.id)
  moveAssociations(store, type, winner.id, survivor.id)
  return survivor
}

/**
 * Merges `loser` into `winner`: the winner's values stay, the loser's fill the gaps, its associations
 * move, and every id that led to the loser leads on to the winner. With `intoNew` all of that happens to
 * a new record, which both lead to.
 */
export function mergeObjects(
  store: Store,
  winner: StoredObject,
  loser: StoredObject,
  at: number,
  intoNew = false,
): StoredObject {
  return transaction(store, () => {
    const { type } = winner
    const survivor = intoNew ? replaceWinner(store, winner, at) : winner
    const former = intoNew ? [winner.id, loser.id] : [loser.id]
    const ids = new Set([...mergedIds(winner), ...mergedIds(loser), ...former.map(String)])
    const gaps = gapsFilled(winner, loser)
    saveObject(store, { ...loser, mergedInto: survivor.id, updatedAt: at })
    const merged = {
      ...survivor,
      properties: {
        ...gaps,
        ...survivor.properties,
        hs_merged_object_ids: [...ids].join(';'),
      },
      updatedAt: at,
    }
    saveObject(store, merged)
    recordHistory(store, survivor, gaps, at, { sourceType: 'MERGE_OBJECTS' })
    moveAssociations(store, type, loser.id, survivor.id)
    if (type === 'contacts') followPrimaryCompany(store, survivor.id)
    store.changes.tell({
      what: 'merged',
      type,
      id: survivor.id,
      primaryId: winner.id,
      mergedIds: [loser.id],
      propertiesMoved: Object.keys(gaps).length,
      at,
    })
    return merged
  })
}
