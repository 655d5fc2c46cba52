import { OUR_PREFIX } from './notices.ts'
import { OBJECT_TYPES, type ObjectType, READ_PROPERTIES, SINGULAR } from './properties.ts'

/** One line of the app's webhook settings, in HubSpot's words. */
export interface WebhookSubscription {
  readonly subscriptionType: string
  readonly objectType: string
  readonly propertyName?: string
}

/**
 * Of the first two HubSpot sends no notices (official). Both times of the last change move with everything,
 * our own writing included: a notice of them would be an echo that cannot be told from news.
 */
const NEVER_TOLD = ['num_unique_conversion_events', 'hs_lastmodifieddate', 'lastmodifieddate']

/** The properties of an object whose changes we want to be told; never our own. */
export function watchedProperties(object: ObjectType): readonly string[] {
  const watched = READ_PROPERTIES[object].filter(
    (name) => !name.startsWith(OUR_PREFIX) && !NEVER_TOLD.includes(name),
  )
  return [...new Set(watched)]
}

/** Everything the app asks HubSpot to be told about; it comes with the app and is the same for all portals. */
export function webhookSubscriptions(): readonly WebhookSubscription[] {
  return [
    ...OBJECT_TYPES.flatMap(subscriptionsOf),
    { subscriptionType: 'contact.privacyDeletion', objectType: 'contact' },
  ]
}

/** Engagements can neither be merged nor restored. */
const OF_ALL = ['creation', 'deletion', 'associationChange']
const OF_RECORDS = [...OF_ALL, 'merge', 'restore']
const RECORDS: readonly ObjectType[] = ['contacts', 'companies', 'deals']

function subscriptionsOf(object: ObjectType): readonly WebhookSubscription[] {
  const objectType = SINGULAR[object]
  const actions = RECORDS.includes(object) ? OF_RECORDS : OF_ALL
  return [
    ...actions.map((action) => ({ subscriptionType: `object.${action}`, objectType })),
    ...watchedProperties(object).map((propertyName) => ({
      subscriptionType: 'object.propertyChange',
      objectType,
      propertyName,
    })),
  ]
}
