import type { FactMap, FactValue, SubjectKind } from '../../src/leads/facts.ts'
import type {
  CompanyRecord,
  DealOutcome,
  DealRecord,
  PersonRecord,
} from '../../src/leads/records.ts'
import type { Merge } from '../page.ts'
import {
  COMPANY_FIELDS,
  type Field,
  type FieldType,
  MERGED_IDS,
  PERSON_FIELDS,
} from './properties.ts'
import type { CrmObject } from './schema.ts'
import { parseList, parseMoment, parseNumber, parseText, parseTruth } from './values.ts'

/** Whether a contact says itself which company it belongs to. */
export function namesCompany(raw: CrmObject): boolean {
  return parseText(raw.properties['associatedcompanyid']) !== undefined
}

/**
 * @param associatedCompany used where the contact does not name its company itself
 * @param wished properties that this customer's models ask for
 */
export function toPerson(
  raw: CrmObject,
  associatedCompany: string | undefined,
  wished: readonly Field[] = [],
): PersonRecord {
  const companyId = parseText(raw.properties['associatedcompanyid']) ?? associatedCompany
  return {
    id: raw.id,
    ...(companyId && { companyId }),
    facts: subjectFacts('person', raw.properties, wished),
    createdAt: raw.createdAt,
    updatedAt: raw.updatedAt,
  }
}

/** @param wished as for `toPerson` */
export function toCompany(raw: CrmObject, wished: readonly Field[] = []): CompanyRecord {
  const { id, createdAt, updatedAt, properties } = raw
  return { id, facts: subjectFacts('company', properties, wished), createdAt, updatedAt }
}

/** The facts that the properties of a record say; ours come before wished ones of the same name. */
export function subjectFacts(
  kind: SubjectKind,
  properties: Properties,
  wished: readonly Field[],
): FactMap {
  const own = kind === 'person' ? personFacts(properties) : factsOf(properties, COMPANY_FIELDS)
  return { ...factsOf(properties, wished), ...own }
}

type Properties = CrmObject['properties']

/** @param companyId the primary company, where there is one */
export function toDeal(
  raw: CrmObject,
  personIds: readonly string[],
  companyId: string | undefined,
): DealRecord {
  const { properties } = raw
  const outcome = dealOutcome(raw)
  const amount = parseNumber(properties['amount'])
  // An open deal's close date is a forecast.
  const closedAt = outcome === 'open' ? undefined : parseMoment(properties['closedate'])
  return {
    id: raw.id,
    personIds,
    ...(companyId && { companyId }),
    stage: parseText(properties['dealstage']) ?? 'unknown',
    outcome,
    ...(amount !== undefined && { amount }),
    // Differs from the record's own creation when deals were imported with their history.
    createdAt: parseMoment(properties['createdate']) ?? raw.createdAt,
    ...(closedAt && { closedAt }),
    updatedAt: raw.updatedAt,
  }
}

function dealOutcome(raw: CrmObject): DealOutcome {
  if (parseTruth(raw.properties['hs_is_closed_won'])) return 'won'
  return parseTruth(raw.properties['hs_is_closed']) ? 'lost' : 'open'
}

/** The records that were merged into this one. */
export function mergesOf(raw: CrmObject, kind: Merge['kind']): readonly Merge[] {
  const losers = parseList(raw.properties[MERGED_IDS]) ?? []
  return losers
    .filter((loser) => loser !== raw.id)
    .map((loser) => ({ kind, loser, winner: raw.id }))
}

const DECIDERS = ['DECISION_MAKER', 'BUDGET_HOLDER']

function personFacts(properties: Properties): FactMap {
  const facts = factsOf(properties, PERSON_FIELDS)
  const roles = parseList(properties['hs_buying_role']) ?? []
  const decides = roles.some((role) => DECIDERS.includes(role))
  return decides ? { ...facts, authority: 'confirmed' } : facts
}

function factsOf(properties: Properties, fields: readonly Field[]): FactMap {
  const facts: Record<string, FactValue> = {}
  for (const { property, fact, type } of fields) {
    const value = PARSERS[type](properties[property])
    if (value !== undefined) facts[fact] = value
  }
  return facts
}

type Parser = (raw: string | undefined) => FactValue | undefined

const PARSERS: Readonly<Record<FieldType, Parser>> = {
  text: parseText,
  number: parseNumber,
  truth: parseTruth,
  list: parseList,
  date: (raw) => parseMoment(raw)?.toISOString().slice(0, 'YYYY-MM-DD'.length),
  moment: (raw) => parseMoment(raw)?.toISOString(),
  presence: (raw) => (parseText(raw) ? true : undefined),
  seniority: (raw) => oneOf(SENIORITIES, raw),
  function: (raw) => oneOf(FUNCTIONS, raw),
}

/** The portal's word for one of ours; an unknown word is left out, so that the title can tell. */
function oneOf(words: Readonly<Record<string, string>>, raw: string | undefined) {
  const word = parseText(raw)?.toLowerCase().replaceAll(/[ -]/g, '_') ?? ''
  return Object.hasOwn(words, word) ? words[word] : undefined
}

const SENIORITIES: Readonly<Record<string, string>> = {
  c_level: 'c_level',
  executive: 'c_level',
  founder: 'c_level',
  owner: 'c_level',
  partner: 'c_level',
  vp: 'vp',
  director: 'director',
  manager: 'manager',
  individual: 'individual',
  senior: 'individual',
  employee: 'individual',
  entry: 'individual',
  student: 'student',
  intern: 'intern',
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  executive: 'executive',
  sales: 'sales',
  marketing: 'marketing',
  revops: 'revops',
  engineering: 'engineering',
  it: 'it',
  information_technology: 'it',
  data: 'data',
  product: 'product',
  product_management: 'product',
  finance: 'finance',
  accounting: 'finance',
  procurement: 'procurement',
  purchasing: 'procurement',
  hr: 'hr',
  human_resources: 'hr',
  operations: 'operations',
  legal: 'legal',
  support: 'support',
  customer_service: 'support',
  research: 'research',
}
