import { type Difference, differencesOf } from '../example-differences.ts'
import type { AccountExampleDocument, AccountExpectation } from '../language/accounts-schema.ts'
import { durationMs } from '../language/duration.ts'
import { readFacts } from '../language/facts-document.ts'
import type { Model } from '../language/parse.ts'
import type { AccountFacts, AccountPerson, AccountResult } from './account-result.ts'
import { compileAccounts } from './compile-accounts.ts'

export interface AccountExampleOutcome {
  readonly name: string
  readonly ok: boolean
  readonly differences: readonly Difference[]
  readonly result: AccountResult
}

/** Runs the model's worked examples of accounts; ages are counted back from `asOf`. */
export function checkAccountExamples(model: Model, asOf: Date): AccountExampleOutcome[] {
  const scorer = compileAccounts(model)
  if (scorer === null) return []
  return (model.document.accounts?.examples ?? []).map((example) => {
    const result = scorer.score(readAccount(example, asOf), asOf)
    const differences = differencesOf(example.expect, expected(result))
    return { name: example.name, ok: differences.length === 0, differences, result }
  })
}

function readAccount(example: AccountExampleDocument, asOf: Date): AccountFacts {
  const { previous_tier } = example
  return {
    company: readFacts({ person: {}, company: example.company, activities: [] }, asOf).company,
    people: example.people.map((each, index) => readPerson(each, index, asOf)),
    ...(previous_tier !== undefined && { previousTier: previous_tier }),
  }
}

function readPerson(
  { name, facts, engagement, intent, age }: AccountExampleDocument['people'][number],
  index: number,
  asOf: Date,
): AccountPerson {
  return {
    id: `person-${index + 1}`,
    name: name ?? null,
    facts: readFacts({ person: facts, company: {}, activities: [] }, asOf).person,
    engagement,
    intent,
    engagedAt: age === undefined ? null : new Date(asOf.getTime() - durationMs(age)),
  }
}

function expected(result: AccountResult): Required<AccountExpectation> {
  const { score, tier, engaged, functions, buyingGroup } = result
  const roles = buyingGroup.filter((role) => role.engaged).map(({ role }) => role)
  return { score, tier, engaged, functions: [...functions], roles_engaged: roles }
}
