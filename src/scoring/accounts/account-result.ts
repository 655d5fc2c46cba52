import type { FactMap } from '../../leads/facts.ts'

/** What an account's score needs to know about one distinct person of it, as the person's own score says. */
export interface AccountPerson {
  readonly id: string
  /** For sentences; null when the person has no name. */
  readonly name: string | null
  readonly facts: FactMap
  /** Points of the person's own score, after decay and caps. */
  readonly engagement: number
  readonly intent: number
  /** When the person last did something that earned points for engagement or intent; null when never. */
  readonly engagedAt: Date | null
}

/** Everything an account's score depends on besides the model and the moment. */
export interface AccountFacts {
  readonly company: FactMap
  /** Distinct people: records of one person count once. In any order; the engine sorts. */
  readonly people: readonly AccountPerson[]
  /** The account's tier so far; hysteresis needs it. */
  readonly previousTier?: string
}

/** One line of the account's sum. */
export interface AccountContribution {
  readonly kind: 'person' | 'committee' | 'cross_functional' | 'company_fit' | 'cap'
  readonly label: string
  readonly points: number
  /** The person it is about. */
  readonly person?: string
}

/** One role of the buying group. */
export interface BuyingRole {
  readonly role: string
  readonly label: string
  /** Names (or ids, where there is no name) of the people who fill it, engaged ones first. */
  readonly people: readonly string[]
  /** Somebody who fills it is engaged. */
  readonly engaged: boolean
}

/** The outcome of scoring one account. Points are numbers with at most two decimals. */
export interface AccountResult {
  readonly score: number
  /** A tier of `accounts.tiers`, or `none`. */
  readonly tier: string
  /** Distinct people engaged inside the window. */
  readonly engaged: number
  /** Functions of the engaged people, sorted. */
  readonly functions: readonly string[]
  readonly buyingGroup: readonly BuyingRole[]
  /** Short sentences for a sales rep, most important first. */
  readonly reasons: readonly string[]
  /** Sums exactly to `score`. */
  readonly contributions: readonly AccountContribution[]
  /** First moment after `asOf` at which somebody leaves the window and the result would differ; null if never. */
  readonly nextChangeAt: string | null
  /** `id@hash` */
  readonly model: string
  readonly asOf: string
}

/** The accounts part of a model, compiled: pure, without clock or I/O. */
export interface AccountScorer {
  /** `id@hash` */
  readonly model: string
  score(facts: AccountFacts, asOf: Date): AccountResult
}
