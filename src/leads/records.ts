import type { FactMap } from './facts.ts'

/** A person as the CRM has it. `id` is the CRM's record id; facts are already in our vocabulary. */
export interface PersonRecord {
  readonly id: string
  /** The primary company's record id, where the CRM says so. */
  readonly companyId?: string
  readonly facts: FactMap
  readonly createdAt: Date
  /** When the CRM last changed the record; guards against overwriting newer data with older. */
  readonly updatedAt: Date
}

export interface CompanyRecord {
  readonly id: string
  readonly facts: FactMap
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Attributes of an activity, by name in snake_case: `path`, `kind`, `topic`, `event`, `attended_share`… */
export type ActivityAttributes = Readonly<Record<string, string | number | boolean>>

/** Something one person did or had happen to them. */
export interface ActivityRecord {
  /** Stable and unique with `personId` inside an installation: re-reading the same event gives the same id. */
  readonly sourceId: string
  readonly personId: string
  readonly type: string
  readonly occurredAt: Date
  readonly attributes: ActivityAttributes
}

export type DealOutcome = 'open' | 'won' | 'lost'

export interface DealRecord {
  readonly id: string
  readonly personIds: readonly string[]
  readonly companyId?: string
  readonly stage: string
  readonly outcome: DealOutcome
  /** In the portal's currency; absent when unknown. */
  readonly amount?: number
  readonly createdAt: Date
  readonly closedAt?: Date
  readonly updatedAt: Date
}
