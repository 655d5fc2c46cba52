import type { Change, ChangedRecord } from './changes.ts'
import { type JournalRequest, LIFECYCLE } from './journal-subscriptions.ts'
import { factsOf, findType } from './object-types.ts'
import type { News } from './webhook-events.ts'

type ObjectRequest = Extract<JournalRequest, { subscriptionType: 'OBJECT' }>
type AssociationRequest = Extract<JournalRequest, { subscriptionType: 'ASSOCIATION' }>
type Fields = Readonly<Record<string, unknown>>

const typeIdOf = ({ type }: Pick<ChangedRecord, 'type'>) => factsOf(type).typeId

const ACTIONS = {
  created: 'CREATE',
  updated: 'UPDATE',
  deleted: 'DELETE',
  privacyDeletion: 'DELETE',
  restored: 'RESTORE',
  merged: 'MERGE',
} as const

/** The asked-for properties that changed; undefined where nothing asked for did. */
function propertyFields(change: Change, asked: readonly string[]): Fields | undefined {
  if (change.what !== 'created' && change.what !== 'updated') return {}
  // Whoever names no properties hears of every change, but not what it was.
  if (asked.length === 0) return {}
  const changed = Object.entries(change.values).filter(([name]) => asked.includes(name))
  if (changed.length === 0) return change.what === 'created' ? {} : undefined
  return { propertyChanges: Object.fromEntries(changed) }
}

function objectEvents(change: Change, asked: ObjectRequest): Fields[] {
  if (!('id' in change) || findType(asked.objectTypeId) !== change.type) return []
  const action = ACTIONS[change.what]
  const properties = propertyFields(change, asked.properties)
  if (!asked.actions.includes(action) || !properties) return []
  const merge =
    change.what === 'merged'
      ? { primaryObjectId: change.primaryId, mergedObjectIds: change.mergedIds }
      : {}
  const objectTypeId = typeIdOf(change)
  return [{ action, objectTypeId, objectId: change.id, ...properties, ...merge }]
}

function associationEvents(change: Change, asked: AssociationRequest): Fields[] {
  if (change.what !== 'associated' && change.what !== 'dissociated') return []
  const action = change.what === 'associated' ? 'ASSOCIATION_ADDED' : 'ASSOCIATION_REMOVED'
  if (!asked.actions.includes(action)) return []
  const wanted = asked.associatedObjectTypeIds.map(findType)
  const { from, to } = change
  const directions = [
    [from, to],
    [to, from],
  ] as const
  return directions
    .filter(
      ([one, other]) => one.type === findType(asked.objectTypeId) && wanted.includes(other.type),
    )
    .map(([one, other]) => ({
      action,
      objectTypeId: typeIdOf(one),
      objectId: one.id,
      associatedObjectTypeId: typeIdOf(other),
      associatedObjectId: other.id,
      associationType:
        `${factsOf(one.type).singular}_TO_${factsOf(other.type).singular}`.toUpperCase(),
    }))
}

function lifecycleEvents(change: Change, eventTypeId: string): Fields[] {
  if (change.what !== 'installed' && change.what !== 'uninstalled') return []
  if (LIFECYCLE[change.what] !== eventTypeId) return []
  return [{ action: change.what === 'installed' ? 'APP_INSTALL' : 'APP_UNINSTALL', eventTypeId }]
}

function privacyEvents(change: Change, objectTypeId: string): Fields[] {
  if (change.what !== 'privacyDeletion' || findType(objectTypeId) !== change.type) return []
  return [{ action: 'GDPR_DELETE', objectTypeId: typeIdOf(change), objectId: change.id }]
}

function fieldsFor(change: Change, asked: JournalRequest): Fields[] {
  switch (asked.subscriptionType) {
    case 'OBJECT':
      return objectEvents(change, asked)
    case 'ASSOCIATION':
      return associationEvents(change, asked)
    case 'APP_LIFECYCLE_EVENT':
      return lifecycleEvents(change, asked.eventTypeId)
    case 'GDPR_PRIVACY_DELETION':
      return privacyEvents(change, asked.objectTypeId)
  }
}

/** What the journal writes down about a change, for those who asked. */
export function journalEventsOf(
  { change, at }: News,
  requests: readonly JournalRequest[],
  portalId: number,
): Fields[] {
  const occurredAt = new Date(at).toISOString()
  return requests
    .filter((asked) => asked.portalId === undefined || asked.portalId === portalId)
    .flatMap((asked) =>
      fieldsFor(change, asked).map((fields) => ({
        type: asked.subscriptionType,
        portalId,
        occurredAt,
        ...fields,
      })),
    )
}
