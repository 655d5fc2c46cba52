import type { FactMap, FactValue } from '../leads/facts.ts'
import type { ActivityAttributes } from '../leads/records.ts'
import type { AccountBasis } from './account-links.ts'

/** The company whose facts count for a person, and how it was found. */
export interface Account {
  readonly id: string
  readonly basis: AccountBasis
}

export interface StoredActivity {
  readonly id: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly attributes: ActivityAttributes
}

/** What a score rests on. */
interface Known {
  readonly person: FactMap
  /** Empty without an account. */
  readonly company: FactMap
  readonly account: Account | null
  readonly activities: readonly StoredActivity[]
}

/** What is known by one record of a person. */
export interface KnownRecord extends Known {
  readonly id: string
  /** Since when the person's facts are as they are; epoch milliseconds. */
  readonly knownAt: number
}

/** The part of it that is about the person alone. */
export type PersonFacts = Pick<KnownRecord, 'id' | 'person' | 'knownAt'>

/** Facts that forbid something: true on one record is true of the person. */
const PROHIBITIONS = ['unsubscribed', 'hard_bounced']

/**
 * What several records of one person say together; the same whatever order they come in.
 * Per fact the record whose facts changed last wins, of equals the first by id. The account is the one of that
 * record too, but an association counts more than an e-mail domain.
 */
export function mergeRecords(records: readonly KnownRecord[]): Known {
  const newestFirst = inOrder(records)
  const associated = newestFirst.find(({ account }) => account?.basis === 'association')
  const linked = associated ?? newestFirst.find(({ account }) => account !== null)
  return {
    person: mergeFacts(newestFirst),
    company: linked?.company ?? {},
    account: linked?.account ?? null,
    activities: uniteActivities(records),
  }
}

/** What the records of one person say about the person, as `mergeRecords` does; a single record as it is. */
export function mergePersonFacts(records: readonly PersonFacts[]): FactMap {
  const [first, ...others] = inOrder(records)
  if (!first) return {}
  return others.length === 0 ? first.person : mergeFacts([first, ...others])
}

/** The record whose facts changed last comes first; of equals by id. */
function inOrder<R extends PersonFacts>(records: readonly R[]): readonly R[] {
  return records.toSorted((a, b) => b.knownAt - a.knownAt || (a.id < b.id ? -1 : 1))
}

/** Keys are in code-unit order, so that equal facts hash equally. */
function mergeFacts(newestFirst: readonly PersonFacts[]): FactMap {
  const merged = new Map<string, FactValue>()
  for (const { person } of newestFirst) {
    for (const [name, value] of Object.entries(person)) {
      const decided = merged.has(name) && !(PROHIBITIONS.includes(name) && value === true)
      if (!decided) merged.set(name, value)
    }
  }
  return Object.fromEntries([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** One event that the CRM shows on several records happened once. In the order in which single records have them. */
function uniteActivities(records: readonly KnownRecord[]): readonly StoredActivity[] {
  const byId = new Map<string, StoredActivity>()
  for (const { activities } of records.toSorted((a, b) => (a.id < b.id ? 1 : -1))) {
    for (const activity of activities) byId.set(activity.id, activity)
  }
  return [...byId.values()].toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}
