import type { CrmObject } from '../../connectors/hubspot/schema.ts'
import { deriveCompany, mergeFacts } from '../../src/enrichment/derive.ts'
import { companyDomain } from '../../src/enrichment/identity.ts'
import type { CompanyRecord } from '../../src/leads/records.ts'
import type { AccountPerson, AccountScorer } from '../../src/scoring/accounts/account-result.ts'
import { accountValues } from '../../src/scoring/accounts/account-values.ts'

export const OURS_ON_COMPANIES = [
  'plumbline_account_score',
  'plumbline_account_tier',
  'plumbline_buying_group',
  'plumbline_account_reasons',
]

/** A person as the judge scored them, for the account they count towards. */
export interface JudgedPerson extends AccountPerson {
  readonly companyId: string | null
  readonly scoredAt: Date
}

/** The company of a mail domain, where exactly one has it. */
export function soleCompanies(companies: Iterable<CompanyRecord>): ReadonlyMap<string, string> {
  const byDomain = Map.groupBy(companies, ({ facts }) => companyDomain(facts))
  const sole = new Map<string, string>()
  for (const [domain, [only, ...others]] of byDomain) {
    if (domain !== undefined && only && others.length === 0) sole.set(domain, only.id)
  }
  return sole
}

/** Compares what one company carries with what its people, as judged, come to. */
export function judgeAccount(
  carried: CrmObject,
  company: CompanyRecord,
  people: readonly JudgedPerson[],
  scorer: AccountScorer,
): readonly string[] {
  const { id, properties, updatedAt } = carried
  if (!properties['plumbline_account_score']) return [`company ${id} was never scored`]
  // Nobody else changes companies here: the last change was our writing, or it stood already when people were scored.
  const moments = [updatedAt, ...people.map(({ scoredAt }) => scoredAt)].map(Number)
  const facts = { company: mergeFacts(company.facts, deriveCompany(company.facts)), people }
  const expected = accountValues(scorer.score(facts, new Date(Math.max(...moments))))
  return Object.entries(expected)
    .filter(([name, value]) => (properties[name] ?? '') !== value)
    .map(([name, value]) => `company ${id} ${name}: has "${properties[name]}", expected "${value}"`)
}
