import { FACT_FIELDS } from '../../src/leads/fact-fields.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Field } from '../field-facts.ts'
import { KIND_OF, type SubjectObject } from './definitions.ts'
import { type Catalog, type DescribedField, factNameOf } from './describe.ts'
import { DERIVED_FACTS, FACT_ALIASES, FACT_TYPES, STANDARD_FIELDS } from './fields.ts'
import { ourNameOf } from './names.ts'
import type { SalesforceFieldType } from './values.ts'

export type Wanted = Field<SalesforceFieldType>

type Fields = NonNullable<Catalog>

/**
 * The fields of this org that say the facts that everybody has: standard ones where they are shown, else custom ones
 * that are named like the fact.
 */
export async function factFields(
  object: SubjectObject,
  catalog: Fields,
  isVisible: (field: string) => Promise<boolean>,
): Promise<{ readonly fields: readonly Wanted[]; readonly hidden: readonly string[] }> {
  const standard: Wanted[] = []
  const hidden: string[] = []
  for (const field of STANDARD_FIELDS[object]) {
    if (await isVisible(field.property)) standard.push(field)
    else hidden.push(field.property)
  }
  const said = new Set(standard.map(({ fact }) => fact))
  const custom = knownFacts(KIND_OF[object])
    .filter((fact) => !said.has(fact))
    .flatMap((fact) => customField(catalog, fact) ?? [])
  const found = new Set(custom.map(({ fact }) => fact))
  const unsaid = (property: string) =>
    STANDARD_FIELDS[object].some((field) => field.property === property && !found.has(field.fact))
  return { fields: [...standard, ...custom], hidden: hidden.filter(unsaid) }
}

/** The known facts of a kind that a CRM may say. */
function knownFacts(kind: SubjectKind): readonly string[] {
  const prefix = `${kind}.`
  return FACT_FIELDS.filter((field) => field.startsWith(prefix))
    .map((field) => field.slice(prefix.length))
    .filter((fact) => !DERIVED_FACTS.includes(fact))
}

function customField(catalog: Fields, fact: string): Wanted | undefined {
  const names = [fact, ...(FACT_ALIASES[fact] ?? [])]
  const named = [...catalog.values()].filter(
    (field) => field.custom === true && isReadable(field) && names.includes(factNameOf(field.name)),
  )
  const field = firstOfOrg(named)
  return field && { property: field.name, fact, type: FACT_TYPES[fact] ?? typeOf(field) }
}

/**
 * The fields that the customer's models ask for beyond known facts: by API name in any case, else by the fact-like
 * name.
 */
export function wishedFields(
  object: SubjectObject,
  catalog: Fields,
  names: readonly string[],
): { readonly fields: readonly Wanted[]; readonly unknown: readonly string[] } {
  const known = [...knownFacts(KIND_OF[object]), ...STANDARD_FIELDS[object].map(({ fact }) => fact)]
  const asked = names.filter((name) => !known.includes(name))
  const found = asked.map((name) => ({ name, field: wishedField(catalog, name) }))
  return {
    fields: found.flatMap(({ name, field }) =>
      field ? [{ property: field.name, fact: name, type: typeOf(field) }] : [],
    ),
    unknown: found.filter(({ field }) => !field).map(({ name }) => name),
  }
}

function wishedField(catalog: Fields, name: string): DescribedField | undefined {
  const asked = name.toLowerCase()
  const exact = catalog.get(asked)
  if (exact) return isReadable(exact) ? exact : undefined
  const alike = [...catalog.values()].filter(
    (field) => isReadable(field) && factNameOf(field.name) === asked,
  )
  return firstOfOrg(alike)
}

/** What the org made itself comes before what a package of the same name brought. */
function firstOfOrg(fields: readonly DescribedField[]): DescribedField | undefined {
  return fields.find(({ name }) => !/__.*__c$/i.test(name)) ?? fields[0]
}

/** What changes with our own writing or with anybody's looking: a score that hangs on it would never come to rest. */
const RESTLESS = new Set([
  'systemmodstamp',
  'lastmodifieddate',
  'lastmodifiedbyid',
  'lastvieweddate',
  'lastreferenceddate',
])
/** Types whose values are no text, number or truth. */
const COMPOUND = ['address', 'location', 'base64', 'anyType', 'complexvalue']

function isReadable({ name, type }: DescribedField): boolean {
  const isOurs = ourNameOf(name) !== undefined
  return !(isOurs || RESTLESS.has(name.toLowerCase()) || COMPOUND.includes(type))
}

const FIELD_TYPES: Readonly<Record<string, SalesforceFieldType>> = {
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'truth',
  date: 'date',
  datetime: 'moment',
  multipicklist: 'list',
}

function typeOf({ type }: DescribedField): SalesforceFieldType {
  return FIELD_TYPES[type] ?? 'text'
}
