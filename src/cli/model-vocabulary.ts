import { EMAIL_KINDS, JOB_FUNCTIONS, REGIONS, SENIORITIES } from '../enrichment/vocabulary.ts'
import { COMMON_VOCABULARY, type Vocabulary } from '../scoring/authoring/vocabulary.ts'

/** What models are checked against: the known names, and the words that enrichment writes. */
export const KNOWN_VOCABULARY: Vocabulary = {
  ...COMMON_VOCABULARY,
  words: {
    'person.email_kind': EMAIL_KINDS,
    'person.function': JOB_FUNCTIONS,
    'person.region': REGIONS,
    'person.seniority': SENIORITIES,
    'company.region': REGIONS,
  },
}
