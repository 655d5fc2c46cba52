import type { Log } from '../../src/log.ts'
import { EMPTY_PAGE, type OurValues, type Page, type Position } from '../page.ts'
import {
  engagementActivities,
  engagementSourceId,
  isRetracted,
  rollUpActivities,
} from './activities.ts'
import { inlineLinks, isCutShort, type Link, primaryOf, readLinks } from './associations.ts'
import type { HubspotClient } from './client.ts'
import { mergesOf, namesCompany, toCompany, toDeal, toPerson } from './map.ts'
import { type EngagementType, type ObjectType, subjectKind } from './properties.ts'
import { ourProperties, type Reading } from './reading.ts'
import type { CrmObject } from './schema.ts'

type Target = 'contacts' | 'companies'

/** The associations of each record of a page, by record id. */
type LinksTo = ReadonlyMap<string, readonly Link[]>
export type PageLinks = Readonly<Record<Target, LinksTo>>

/** The associations that come with a listed record. */
export function linkTargets(object: ObjectType): readonly Target[] {
  switch (object) {
    case 'contacts':
      return ['companies']
    case 'companies':
      return []
    case 'deals':
      return ['contacts', 'companies']
    default:
      return ['contacts']
  }
}

/** The associations of a listed page: what came along, completed where a record has more people than that. */
export async function completeLinks(
  client: HubspotClient,
  log: Log,
  object: ObjectType,
  results: readonly CrmObject[],
): Promise<PageLinks> {
  const cut = results.filter((raw) => isCutShort(raw, 'contacts')).map((raw) => raw.id)
  const complete = await readLinks(client, log, object, 'contacts', cut)
  return {
    contacts: new Map([...inlineMap(object, 'contacts', results), ...complete]),
    companies: inlineMap(object, 'companies', results),
  }
}

function inlineMap(object: ObjectType, to: Target, results: readonly CrmObject[]): LinksTo {
  return new Map(results.map((raw) => [raw.id, inlineLinks(raw, object, to)]))
}

/**
 * The associations of a searched page, which brings none along. A contact usually names its company itself;
 * only for one that does not, as after a form without a company, are the associations asked.
 */
export async function readAllLinks(
  client: HubspotClient,
  log: Log,
  object: ObjectType,
  results: readonly CrmObject[],
): Promise<PageLinks> {
  const targets = linkTargets(object)
  const unnamed = results.filter((raw) => object !== 'contacts' || !namesCompany(raw))
  const ids = unnamed.map((raw) => raw.id)
  async function read(to: Target): Promise<LinksTo> {
    return targets.includes(to) ? readLinks(client, log, object, to, ids) : new Map()
  }
  const [contacts, companies] = await Promise.all([read('contacts'), read('companies')])
  return { contacts, companies }
}

/** Raw records of one object type in our vocabulary. */
export function toPage(
  object: ObjectType,
  results: readonly CrmObject[],
  links: PageLinks,
  reading: Reading,
  next: Position | null,
): Page {
  const part = pagePart(object, results, links, reading)
  const ours = oursOf(object, results)
  return { ...EMPTY_PAGE, ...part, ours, records: results.length, next }
}

function pagePart(
  object: ObjectType,
  results: readonly CrmObject[],
  links: PageLinks,
  reading: Reading,
): Partial<Page> {
  switch (object) {
    case 'contacts':
      return peoplePart(results, links, reading)
    case 'companies':
      return {
        companies: results.map((raw) => toCompany(raw, reading.wished)),
        merged: results.flatMap((raw) => mergesOf(raw, 'company')),
      }
    case 'deals':
      return {
        deals: results.map((raw) => toDeal(raw, personIds(raw, links), companyOf(raw, links))),
      }
    default:
      return engagementPart(object, results, links, reading)
  }
}

function peoplePart(
  results: readonly CrmObject[],
  links: PageLinks,
  { wished, mapping }: Reading,
): Partial<Page> {
  return {
    people: results.map((raw) => toPerson(raw, companyOf(raw, links), wished)),
    activities: results.flatMap((raw) => rollUpActivities(raw, mapping)),
    merged: results.flatMap((raw) => mergesOf(raw, 'person')),
  }
}

function engagementPart(
  object: EngagementType,
  results: readonly CrmObject[],
  links: PageLinks,
  { mapping }: Reading,
): Partial<Page> {
  const retracted = results.filter((raw) => isRetracted(object, raw))
  return {
    activities: results.flatMap((raw) =>
      engagementActivities(object, raw, personIds(raw, links), mapping),
    ),
    whole: results.map((raw) => ({
      sourceId: engagementSourceId(object, raw.id),
      at: raw.updatedAt,
    })),
    removed: retracted.map((raw) => ({
      kind: 'activity',
      id: engagementSourceId(object, raw.id),
      at: raw.updatedAt,
    })),
  }
}

function oursOf(object: ObjectType, results: readonly CrmObject[]): readonly OurValues[] {
  const kind = subjectKind(object)
  if (!kind) return []
  const names = ourProperties(kind)
  return results.map(({ id, properties, updatedAt }) => ({
    subject: { kind, id },
    values: Object.fromEntries(names.map((name) => [name, properties[name] ?? ''])),
    updatedAt,
  }))
}

function personIds(raw: CrmObject, links: PageLinks): readonly string[] {
  return (links.contacts.get(raw.id) ?? []).map((link) => link.id)
}

function companyOf(raw: CrmObject, links: PageLinks): string | undefined {
  return primaryOf(links.companies.get(raw.id) ?? [])
}
