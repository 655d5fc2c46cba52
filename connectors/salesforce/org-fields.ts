import { z } from 'zod'
import { API_VERSION } from './api-version.ts'
import { OBJECTS, type SubjectObject } from './definitions.ts'
import { SalesforceRejected } from './errors.ts'
import { namesIn, ourNameOf } from './names.ts'
import type { Org } from './org.ts'

/** One field of ours as the org has it, and as the user we act as may use it. */
export interface OrgField {
  /** With the namespace of the package that brought it. */
  readonly apiName: string
  /** As describe calls it: `double`, `picklist`… */
  readonly type: string
  readonly isWritable: boolean
  /** Takes only the values in its list. */
  readonly isRestricted: boolean
  /** The values that may be chosen; of picklists only. */
  readonly values: readonly string[]
}

/** Our fields by object and our name. An object that this org does not show us is absent. */
export type OrgFields = ReadonlyMap<SubjectObject, ReadonlyMap<string, OrgField>>

/** Our fields in one org. Reading them anew is one call. */
export interface FieldBook {
  /** As they were within the last hour. */
  known(): Promise<OrgFields>
  /** As they are. */
  renew(): Promise<OrgFields>
}

/** Who deletes a field of ours is found out by the next write in any case. */
const KEPT_MS = 3_600_000

export function createFieldBook(org: Org): FieldBook {
  const now = () => org.context.clock.now().getTime()
  let kept: { readonly fields: OrgFields; readonly at: number } | undefined
  async function renew(): Promise<OrgFields> {
    const fields = await describeOurs(org)
    kept = { fields, at: now() }
    return fields
  }
  return {
    renew,
    known: async () => (kept && now() - kept.at < KEPT_MS ? kept.fields : renew()),
  }
}

const Described = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      updateable: z.boolean(),
      restrictedPicklist: z.boolean().nullish(),
      picklistValues: z
        .array(z.object({ value: z.string().nullish(), active: z.boolean().nullish() }))
        .nullish(),
    }),
  ),
})
type DescribedFields = z.infer<typeof Described>['fields']
type DescribedField = DescribedFields[number]

const Parts = z.object({
  compositeResponse: z.array(
    z.object({ referenceId: z.string(), httpStatusCode: z.number(), body: z.unknown() }),
  ),
})

/** Fields that the user may not see are not described: to us they are not there. */
async function describeOurs(org: Org): Promise<OrgFields> {
  const together = await describeTogether(org)
  const fields = new Map<SubjectObject, ReadonlyMap<string, OrgField>>()
  for (const sObject of OBJECTS) {
    const described = together.get(sObject) ?? (await describeAlone(org, sObject))
    if (described) fields.set(sObject, oursAmong(described))
  }
  return fields
}

/** All in one call; what it does not tell is not in it. */
async function describeTogether({ client }: Org): Promise<ReadonlyMap<string, DescribedFields>> {
  const compositeRequest = OBJECTS.map((sObject) => ({
    method: 'GET',
    url: `/services/data/v${API_VERSION}/sobjects/${sObject}/describe`,
    referenceId: sObject,
  }))
  const { compositeResponse } = await client.call({
    method: 'POST',
    path: '/composite',
    body: { allOrNone: false, compositeRequest },
    answer: Parts,
  })
  return new Map(
    compositeResponse.flatMap(({ referenceId, body }) => {
      const described = Described.safeParse(body)
      return described.success ? [[referenceId, described.data.fields] as const] : []
    }),
  )
}

/** Says why an object is not told of together with the others: who works without leads has no such object. */
async function describeAlone(
  { client }: Org,
  sObject: SubjectObject,
): Promise<DescribedFields | undefined> {
  try {
    const path = `/sobjects/${sObject}/describe`
    return (await client.call({ method: 'GET', path, answer: Described })).fields
  } catch (error) {
    if (error instanceof SalesforceRejected && error.status === 404) return undefined
    throw error
  }
}

function oursAmong(described: DescribedFields): ReadonlyMap<string, OrgField> {
  const candidates = described.filter(({ name }) => ourNameOf(name) !== undefined)
  const byApiName = new Map(candidates.map((field) => [field.name, field]))
  const ours = new Map<string, OrgField>()
  for (const [name, apiName] of namesIn(byApiName.keys())) {
    const field = byApiName.get(apiName)
    if (field) ours.set(name, orgFieldOf(field))
  }
  return ours
}

function orgFieldOf(field: DescribedField): OrgField {
  const active = (field.picklistValues ?? []).filter(({ active: isActive }) => isActive !== false)
  return {
    apiName: field.name,
    type: field.type,
    isWritable: field.updateable,
    isRestricted: field.restrictedPicklist ?? false,
    values: active.flatMap(({ value }) => value ?? []),
  }
}
