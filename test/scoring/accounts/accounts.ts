import type {
  AccountFacts,
  AccountPerson,
  AccountResult,
  AccountScorer,
} from '../../../src/scoring/accounts/account-result.ts'
import { compileAccounts } from '../../../src/scoring/accounts/compile-accounts.ts'
import { AS_OF, DAY, modelOf } from '../models.ts'

export const SIGNALS = `
  - { id: large, label: "1,000+ employees", dimension: fit, points: 30, when: { company.employees: { gte: 1000 } } }
  - { id: not_small, label: Not known to be small, dimension: fit, points: 5, unless: { company.employees: { lt: 50 } } }
  - { id: rich, label: Revenue of a billion, dimension: fit, points: 20, when: { company.revenue: { gte: 1000000000 } } }
  - { id: far, label: Far away, dimension: fit, points: -60, when: { company.region: APAC } }
  - { id: vp, label: VP, dimension: fit, points: 20, when: { person.seniority: vp } }
  - { id: either, label: VP or large company, dimension: fit, points: 7, when: { any: [ { company.employees: { gte: 1000 } }, { person.seniority: vp } ] } }
  - { id: demo, label: Demo, dimension: engagement, points: 50, on: demo_requested }`

/** A scorer for `accounts` in YAML flow style, on top of a small model; throws when there is none. */
export function scorerOf(
  accounts: string,
  parts: Readonly<Record<string, string>> = {},
): AccountScorer {
  const scorer = compileAccounts(modelOf({ signals: SIGNALS, accounts, ...parts }))
  if (scorer === null) throw new Error('the model has no accounts')
  return scorer
}

/** Somebody engaged yesterday with 20 points, unless told otherwise. */
export function person(id: string, parts: Partial<AccountPerson> = {}): AccountPerson {
  return {
    id,
    name: id,
    facts: {},
    engagement: 20,
    intent: 0,
    engagedAt: daysAgo(1),
    ...parts,
  }
}

export function daysAgo(days: number): Date {
  return new Date(AS_OF.getTime() - days * DAY)
}

export function scoreOf(
  accounts: string,
  people: readonly AccountPerson[],
  rest: Partial<AccountFacts> = {},
): AccountResult {
  return scorerOf(accounts).score({ company: {}, people, ...rest }, AS_OF)
}

/** Kind and points of each line. */
export function linesOf({ contributions }: AccountResult): [string, number][] {
  return contributions.map(({ kind, points }) => [kind, points])
}

/** The exact sum of the contributions, in points. */
export function accountSum({ contributions }: AccountResult): number {
  return contributions.reduce((sum, { points }) => sum + Math.round(points * 100), 0) / 100
}
