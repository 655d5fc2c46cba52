import { z } from 'zod'
import { OUR_FIELDS } from '../../connectors/our-fields.ts'
import { activitiesOf } from '../../connectors/salesforce/activities.ts'
import { KIND_OF, OBJECTS, type SubjectObject } from '../../connectors/salesforce/definitions.ts'
import type { DescribedField } from '../../connectors/salesforce/describe.ts'
import { factFields, type Wanted } from '../../connectors/salesforce/fact-fields.ts'
import type { ActivityObject } from '../../connectors/salesforce/fields.ts'
import { toCompany, toPerson } from '../../connectors/salesforce/map.ts'
import { apiNameOf } from '../../connectors/salesforce/names.ts'
import type { SalesforceRecord } from '../../connectors/salesforce/query.ts'
import { byPerson, type Carried, type Truth } from './truth.ts'
import type { CrmStage } from './types.ts'

const ACTIVITIES: readonly ActivityObject[] = ['Task', 'Event', 'CampaignMember']

const Stored = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  isDeleted: z.boolean(),
  createdAt: z.number(),
  stampedAt: z.number(),
})
const Fields = z.object({ fields: z.array(z.looseObject({ name: z.string(), type: z.string() })) })

type Catalog = ReadonlyMap<string, DescribedField>
type Parents = Readonly<Record<string, ReadonlyMap<string, SalesforceRecord>>>

/** Everything in a Salesforce org that a score rests on, by the sandbox's levers, whoever may see it. */
export async function salesforceTruth(stage: CrmStage): Promise<Truth> {
  const read = async (type: string) => byId(await readAll(stage, type))
  const parents = { Account: await read('Account'), Campaign: await read('Campaign') }
  const people = { Lead: await read('Lead'), Contact: await read('Contact') }
  const facts = await factsOfObjects(stage)
  const tasks = [...(await read('Task')).values()].filter(isLive)
  const activities = byPerson(await readActivities(stage, parents))
  const leads = [...people.Lead.values()].filter((lead) => isLive(lead) && !isConverted(lead))
  const contacts = [...people.Contact.values()].filter(isLive)
  const personOf = (object: 'Lead' | 'Contact') => (record: SalesforceRecord) => {
    const { id, facts: known, companyId } = toPerson(withParents(record, parents), facts[object])
    const done = activities.get(id) ?? []
    return { id, facts: known, companyId, activities: done, carried: carriedBy(record, object) }
  }
  const gone = [...people.Lead.values(), ...people.Contact.values()].filter((one) => !isLive(one))
  return {
    people: [...leads.map(personOf('Lead')), ...contacts.map(personOf('Contact'))],
    companies: [...parents.Account.values()].filter(isLive).map((record) => {
      const { id, facts: known } = toCompany(record, facts.Account)
      return { id, facts: known, carried: carriedBy(record, 'Account') }
    }),
    archived: gone.map(({ id }) => id),
    tasks: tasks.map(({ fields }) => fields['Description'] ?? ''),
  }
}

const isLive = ({ isDeleted }: SalesforceRecord) => !isDeleted
const isConverted = ({ fields }: SalesforceRecord) => fields['IsConverted'] === 'true'

function byId(records: readonly SalesforceRecord[]): ReadonlyMap<string, SalesforceRecord> {
  return new Map(records.map((record) => [record.id, record]))
}

async function readAll({ control }: CrmStage, type: string): Promise<readonly SalesforceRecord[]> {
  const answer = await control('GET', `__records?type=${type}`)
  return z
    .array(Stored)
    .parse(await answer.json())
    .map(toRecord)
}

function toRecord({ id, fields, ...stored }: z.infer<typeof Stored>): SalesforceRecord {
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value ?? '')])
  return {
    id,
    fields: Object.fromEntries(texts),
    children: {},
    isDeleted: stored.isDeleted,
    createdAt: new Date(stored.createdAt),
    stampedAt: new Date(stored.stampedAt),
  }
}

/** The record with the fields of its parents that are read along. */
function withParents(record: SalesforceRecord, { Account, Campaign }: Parents): SalesforceRecord {
  const { fields } = record
  const account = Account?.get(fields['AccountId'] ?? '')
  const campaign = Campaign?.get(fields['CampaignId'] ?? '')
  return {
    ...record,
    fields: {
      ...fields,
      ...(account && { 'Account.Name': account.fields['Name'] ?? '' }),
      ...(campaign && {
        'Campaign.Name': campaign.fields['Name'] ?? '',
        'Campaign.Type': campaign.fields['Type'] ?? '',
      }),
    },
  }
}

async function readActivities(stage: CrmStage, parents: Parents) {
  const objects = await Promise.all(
    ACTIVITIES.map(async (object) => {
      const records = (await readAll(stage, object)).filter(isLive)
      return records.flatMap((record) => activitiesOf(object, withParents(record, parents), {}))
    }),
  )
  return objects.flat()
}

async function factsOfObjects(
  stage: CrmStage,
): Promise<Readonly<Record<SubjectObject, readonly Wanted[]>>> {
  const catalogs = new Map<string, Catalog>()
  for (const object of OBJECTS) catalogs.set(object, await catalogOf(stage, object))
  const isThere = async (object: string, field: string) => {
    const [parent, ofParent] = field.split('.')
    const [owner, name] = ofParent === undefined ? [object, parent] : [parent, ofParent]
    return catalogs.get(owner ?? '')?.has((name ?? '').toLowerCase()) ?? false
  }
  const of = async (object: SubjectObject) => {
    const catalog = catalogs.get(object) ?? new Map()
    return (await factFields(object, catalog, (field) => isThere(object, field))).fields
  }
  return { Lead: await of('Lead'), Contact: await of('Contact'), Account: await of('Account') }
}

async function catalogOf({ control }: CrmStage, object: string): Promise<Catalog> {
  const { fields } = Fields.parse(await (await control('GET', `__fields?type=${object}`)).json())
  const described = fields.map(({ name, type }): DescribedField => {
    return { name, type, custom: /__c$/i.test(name) }
  })
  return new Map(described.map((field) => [field.name.toLowerCase(), field]))
}

function carriedBy({ fields }: SalesforceRecord, object: SubjectObject): Carried {
  const ours = OUR_FIELDS[KIND_OF[object]].map(({ name }) => name)
  return Object.fromEntries(ours.map((name) => [name, fields[apiNameOf(name)] ?? '']))
}
