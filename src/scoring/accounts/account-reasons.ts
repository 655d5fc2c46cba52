import type { AccountLine } from './account-lines.ts'
import type { BuyingRole } from './account-result.ts'
import { functionWord, periodWords } from './account-words.ts'

/** What an account's reasons are drawn from. */
export interface Grounds {
  /** Distinct people of the account, engaged or not. */
  readonly people: number
  readonly engaged: number
  readonly functions: readonly string[]
  readonly roles: readonly BuyingRole[]
  readonly companyFit: readonly AccountLine[]
  /** Milliseconds. */
  readonly window: number
}

/** A line counts as a reason from one point on (hundredths). */
const LEAST = 100

/**
 * Who is engaged, who of the buying group is not yet, and what the company is. No points are in it and
 * nothing is ordered by people's points, so that it stays the same while these only fade.
 */
export function accountReasons(grounds: Grounds): string[] {
  if (grounds.people === 0) return ['No people known at this company']
  const { roles } = grounds
  const quiet = roles.filter(({ engaged, people }) => !engaged && people.length > 0)
  const empty = roles.filter(({ people }) => people.length === 0)
  return [
    engagedWords(grounds),
    ...roles.filter(({ engaged }) => engaged).map(({ label }) => `${label} engaged`),
    ...functionWords(grounds),
    ...listed('Not engaged', quiet),
    ...listed('Nobody yet', empty),
    ...companyWords(grounds),
  ]
}

function engagedWords({ engaged, window }: Grounds): string {
  const who = engaged === 0 ? 'Nobody' : `${engaged} ${engaged === 1 ? 'person' : 'people'}`
  return `${who} engaged in the last ${periodWords(window)}`
}

function functionWords({ functions }: Grounds): string[] {
  if (functions.length < 2) return []
  return [`${functions.length} functions: ${functions.map(functionWord).join(', ')}`]
}

function listed(what: string, roles: readonly BuyingRole[]): string[] {
  return roles.length === 0 ? [] : [`${what}: ${roles.map(({ label }) => label).join(', ')}`]
}

/** Strongest first; what speaks against the company last. */
function companyWords({ companyFit }: Grounds): string[] {
  return companyFit
    .filter(({ kind, value }) => kind === 'company_fit' && Math.abs(value) >= LEAST)
    .toSorted((a, b) => b.value - a.value)
    .map(({ label }) => label)
}
