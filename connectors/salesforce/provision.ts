import { CrmRejected } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Tiers } from '../connector.ts'
import { choicesFor } from '../our-fields.ts'
import { CRM } from './api-version.ts'
import { addChoices, createField, existingFields, keyOf } from './custom-fields.ts'
import {
  DEFINITIONS,
  type Definition,
  KIND_OF,
  OBJECTS,
  type SubjectObject,
} from './definitions.ts'
import { SalesforceRejected } from './errors.ts'
import type { Org } from './org.ts'
import type { FieldBook, OrgField, OrgFields } from './org-fields.ts'
import { type FieldName, grantFields } from './permissions.ts'

/** What was found and done. */
export interface Provisioned {
  readonly changed: boolean
  /** Our fields that cannot be written, by object and our name, each with what to tell the admin. */
  readonly unusable: ReadonlyMap<SubjectObject, ReadonlyMap<string, string>>
  /** What else an admin has to do. */
  readonly problems: readonly string[]
}

/**
 * Makes leads, contacts and accounts have our fields, visible to the user we act as, with the tiers of the model as
 * choices. Fields of a package are used as they are.
 * @throws CrmRejected when fields cannot be written, naming them and the remedy; all others are right then
 */
export async function provision(org: Org, book: FieldBook, tiers: Tiers): Promise<void> {
  const { unusable, problems } = await provisionObjects(org, book, OBJECTS, tiers)
  const reasons = [...unusable.values()].flatMap((fields) => [...fields.values()])
  const told = new Set([...reasons, ...problems])
  if (told.size > 0) throw new CrmRejected(CRM, 409, [...told].join('. '))
}

/** The same for one kind of record while values are being written into it; failures are told, not thrown. */
export function healKind(
  org: Org,
  book: FieldBook,
  kind: SubjectKind,
  tiers: readonly string[],
): Promise<Provisioned> {
  const objects = OBJECTS.filter((sObject) => KIND_OF[sObject] === kind)
  return provisionObjects(org, book, objects, { person: tiers, company: tiers })
}

/** One field that an object must have. */
interface Need {
  readonly sObject: SubjectObject
  readonly definition: Definition
  readonly tiers: readonly string[]
}

async function provisionObjects(
  org: Org,
  book: FieldBook,
  objects: readonly SubjectObject[],
  tiers: Tiers,
): Promise<Provisioned> {
  const before = await book.renew()
  const needs = objects
    .filter((sObject) => before.has(sObject))
    .flatMap((sObject) => needsOf(sObject, tiers))
  const broken = needs.filter((need) => isMendable(need, fieldFor(before, need)))
  if (broken.length === 0) {
    const { added, problems } = await addMissingChoices(org, needs, before)
    return { changed: added, unusable: unusableIn(before, needs, ''), problems }
  }
  const refusal = await mend(org, broken, before)
  const after = await book.renew()
  const { problems } = await addMissingChoices(org, needs, after)
  return { changed: true, unusable: unusableIn(after, needs, refusal), problems }
}

function needsOf(sObject: SubjectObject, tiers: Tiers): readonly Need[] {
  const kind = KIND_OF[sObject]
  return DEFINITIONS[kind].map((definition) => ({ sObject, definition, tiers: tiers[kind] }))
}

function fieldFor(fields: OrgFields, { sObject, definition }: Need): OrgField | undefined {
  return fields.get(sObject)?.get(definition.name)
}

function isMendable({ definition }: Need, field: OrgField | undefined): boolean {
  return !field || (hasType(definition, field) && !field.isWritable)
}

function hasType({ describedAs }: Definition, { type }: OrgField): boolean {
  return describedAs.includes(type)
}

/** Makes what is missing and shows it to us. @returns why Salesforce did not let us, or '' */
async function mend(org: Org, broken: readonly Need[], before: OrgFields): Promise<string> {
  const usable: FieldName[] = broken.flatMap((need) => {
    const field = fieldFor(before, need)
    return field ? [{ sObject: need.sObject, apiName: field.apiName }] : []
  })
  const refusals: string[] = []
  try {
    await makeMissing(
      org,
      broken.filter((need) => !fieldFor(before, need)),
      usable,
    )
  } catch (error) {
    if (!(error instanceof SalesforceRejected)) throw error
    refusals.push(`Salesforce does not let Plumbline make its fields (${error.message})`)
  }
  try {
    if (usable.length > 0) await grantFields(org, usable)
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    refusals.push(error.message)
  }
  return refusals.join('. ')
}

