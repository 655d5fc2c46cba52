import type { Facts } from '../scoring/result.ts'
import type { ScoringInput } from '../store/scoring-inputs.ts'

/** Stored inputs as the engine takes them. */
export function factsOf({ person, company, activities, previous }: ScoringInput): Facts {
  return {
    person,
    company,
    activities: activities.map((activity) => ({ ...activity, at: new Date(activity.at) })),
    ...(previous && { previous }),
  }
}
