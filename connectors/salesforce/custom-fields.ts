import { z } from 'zod'
import { CrmUnavailable } from '../../src/errors.ts'
import type { Choice } from '../our-fields.ts'
import { CRM } from './api-version.ts'
import { type Definition, metadataOf, type SubjectObject } from './definitions.ts'
import { SalesforceRejected } from './errors.ts'
import { namesIn } from './names.ts'
import type { Org } from './org.ts'
import type { FieldName } from './permissions.ts'
import { Anything } from './schema.ts'

const TOOLING = '/tooling'

const Existing = z.object({
  records: z.array(
    z.object({
      DeveloperName: z.string(),
      NamespacePrefix: z.string().nullish(),
      TableEnumOrId: z.string(),
    }),
  ),
})

/**
 * Every field in the org that has one of our names, whether the user we act as may see it or not: what describe does
 * not show must not be made a second time beside the package's.
 * @returns its API name, by `keyOf`
 */
export async function existingFields({ client }: Org): Promise<ReadonlyMap<string, string>> {
  const q =
    'SELECT DeveloperName, NamespacePrefix, TableEnumOrId FROM CustomField ' +
    `WHERE DeveloperName LIKE 'Plumbline%' AND TableEnumOrId IN ('Lead', 'Contact', 'Account')`
  const path = `${TOOLING}/query`
  const { records } = await client.call({ method: 'GET', path, query: { q }, answer: Existing })
  const byObject = Map.groupBy(records, ({ TableEnumOrId }) => TableEnumOrId)
  const found = new Map<string, string>()
  for (const [sObject, fields] of byObject) {
    const apiNames = fields.map(
      ({ DeveloperName, NamespacePrefix }) =>
        `${NamespacePrefix ? `${NamespacePrefix}__` : ''}${DeveloperName}__c`,
    )
    for (const [name, apiName] of namesIn(apiNames)) found.set(keyOf(sObject, name), apiName)
  }
  return found
}

export function keyOf(sObject: string, name: string): string {
  return `${sObject}.${name}`
}

/** Makes a field. One that is there by now is as good as made. */
export async function createField(
  { client }: Org,
  sObject: SubjectObject,
  definition: Definition,
  tiers: readonly string[],
): Promise<void> {
  const FullName = `${sObject}.${definition.field}`
  try {
    await client.call({
      method: 'POST',
      path: `${TOOLING}/sobjects/CustomField`,
      body: { FullName, Metadata: metadataOf(definition, tiers) },
      answer: Anything,
    })
  } catch (error) {
    const isThere =
      error instanceof SalesforceRejected && error.codes.has('DUPLICATE_DEVELOPER_NAME')
    if (!isThere) throw error
  }
}

const Picklist = z.object({
  records: z.array(
    z.object({
      Id: z.string(),
      Metadata: z.looseObject({
        valueSet: z.looseObject({
          valueSetDefinition: z.looseObject({
            value: z.array(
              z.looseObject({
                valueName: z.string().nullish(),
                fullName: z.string().nullish(),
                isActive: z.boolean().nullish(),
              }),
            ),
          }),
        }),
      }),
    }),
  ),
})
type PicklistValue = z.infer<
  typeof Picklist
>['records'][number]['Metadata']['valueSet']['valueSetDefinition']['value'][number]

/** Adds values to the list of a field that we made; what the customer changed in it stays. */
export async function addChoices(
  { client }: Org,
  { sObject, apiName }: FieldName,
  choices: readonly Choice[],
): Promise<void> {
  const developerName = apiName.replace(/__c$/i, '')
  const q =
    'SELECT Id, Metadata FROM CustomField ' +
    `WHERE TableEnumOrId = '${sObject}' AND DeveloperName = '${developerName}' AND NamespacePrefix = null`
  const path = `${TOOLING}/query`
  const { records } = await client.call({ method: 'GET', path, query: { q }, answer: Picklist })
  const [field] = records
  if (!field) throw new CrmUnavailable(CRM, `The field ${sObject}.${apiName} cannot be looked up`)
  const { valueSet } = field.Metadata
  const { valueSetDefinition } = valueSet
  const value = withChoices(valueSetDefinition.value, choices)
  const definition = { ...valueSetDefinition, value }
  const Metadata = { ...field.Metadata, valueSet: { ...valueSet, valueSetDefinition: definition } }
  await client.call({
    method: 'PATCH',
    path: `${TOOLING}/sobjects/CustomField/${field.Id}`,
    body: { Metadata },
    answer: Anything,
  })
}

/** The list replaces the former one. A value that somebody switched off is there already. */
function withChoices(
  present: readonly PicklistValue[],
  choices: readonly Choice[],
): readonly object[] {
  const nameOf = (value: PicklistValue) => value.valueName ?? value.fullName ?? ''
  const wanted = new Set(choices.map(({ value }) => value))
  const standing = new Set(present.map(nameOf))
  const missing = choices.filter(({ value }) => !standing.has(value))
  return [
    ...present.map((value) =>
      wanted.has(nameOf(value)) && value.isActive === false ? { ...value, isActive: true } : value,
    ),
    ...missing.map(({ label, value }) => ({ valueName: value, label, default: false })),
  ]
}
