import { CrmRejected } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { DEFINITIONS, type Definition, PROPERTY_GROUP } from './definitions.ts'
import { HubspotRejected } from './errors.ts'
import {
  Anything,
  type BatchError,
  CreatedProperties,
  type ExistingProperty,
  PropertyList,
} from './schema.ts'

/** Where the properties of a kind are, and what people call its records. */
const PLACES: Readonly<Record<SubjectKind, { readonly path: string; readonly noun: string }>> = {
  person: { path: `/crm/properties/${HUBSPOT_API_VERSION}/contacts`, noun: 'contact' },
  company: { path: `/crm/properties/${HUBSPOT_API_VERSION}/companies`, noun: 'company' },
}

/** Does `provisionKind` for contacts, then for companies. */
export async function provision(client: HubspotClient): Promise<void> {
  await provisionKind(client, 'person')
  await provisionKind(client, 'company')
}

/**
 * Creates what is missing of our properties on one kind of record and adds missing options; one read when all
 * is well.
 * @throws CrmRejected when a property of that name has another type, naming it and the remedy
 */
export async function provisionKind(client: HubspotClient, kind: SubjectKind): Promise<void> {
  try {
    await createAndMend(client, kind)
  } catch (error) {
    if (!isConflict(error)) throw error
    // Another process created some of them meanwhile; the list tells which are still missing.
    await createAndMend(client, kind)
  }
}

async function createAndMend(client: HubspotClient, kind: SubjectKind): Promise<void> {
  const existing = await readProperties(client, kind)
  const missing: Definition[] = []
  for (const definition of DEFINITIONS[kind]) {
    const found = existing.get(definition.name)
    if (found) await mend(client, kind, definition, found)
    else missing.push(definition)
  }
  if (missing.length === 0) return
  await createGroup(client, kind)
  await createProperties(client, kind, missing)
}

function isConflict(error: unknown): boolean {
  return error instanceof HubspotRejected && error.status === 409
}

async function readProperties(
  client: HubspotClient,
  kind: SubjectKind,
): Promise<ReadonlyMap<string, ExistingProperty>> {
  const list = await client.call({ method: 'GET', path: PLACES[kind].path, answer: PropertyList })
  return new Map(list.results.map((property) => [property.name, property]))
}

async function mend(
  client: HubspotClient,
  kind: SubjectKind,
  definition: Definition,
  found: ExistingProperty,
): Promise<void> {
  const { path, noun } = PLACES[kind]
  if (found.type !== definition.type) {
    throw new CrmRejected(
      CRM,
      409,
      `The ${noun} property "${definition.name}" has type "${found.type}" where Plumbline writes ` +
        `"${definition.type}". Delete it in HubSpot (Settings, Properties), then connect again`,
    )
  }
  const present = found.options ?? []
  const values = new Set(present.map((option) => option.value))
  const missing = (definition.options ?? []).filter((option) => !values.has(option.value))
  if (missing.length === 0) return
  // The list replaces the former one, so options that the customer added must be in it.
  const options = [...present, ...missing].map(numbered)
  const call = { method: 'PATCH', path: `${path}/${definition.name}`, body: { options } } as const
  await client.call({ ...call, answer: Anything })
}

function numbered(
  option: { label: string; value: string; hidden?: boolean | undefined },
  at: number,
) {
  return {
    label: option.label,
    value: option.value,
    hidden: option.hidden ?? false,
    displayOrder: at,
  }
}

async function createGroup(client: HubspotClient, kind: SubjectKind): Promise<void> {
  const body = { ...PROPERTY_GROUP, displayOrder: -1 }
  const path = `${PLACES[kind].path}/groups`
  try {
    await client.call({ method: 'POST', path, body, answer: Anything })
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

async function createProperties(
  client: HubspotClient,
  kind: SubjectKind,
  missing: readonly Definition[],
): Promise<void> {
  const inputs = missing.map((definition) => ({
    ...definition,
    groupName: PROPERTY_GROUP.name,
    formField: false,
    ...(definition.type === 'number' && { numberDisplayHint: 'unformatted' }),
    ...(definition.options && { options: definition.options.map(numbered) }),
  }))
  const path = `${PLACES[kind].path}/batch/create`
  const call = { method: 'POST', path, body: { inputs }, answer: CreatedProperties } as const
  const { errors } = await client.call(call)
  const refused = errors?.find((error) => error.category !== 'OBJECT_ALREADY_EXISTS')
  if (refused) throw refusal(kind, refused)
}

function refusal(kind: SubjectKind, error: BatchError): CrmRejected {
  const said = error.message ?? error.category ?? 'no reason given'
  const { noun } = PLACES[kind]
  return new CrmRejected(CRM, 400, `HubSpot refused one of our ${noun} properties: ${said}`)
}
