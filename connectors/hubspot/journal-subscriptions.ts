import { LIFECYCLE } from './journal-events.ts'
import { TYPE_IDS } from './notices.ts'
import { OBJECT_TYPES, type ObjectType } from './properties.ts'
import { watchedProperties } from './webhook-subscriptions.ts'

/** Of the whole app, for all portals. */
export const APP_SUBSCRIPTIONS: readonly object[] = Object.values(LIFECYCLE).map((eventTypeId) => ({
  subscriptionType: 'APP_LIFECYCLE_EVENT',
  eventTypeId,
}))

/**
 * What is asked for one portal, the most important first: how many subscriptions an app may have is not
 * documented, and the last ones are missed least.
 */
export function portalSubscriptions(accountId: string): readonly object[] {
  // A portal's id is a number to HubSpot.
  const portalId = Number(accountId)
  return [
    objectSubscription(portalId, 'contacts'),
    {
      subscriptionType: 'GDPR_PRIVACY_DELETION',
      objectTypeId: TYPE_IDS.contacts,
      portalId,
      actions: ['GDPR_DELETE'],
    },
    ...OBJECT_TYPES.filter((object) => object !== 'contacts').map((object) =>
      objectSubscription(portalId, object),
    ),
    ...ASSOCIATED.map(([object, others]) => ({
      subscriptionType: 'ASSOCIATION',
      objectTypeId: TYPE_IDS[object],
      portalId,
      associatedObjectTypeIds: others.map((other) => TYPE_IDS[other]),
      actions: ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'],
    })),
  ]
}

/** Each pair once; an event of the journal names both sides. */
const ASSOCIATED: readonly (readonly [ObjectType, readonly ObjectType[]])[] = [
  ['contacts', ['companies', 'deals', 'calls', 'emails', 'meetings', 'communications']],
  ['companies', ['deals']],
]

function objectSubscription(portalId: number, object: ObjectType): object {
  return {
    subscriptionType: 'OBJECT',
    objectTypeId: TYPE_IDS[object],
    portalId,
    actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'],
    properties: watchedProperties(object),
  }
}
