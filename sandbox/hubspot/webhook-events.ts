import type { Change, ChangedRecord, ChangeSource } from './changes.ts'
import { factsOf } from './object-types.ts'
import type { RecordType } from './record.ts'
import type { Chaos } from './webhook-settings.ts'
import type { Subscription, Verb } from './webhook-subscriptions.ts'

/** A change together with who made it and when. */
export interface News {
  readonly change: Change
  readonly source: ChangeSource
  readonly at: number
}

interface Fields {
  readonly [name: string]: unknown
}

/** One thing that a subscription may ask for, still without what all events have in common. */
interface Fact {
  readonly verb: Verb
  readonly type: RecordType
  readonly propertyName?: string
  readonly fields: Fields
  /** What events of the generic subscriptions say besides. */
  readonly generic: Fields
}

function recordFact(verb: Verb, { type, id }: ChangedRecord, fields: Fields = {}): Fact {
  const generic = { objectTypeId: factsOf(type).typeId }
  return { verb, type, fields: { objectId: id, ...fields }, generic }
}

function propertyFacts(record: ChangedRecord, values: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(values).map(([propertyName, propertyValue]) => ({
    ...recordFact('propertyChange', record, { propertyName, propertyValue }),
    propertyName,
  }))
}

/** Each side hears of an association, told from its own end; such an event has no objectId. */
function associationFact(
  from: ChangedRecord,
  to: ChangedRecord,
  removed: boolean,
  primary: boolean,
): Fact {
  const [fromFacts, toFacts] = [factsOf(from.type), factsOf(to.type)]
  return {
    verb: 'associationChange',
    type: from.type,
    fields: {
      associationType: `${fromFacts.singular}_TO_${toFacts.singular}`.toUpperCase(),
      fromObjectId: from.id,
      toObjectId: to.id,
      associationRemoved: removed,
      isPrimaryAssociation: primary,
    },
    generic: { fromObjectTypeId: fromFacts.typeId, toObjectTypeId: toFacts.typeId },
  }
}

function factsIn(change: Change): Fact[] {
  switch (change.what) {
    case 'created': {
      const created = recordFact('creation', change, { changeFlag: 'CREATED' })
      return [created, ...propertyFacts(change, change.values)]
    }
    case 'updated':
      return propertyFacts(change, change.values)
    case 'deleted':
      return [recordFact('deletion', change, { changeFlag: 'DELETED' })]
    case 'restored':
      return [recordFact('restore', change, { changeFlag: 'RESTORED' })]
    case 'privacyDeletion':
      return [
        recordFact('privacyDeletion', change),
        recordFact('deletion', change, { changeFlag: 'DELETED' }),
      ]
    case 'merged': {
      const { primaryId, mergedIds, id, propertiesMoved } = change
      const fields = {
        primaryObjectId: primaryId,
        mergedObjectIds: mergedIds,
        newObjectId: id,
        numberOfPropertiesMoved: propertiesMoved,
      }
      return [recordFact('merge', change, fields)]
    }
    case 'associated':
    case 'dissociated': {
      const { from, to, primary } = change
      const removed = change.what === 'dissociated'
      return [
        associationFact(from, to, removed, primary),
        associationFact(to, from, removed, primary),
      ]
    }
    case 'installed':
    case 'uninstalled':
      return []
  }
}

function isAbout(subscription: Subscription, fact: Fact): boolean {
  return (
    subscription.active &&
    subscription.verb === fact.verb &&
    subscription.type === fact.type &&
    subscription.propertyName === fact.propertyName
  )
}

function sourceFields(source: ChangeSource, chaos: Chaos): Fields {
  const { changeSource, sourceId } = source
  const isNumber = chaos.numericSourceId && sourceId !== undefined && /^\d+$/.test(sourceId)
  return {
    changeSource: chaos.lowerCaseSource ? changeSource.toLowerCase() : changeSource,
    ...(sourceId !== undefined &&
      !chaos.noSourceId && { sourceId: isNumber ? Number(sourceId) : sourceId }),
  }
}

/** The events that the subscriptions make of a change, all but their id and attempt. */
export function eventsOf(
  news: News,
  settings: { readonly subscriptions: readonly Subscription[]; readonly chaos: Chaos },
  app: { readonly portalId: number; readonly appId: number },
): Fields[] {
  const { subscriptions, chaos } = settings
  return factsIn(news.change).flatMap((fact) =>
    subscriptions.flatMap((subscription, position) => {
      if (!isAbout(subscription, fact)) return []
      const { subscriptionType } = subscription
      const event = {
        subscriptionId: 1_000_000 + position,
        portalId: app.portalId,
        appId: app.appId,
        occurredAt: news.at,
        [chaos.eventTypeKey ? 'eventType' : 'subscriptionType']: subscriptionType,
        ...sourceFields(news.source, chaos),
        ...fact.fields,
        ...(subscription.generic && fact.generic),
      }
      return [event]
    }),
  )
}
