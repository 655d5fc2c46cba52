import type { FactMap, SubjectKind } from '../../src/leads/facts.ts'
import { decides } from '../../src/leads/person-words.ts'
import type {
  CompanyRecord,
  DealOutcome,
  DealRecord,
  PersonRecord,
} from '../../src/leads/records.ts'
import { type Field, factsOf, PARSERS } from '../field-facts.ts'
import type { Merge } from '../page.ts'
import { parseList, parseMoment, parseNumber, parseText, parseTruth } from '../values.ts'
import { COMPANY_FIELDS, MERGED_IDS, PERSON_FIELDS } from './properties.ts'
import type { CrmObject } from './schema.ts'

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
  const own =
    kind === 'person' ? personFacts(properties) : factsOf(PARSERS, properties, COMPANY_FIELDS)
  return { ...factsOf(PARSERS, properties, wished), ...own }
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

function personFacts(properties: Properties): FactMap {
  const facts = factsOf(PARSERS, properties, PERSON_FIELDS)
  const roles = parseList(properties['hs_buying_role']) ?? []
  return decides(roles) ? { ...facts, authority: 'confirmed' } : facts
}
