import { sql } from 'kysely'
import { deriveCompany, derivePerson, mergeFacts } from '../../src/enrichment/derive.ts'
import { businessDomain, companyDomain } from '../../src/enrichment/identity.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { ownCompany } from '../../src/leads/own-company.ts'
import { personName } from '../../src/leads/person-name.ts'
import type { AccountPerson, AccountScorer } from '../../src/scoring/accounts/account-result.ts'
import { accountValues } from '../../src/scoring/accounts/account-values.ts'
import { compileAccounts } from '../../src/scoring/accounts/compile-accounts.ts'
import { engagedAt } from '../../src/scoring/accounts/engaged-at.ts'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import type { Facts, Result, Scorer } from '../../src/scoring/result.ts'
import { writtenValues } from '../../src/scoring/written-values.ts'
import type { Db } from '../../src/store/database.ts'
import type { Carried, TrueCompany, TruePerson, Truth } from './truth.ts'

/** What decides about people and, where the model says anything of them, about accounts. */
export interface LiveModel {
  readonly scorer: Scorer
  readonly accounts: AccountScorer | null
}

/** The model that an installation has live now. @throws Error where it has hysteresis: the way there would count */
export async function liveModel(db: Db, installationId: string): Promise<LiveModel> {
  const { rows } = await sql<{ document: string }>`
    select document from model_version
    where installation_id = ${installationId} and status = 'live'`.execute(db)
  const text = rows[0]?.document ?? ''
  const parsed = parseModel(text)
  if (!parsed.ok) throw new Error(`installation ${installationId} has no live model that is valid`)
  if (!/^hysteresis: 0\b/m.test(text)) {
    throw new Error('only scores of a model with "hysteresis: 0" can be computed afresh')
  }
  return { scorer: compileModel(parsed.model), accounts: compileAccounts(parsed.model) }
}

/** Whose people are whose, and what is known of everybody. */
export interface Known {
  readonly company: ReadonlyMap<string, TrueCompany>
  /** The company of a mail domain, where exactly one has it. */
  readonly byDomain: ReadonlyMap<string, TrueCompany>
}

export function knownOf({ companies }: Truth): Known {
  const groups = Map.groupBy(companies, ({ facts }) => companyDomain(facts))
  const byDomain = new Map<string, TrueCompany>()
  for (const [domain, [only, ...others]] of groups) {
    if (domain !== undefined && only && others.length === 0) byDomain.set(domain, only)
  }
  return { company: new Map(companies.map((each) => [each.id, each])), byDomain }
}

/** A person with everything that their score rests on. */
export interface Subject {
  readonly id: string
  readonly companyId: string | null
  readonly facts: Facts
  readonly carried: Carried
}

export function subjectOf(person: TruePerson, { company: companies, byDomain }: Known): Subject {
  const company =
    companies.get(person.companyId ?? '') ?? byDomain.get(businessDomain(person.facts) ?? '')
  const facts = mergeFacts(person.facts, derivePerson(person.facts, company?.facts))
  const activities = person.activities.map(({ sourceId, type, occurredAt, attributes }) => ({
    id: sourceId,
    type,
    at: occurredAt,
    attributes,
  }))
  return {
    id: person.id,
    companyId: company?.id ?? null,
    facts: {
      person: facts,
      company: company ? wholeCompany(company) : ownCompany(facts),
      activities,
    },
    carried: person.carried,
  }
}

function wholeCompany({ facts }: TrueCompany): FactMap {
  return mergeFacts(facts, deriveCompany(facts))
}

/** What a person's fields should hold, and who they are to their account. */
export interface ExpectedPerson {
  readonly values: Carried
  readonly result: Result
  readonly member: AccountPerson
}

/** @param asOf the moment that the person was scored last */
export function expectPerson({ scorer }: LiveModel, subject: Subject, asOf: Date): ExpectedPerson {
  const { id, facts } = subject
  const result = scorer.score(facts, asOf)
  const { engagement, intent } = result
  return {
    values: writtenValues(result),
    result,
    member: {
      id,
      name: personName(facts.person),
      facts: facts.person,
      engagement,
      intent,
      engagedAt: engagedAt(result),
    },
  }
}

/** What a company's fields should hold; nothing where the model says nothing about accounts. */
export function expectCompany(
  { accounts }: LiveModel,
  company: TrueCompany,
  people: readonly AccountPerson[],
  asOf: Date,
): Carried {
  if (!accounts) return {}
  return accountValues(accounts.score({ company: wholeCompany(company), people }, asOf))
}
