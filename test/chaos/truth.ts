import type { FactMap } from '../../src/leads/facts.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'

/** What stands in our fields of a record, by our names; a field that is empty is `""`. */
export type Carried = Readonly<Record<string, string>>

/** A live record of a CRM as the judge read it. */
export interface TruePerson {
  readonly id: string
  readonly facts: FactMap
  readonly companyId: string | undefined
  readonly activities: readonly ActivityRecord[]
  readonly carried: Carried
}

export interface TrueCompany {
  readonly id: string
  readonly facts: FactMap
  readonly carried: Carried
}

/** All that a CRM holds, read past its limits and past everything of Plumbline's that reads. */
export interface Truth {
  readonly people: readonly TruePerson[]
  readonly companies: readonly TrueCompany[]
  /** People who were deleted. */
  readonly archived: readonly string[]
  /** Texts of the tasks that salespeople have. */
  readonly tasks: readonly string[]
}

/** Activities by who did them. */
export function byPerson(
  activities: readonly ActivityRecord[],
): ReadonlyMap<string, readonly ActivityRecord[]> {
  return Map.groupBy(activities, ({ personId }) => personId)
}
