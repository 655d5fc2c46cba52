import { EMPTY_PAGE, type Page, type Position } from '../page.ts'
import { activitiesOf, activitySourceId, isRetracted } from './activities.ts'
import { type ActivityObject, ROLES } from './fields.ts'
import { to18 } from './ids.ts'
import { toCompany, toDeal, toPerson } from './map.ts'
import type { Org } from './org.ts'
import { oursOf } from './ours.ts'
import { restOfChildren, type SalesforceRecord } from './query.ts'
import type { Reading } from './reading.ts'
import { fatesOf } from './removals.ts'

/** Records of one sObject in our vocabulary, deleted and merged ones each as such. */
export async function toPage(
  org: Org,
  reading: Reading,
  records: readonly SalesforceRecord[],
  next: Position | null,
): Promise<Page> {
  const { live, removed, merged } = fatesOf(reading.object, records)
  const part = await livePart(org, reading, live)
  return {
    ...EMPTY_PAGE,
    ...part,
    removed: [...removed, ...(part.removed ?? [])],
    merged,
    ours: oursOf(reading.object, reading.ours, live),
    records: records.length,
    next,
  }
}

async function livePart(
  org: Org,
  reading: Reading,
  live: readonly SalesforceRecord[],
): Promise<Partial<Page>> {
  const { object, facts } = reading
  switch (object) {
    case 'Lead':
    case 'Contact':
      return { people: live.map((record) => toPerson(record, facts)) }
    case 'Account':
      return { companies: live.map((record) => toCompany(record, facts)) }
    case 'Opportunity':
      return { deals: await Promise.all(live.map(async (record) => dealOf(org, record))) }
    case 'OpportunityContactRole':
      return {}
    default:
      return activityPart(object, reading, live)
  }
}

async function dealOf(org: Org, record: SalesforceRecord) {
  const roles = record.children[ROLES]
  const rest = roles?.more === undefined ? [] : await restOfChildren(org, roles.more)
  // Deleted records are read too, and so are deleted roles.
  const standing = [...(roles?.records ?? []), ...rest].filter(
    (role) => role['IsDeleted'] !== 'true',
  )
  const contacts = standing.flatMap((role) => to18(role['ContactId'] ?? '') ?? [])
  return toDeal(record, [...new Set(contacts)])
}

function activityPart(
  object: ActivityObject,
  { mapping }: Reading,
  live: readonly SalesforceRecord[],
): Partial<Page> {
  const retracted = live.filter((record) => isRetracted(object, record))
  return {
    activities: live.flatMap((record) => activitiesOf(object, record, mapping)),
    whole: live.map(({ id, stampedAt }) => ({
      sourceId: activitySourceId(object, id),
      at: stampedAt,
    })),
    removed: retracted.map(({ id, stampedAt }) => ({
      kind: 'activity',
      id: activitySourceId(object, id),
      at: stampedAt,
    })),
  }
}