/** One after the other: Salesforce changes an object's fields under a lock. What is there is added to `usable`. */
async function makeMissing(org: Org, missing: readonly Need[], usable: FieldName[]): Promise<void> {
  if (missing.length === 0) return
  const existing = await existingFields(org)
  for (const { sObject, definition, tiers } of missing) {
    const apiName = existing.get(keyOf(sObject, definition.name))
    if (apiName === undefined) await createField(org, sObject, definition, tiers)
    usable.push({ sObject, apiName: apiName ?? definition.field })
  }
}

/** What cannot be written as the fields are described now. */
function unusableIn(
  fields: OrgFields,
  needs: readonly Need[],
  refusal: string,
): Provisioned['unusable'] {
  const unusable = new Map<SubjectObject, Map<string, string>>()
  for (const need of needs) {
    const reason = reasonAgainst(need, fieldFor(fields, need), refusal)
    if (reason === undefined) continue
    const ofObject = unusable.get(need.sObject) ?? new Map<string, string>()
    unusable.set(need.sObject, ofObject.set(need.definition.name, reason))
  }
  return unusable
}

const INSTALL =
  'Install the Plumbline package and assign its permission set "Plumbline Integration" to the connected user, ' +
  'or give that user "Customize Application"; docs/salesforce.md says how'

function reasonAgainst(
  { sObject, definition }: Need,
  field: OrgField | undefined,
  refusal: string,
): string | undefined {
  const said = refusal === '' ? '' : `${refusal}. `
  if (!field) return `${said}Fields of Plumbline are missing on ${sObject}. ${INSTALL}`
  if (!hasType(definition, field)) {
    return (
      `The field ${sObject}.${field.apiName} has type "${field.type}" where Plumbline writes ` +
      `"${definition.metadataType}". Delete it in Setup, Object Manager; it is made anew with the next reading`
    )
  }
  if (field.isWritable) return undefined
  return `${said}The connected user may not edit ${sObject}.${field.apiName}. ${INSTALL}`
}

/** A list that takes any value needs no mending to be written; people who filter by it want all values all the same. */
async function addMissingChoices(
  org: Org,
  needs: readonly Need[],
  fields: OrgFields,
): Promise<{ readonly added: boolean; readonly problems: readonly string[] }> {
  const problems: string[] = []
  let added = false
  for (const need of needs) {
    const field = fieldFor(fields, need)
    if (!field?.isWritable || !hasType(need.definition, field)) continue
    const choices = choicesFor(need.definition, need.tiers)
    const missing = choices.filter(({ value }) => !field.values.includes(value))
    if (missing.length === 0) continue
    const done = isOurs(need, field) && (await tryToAdd(org, need, field, missing))
    if (done) added = true
    else if (field.isRestricted) problems.push(missingChoices(need, field, missing))
  }
  return { added, problems }
}

/** A packaged field is the package's to change. */
function isOurs({ definition }: Need, { apiName }: OrgField): boolean {
  return apiName.toLowerCase() === definition.field.toLowerCase()
}

async function tryToAdd(
  org: Org,
  { sObject }: Need,
  { apiName }: OrgField,
  missing: ReturnType<typeof choicesFor>,
): Promise<boolean> {
  try {
    await addChoices(org, { sObject, apiName }, missing)
    return true
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    const field = `${sObject}.${apiName}`
    org.context.log.warn({ crm: CRM, field, error }, 'choices are missing')
    return false
  }
}

function missingChoices(
  { sObject }: Need,
  { apiName }: OrgField,
  missing: ReturnType<typeof choicesFor>,
): string {
  const values = missing.map(({ value }) => `"${value}"`).join(', ')
  return (
    `The picklist ${sObject}.${apiName} lacks ${values}, which Plumbline writes. Add them in Setup, Object Manager, ` +
    'with these API names'
  )
}
