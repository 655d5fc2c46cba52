import { CrmRejected } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Tiers } from '../connector.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { type Definition, definitionsFor, PROPERTY_GROUP } from './definitions.ts'
import { HubspotRejected } from './errors.ts'
import { optionsInOrder, optionsWithMissing } from './property-options.ts'
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

/** What was found and done on one kind of record. */
export interface Provisioned {
  readonly changed: boolean
  /** Our properties that somebody made with another type, each with what to tell the admin. */
  readonly retyped: ReadonlyMap<string, string>
}

/**
 * Makes contacts and companies have our properties, with the tiers of the model as options.
 * @throws CrmRejected when properties have another type, naming them and the remedy; all others are right then
 */
export async function provision(client: HubspotClient, tiers: Tiers): Promise<void> {
  const retyped: string[] = []
  for (const kind of ['person', 'company'] as const) {
    const done = await twiceOnConflict(() =>
      provisionKind(client, kind, tiers[kind], optionsInOrder),
    )
    retyped.push(...done.retyped.values())
  }
  if (retyped.length > 0) throw new CrmRejected(CRM, 409, retyped.join('. '))
}

/** The same for one kind while values are being written into it: only adds what is missing of its options. */
export function healKind(
  client: HubspotClient,
  kind: SubjectKind,
  tiers: readonly string[],
): Promise<Provisioned> {
  return twiceOnConflict(() => provisionKind(client, kind, tiers, optionsWithMissing))
}

/** Another process may create some of them meanwhile; the list tells which are still missing. */
async function twiceOnConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isConflict(error)) throw error
    return await work()
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof HubspotRejected && error.status === 409
}

/** Which options a property should have; null when those it has will do. */
type ChooseOptions = typeof optionsInOrder

/** Creates what is missing of our properties and adds missing options; one read when all is well. */
async function provisionKind(
  client: HubspotClient,
  kind: SubjectKind,
  tiers: readonly string[],
  choose: ChooseOptions,
): Promise<Provisioned> {
  const existing = await readProperties(client, kind)
  const retyped = new Map<string, string>()
  const missing: Definition[] = []
  let mended = false
  for (const definition of definitionsFor(kind, tiers)) {
    const found = existing.get(definition.name)
    if (!found) missing.push(definition)
    else if (found.type !== definition.type) {
      retyped.set(definition.name, retypedMessage(kind, definition, found))
    } else if (await mendOptions(client, kind, definition, found, choose)) mended = true
  }
  if (missing.length > 0) {
    await createGroup(client, kind)
    await createProperties(client, kind, missing)
  }
  return { changed: mended || missing.length > 0, retyped }
}

async function readProperties(
  client: HubspotClient,
  kind: SubjectKind,
): Promise<ReadonlyMap<string, ExistingProperty>> {
  const list = await client.call({ method: 'GET', path: PLACES[kind].path, answer: PropertyList })
  return new Map(list.results.map((property) => [property.name, property]))
}

function retypedMessage(kind: SubjectKind, wanted: Definition, found: ExistingProperty): string {
  return (
    `The ${PLACES[kind].noun} property "${wanted.name}" has type "${found.type}" where Plumbline writes ` +
    `"${wanted.type}". Delete it in HubSpot (Settings, Properties); it is made anew with the next reading`
  )
}

async function mendOptions(
  client: HubspotClient,
  kind: SubjectKind,
  { name, options: ours }: Definition,
  found: ExistingProperty,
  choose: ChooseOptions,
): Promise<boolean> {
  const options = choose(ours ?? [], found.options ?? [])
  if (!options) return false
  // The list replaces the former one, so options that the customer added must be in it.
  const body = { options: options.map(numbered) }
  const path = `${PLACES[kind].path}/${name}`
  await client.call({ method: 'PATCH', path, body, answer: Anything })
  return true
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
  const inputs = missing.map(({ namesTiers, options, ...definition }) => ({
    ...definition,
    groupName: PROPERTY_GROUP.name,
    formField: false,
    ...(definition.type === 'number' && { numberDisplayHint: 'unformatted' }),
    ...(options && { options: options.map(numbered) }),
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
