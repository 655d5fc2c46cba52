import type { FactMap } from '../../src/leads/facts.ts'
import { decides } from '../../src/leads/person-words.ts'
import type {
  CompanyRecord,
  DealOutcome,
  DealRecord,
  PersonRecord,
} from '../../src/leads/records.ts'
import { factsOf } from '../field-facts.ts'
import { parseNumber, parseText, parseTruth } from '../values.ts'
import type { Wanted } from './fact-fields.ts'
import { to18 } from './ids.ts'
import type { SalesforceRecord } from './query.ts'
import { noonOf, SALESFORCE_PARSERS } from './values.ts'

/** A lead or contact. A lead has no account: whose it is tells its e-mail's domain. */
export function toPerson(record: SalesforceRecord, facts: readonly Wanted[]): PersonRecord {
  const companyId = to18(record.fields['AccountId'] ?? '')
  return {
    id: record.id,
    ...(companyId !== undefined && { companyId }),
    facts: subjectFacts(record.fields, facts),
    createdAt: record.createdAt,
    updatedAt: record.stampedAt,
  }
}

export function toCompany(record: SalesforceRecord, facts: readonly Wanted[]): CompanyRecord {
  const { id, createdAt, stampedAt } = record
  return { id, facts: subjectFacts(record.fields, facts), createdAt, updatedAt: stampedAt }
}

/** The facts that the fields of a record say; whoever decides a purchase has authority. */
export function subjectFacts(
  fields: SalesforceRecord['fields'],
  wanted: readonly Wanted[],
): FactMap {
  const facts = factsOf(SALESFORCE_PARSERS, fields, wanted)
  const roles = facts['buying_role']
  return Array.isArray(roles) && decides(roles) ? { ...facts, authority: 'confirmed' } : facts
}

/** @param personIds the contacts that have a role in it */
export function toDeal(record: SalesforceRecord, personIds: readonly string[]): DealRecord {
  const { fields } = record
  const companyId = to18(fields['AccountId'] ?? '')
  const outcome = dealOutcome(fields)
  const amount = parseNumber(fields['Amount'])
  // Of an open opportunity it is a forecast.
  const closedAt = outcome === 'open' ? undefined : noonOf(fields['CloseDate'])
  return {
    id: record.id,
    personIds,
    ...(companyId !== undefined && { companyId }),
    stage: parseText(fields['StageName']) ?? 'unknown',
    outcome,
    ...(amount !== undefined && { amount }),
    createdAt: record.createdAt,
    ...(closedAt && { closedAt }),
    updatedAt: record.stampedAt,
  }
}

function dealOutcome(fields: SalesforceRecord['fields']): DealOutcome {
  if (parseTruth(fields['IsWon'])) return 'won'
  return parseTruth(fields['IsClosed']) ? 'lost' : 'open'
}
