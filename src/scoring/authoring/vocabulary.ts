import { ACTIVITY_TYPES } from '../../leads/activity-types.ts'
import { FACT_FIELDS } from '../../leads/fact-fields.ts'

/** The words that a model is expected to use; a customer may have more of them. */
export interface Vocabulary {
  /** `person.title`, `company.employees`… */
  readonly fields: readonly string[]
  readonly activityTypes: readonly string[]
  /** The only values that a field can have, by field; a field that is not in it can have any. */
  readonly words: Readonly<Record<string, readonly string[]>>
}

/** What the connectors and enrichment supply, without the closed lists of values that belong to enrichment. */
export const COMMON_VOCABULARY: Vocabulary = {
  fields: FACT_FIELDS,
  activityTypes: ACTIVITY_TYPES,
  words: {},
}
