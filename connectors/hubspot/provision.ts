import { CrmRejected } from '../../src/errors.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { CONTACT_DEFINITIONS, type Definition, PROPERTY_GROUP } from './definitions.ts'
import { HubspotRejected } from './errors.ts'
import {
  Anything,
  type BatchError,
  CreatedProperties,
  type ExistingProperty,
  PropertyList,
} from './schema.ts'

const PATH = `/crm/properties/${HUBSPOT_API_VERSION}/contacts`

/**
 * Creates what is missing of our contact properties and adds missing options; one read when all is well.
 * @throws CrmRejected when a property of that name has another type, naming it and the remedy
 */
export async function provision(client: HubspotClient): Promise<void> {
  try {
    await createAndMend(client)
  } catch (error) {
    if (!isConflict(error)) throw error
    // Another process created some of them meanwhile; the list tells which are still missing.
    await createAndMend(client)
  }
}

async function createAndMend(client: HubspotClient): Promise<void> {
  const existing = await readProperties(client)
  const missing: Definition[] = []
  for (const definition of CONTACT_DEFINITIONS) {
    const found = existing.get(definition.name)
    if (found) await mend(client, definition, found)
    else missing.push(definition)
  }
  if (missing.length === 0) return
  await createGroup(client)
  await createProperties(client, missing)
}

function isConflict(error: unknown): boolean {
  return error instanceof HubspotRejected && error.status === 409
}

async function readProperties(
  client: HubspotClient,
): Promise<ReadonlyMap<string, ExistingProperty>> {
  const list = await client.call({ method: 'GET', path: PATH, answer: PropertyList })
  return new Map(list.results.map((property) => [property.name, property]))
}

async function mend(
  client: HubspotClient,
  definition: Definition,
  found: ExistingProperty,
): Promise<void> {
  if (found.type !== definition.type) {
    throw new CrmRejected(
      CRM,
      409,
      `The contact property "${definition.name}" has type "${found.type}" where Plumbline writes ` +
        `"${definition.type}". Delete it in HubSpot (Settings, Properties), then connect again`,
    )
  }
  const present = found.options ?? []
  const values = new Set(present.map((option) => option.value))
  const missing = (definition.options ?? []).filter((option) => !values.has(option.value))
  if (missing.length === 0) return
  // The list replaces the former one, so options that the customer added must be in it.
  const options = [...present, ...missing].map(numbered)
  const path = `${PATH}/${definition.name}`
  await client.call({ method: 'PATCH', path, body: { options }, answer: Anything })
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

async function createGroup(client: HubspotClient): Promise<void> {
  const body = { ...PROPERTY_GROUP, displayOrder: -1 }
  try {
    await client.call({ method: 'POST', path: `${PATH}/groups`, body, answer: Anything })
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

async function createProperties(
  client: HubspotClient,
  missing: readonly Definition[],
): Promise<void> {
  const inputs = missing.map((definition) => ({
    ...definition,
    groupName: PROPERTY_GROUP.name,
    formField: false,
    ...(definition.type === 'number' && { numberDisplayHint: 'unformatted' }),
    ...(definition.options && { options: definition.options.map(numbered) }),
  }))
  const path = `${PATH}/batch/create`
  const call = { method: 'POST', path, body: { inputs }, answer: CreatedProperties } as const
  const { errors } = await client.call(call)
  const refused = errors?.find((error) => error.category !== 'OBJECT_ALREADY_EXISTS')
  if (refused) throw refusal(refused)
}

function refusal(error: BatchError): CrmRejected {
  const said = error.message ?? error.category ?? 'no reason given'
  return new CrmRejected(CRM, 400, `HubSpot refused one of our contact properties: ${said}`)
}
