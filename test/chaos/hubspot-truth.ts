import { z } from 'zod'
import { engagementActivities, rollUpActivities } from '../../connectors/hubspot/activities.ts'
import { toCompany, toPerson } from '../../connectors/hubspot/map.ts'
import type { EngagementType } from '../../connectors/hubspot/properties.ts'
import { READ_PROPERTIES } from '../../connectors/hubspot/properties.ts'
import { CrmObject } from '../../connectors/hubspot/schema.ts'
import { OUR_FIELDS } from '../../connectors/our-fields.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { byPerson, type Carried, type TrueCompany, type TruePerson, type Truth } from './truth.ts'
import type { CrmStage } from './types.ts'

const ENGAGEMENTS: readonly EngagementType[] = ['calls', 'emails', 'meetings', 'communications']
const PAGE = '1000'

const List = z.object({
  results: z.array(z.looseObject({ id: z.string() })),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})
const LinkedIds = z.object({ results: z.array(z.object({ id: z.string() })) }).optional()
const Linked = z.object({
  associations: z.object({ contacts: LinkedIds, companies: LinkedIds }).optional(),
})

/** Everything in a HubSpot portal that a score rests on, by the sandbox's lever, which no limit holds up. */
export async function hubspotTruth(stage: CrmStage): Promise<Truth> {
  const companies = await readAll(stage, 'companies', propertiesOf('companies', 'company'))
  const engagements = byPerson(await readEngagements(stage))
  const asked = { ...propertiesOf('contacts', 'person'), associations: 'companies' }
  const contacts = await readAll(stage, 'contacts', asked)
  const archived = await readAll(stage, 'contacts', { archived: 'true' })
  const tasks = await readAll(stage, 'tasks', { properties: 'hs_task_body' })
  return {
    people: contacts.map((raw) => personOf(raw, engagements)),
    companies: companies.map(companyOf),
    archived: archived.map((raw) => CrmObject.parse(raw).id),
    tasks: tasks.map((raw) => CrmObject.parse(raw).properties['hs_task_body'] ?? ''),
  }
}

function propertiesOf(type: 'contacts' | 'companies', kind: SubjectKind) {
  const names = [...READ_PROPERTIES[type], ...OUR_FIELDS[kind].map(({ name }) => name)]
  return { properties: names.join(',') }
}

async function readEngagements(stage: CrmStage): Promise<readonly ActivityRecord[]> {
  const activities: ActivityRecord[] = []
  for (const type of ENGAGEMENTS) {
    const properties = READ_PROPERTIES[type].join(',')
    for (const raw of await readAll(stage, type, { properties, associations: 'contacts' })) {
      const people = Linked.parse(raw).associations?.contacts?.results ?? []
      const ids = [...new Set(people.map(({ id }) => id))]
      activities.push(...engagementActivities(type, CrmObject.parse(raw), ids))
    }
  }
  return activities
}

function personOf(
  raw: unknown,
  engagements: ReadonlyMap<string, readonly ActivityRecord[]>,
): TruePerson {
  const contact = CrmObject.parse(raw)
  const associated = Linked.parse(raw).associations?.companies?.results[0]?.id
  const { id, facts, companyId } = toPerson(contact, associated)
  const activities = [...rollUpActivities(contact), ...(engagements.get(id) ?? [])]
  return { id, facts, companyId, activities, carried: carriedBy(contact, 'person') }
}

function companyOf(raw: unknown): TrueCompany {
  const object = CrmObject.parse(raw)
  const { id, facts } = toCompany(object)
  return { id, facts, carried: carriedBy(object, 'company') }
}

function carriedBy({ properties }: CrmObject, kind: SubjectKind): Carried {
  return Object.fromEntries(OUR_FIELDS[kind].map(({ name }) => [name, properties[name] ?? '']))
}

async function readAll(
  { control }: CrmStage,
  type: string,
  choice: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  const records: unknown[] = []
  for (let after: string | undefined = '0'; after !== undefined; ) {
    const query = new URLSearchParams({ ...choice, limit: PAGE, after })
    const page = List.parse(await (await control('GET', `__records/${type}?${query}`)).json())
    records.push(...page.results)
    after = page.paging?.next.after
  }
  return records
}
