import type { FactMap, Subject, SubjectKind } from '../src/leads/facts.ts'
import type {
  ActivityRecord,
  CompanyRecord,
  DealRecord,
  PersonRecord,
} from '../src/leads/records.ts'

/** Where a stream stands. Opaque to everybody but the connector; survives JSON. */
export type Position = Readonly<Record<string, string | number>>

/** One page of one stream, in our vocabulary. */
export interface Page {
  readonly people: readonly PersonRecord[]
  readonly companies: readonly CompanyRecord[]
  readonly activities: readonly ActivityRecord[]
  readonly deals: readonly DealRecord[]
  /** Records the CRM has deleted. */
  readonly removed: readonly Removal[]
  /** Records that were merged into another. */
  readonly merged: readonly Merge[]
  /** Activities of which the page names everybody: whoever else had one has it no more. */
  readonly whole?: readonly WholeActivity[]
  /** Our own fields as the CRM has them now. */
  readonly ours: readonly OurValues[]
  /** Where the page leaves no gap: any record of ours in the range that the page does not name is gone. */
  readonly covers?: Range
  /** How many source records the page held, for progress. */
  readonly records: number
  /** Where to go on; null at the end of the stream. */
  readonly next: Position | null
}

/** A page that says nothing, at the end of its stream. */
export const EMPTY_PAGE: Page = {
  people: [],
  companies: [],
  activities: [],
  deals: [],
  removed: [],
  merged: [],
  ours: [],
  records: 0,
  next: null,
}

export interface Removal {
  readonly kind: SubjectKind | 'activity' | 'deal'
  /** Record id; for an activity the `sourceId`. */
  readonly id: string
  readonly at: Date
}

interface WholeActivity {
  readonly sourceId: string
  /** When its source was last changed. */
  readonly at: Date
}

export interface Merge {
  readonly kind: SubjectKind
  readonly loser: string
  readonly winner: string
}

/** What stands in our fields of one record; a field that is empty is `""`. */
export interface OurValues {
  readonly subject: Subject
  readonly values: Readonly<Record<string, string>>
  /** When the CRM last changed the record. */
  readonly updatedAt: Date
}

/** Record ids in the CRM's own order: shorter before longer, then by character code. */
export interface Range {
  readonly kind: SubjectKind
  /** Exclusive; null from the beginning. */
  readonly after: string | null
  /** Inclusive; null to the end. */
  readonly upTo: string | null
}

/** What a subject's facts were, and since when; oldest first. */
export interface FactHistory {
  readonly subject: Subject
  readonly versions: readonly { readonly knownAt: Date; readonly facts: FactMap }[]
}

/** Everything that changed from `since` (inclusive) to `until` (inclusive). */
export interface ChangeWindow {
  readonly since: Date
  readonly until: Date
}
