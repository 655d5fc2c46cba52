import type { SalesforceProblem } from './errors.ts'

/** What a refusal of one record means for what is done next; by code only, messages are for people. */
export type RefusalClass =
  /** Deleted, merged, converted, or never was: look where it is. */
  | 'over'
  /** Somebody else holds the row. */
  | 'locked'
  /** Says nothing about the record. */
  | 'passing'
  /** One of our fields may be missing, hidden, or another than it was. */
  | 'our fields'
  /** The customer's triggers or flows failed; perhaps only because there were too many records at once. */
  | 'automation'
  /** The record as it is cannot be saved. */
  | 'record'

const CLASSES: readonly (readonly [RefusalClass, ReadonlySet<string>])[] = [
  [
    'over',
    new Set([
      'ENTITY_IS_DELETED',
      'NOT_FOUND',
      'INVALID_CROSS_REFERENCE_KEY',
      'CANNOT_UPDATE_CONVERTED_LEAD',
    ]),
  ],
  ['locked', new Set(['UNABLE_TO_LOCK_ROW'])],
  [
    'passing',
    new Set([
      'SERVER_UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
      'QUERY_TIMEOUT',
      'REQUEST_RUNNING_TOO_LONG',
      'REQUEST_LIMIT_EXCEEDED',
      'UNKNOWN_EXCEPTION',
      'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE',
    ]),
  ],
  [
    'our fields',
    new Set([
      'INVALID_FIELD',
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'FIELD_NOT_UPDATABLE',
      'INVALID_TYPE_ON_FIELD_IN_RECORD',
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      'JSON_PARSER_ERROR',
      'INSUFFICIENT_ACCESS',
      'INSUFFICIENT_ACCESS_OR_READONLY',
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    ]),
  ],
  [
    'automation',
    new Set([
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'CANNOT_EXECUTE_FLOW_TRIGGER',
      'APEX_FAILED',
      'LIMIT_EXCEEDED',
      'TOO_MANY_APEX_REQUESTS',
    ]),
  ],
]

/** The class of a record that was refused for one or several reasons: the one that decides most comes first. */
export function classOf(problems: readonly SalesforceProblem[]): RefusalClass {
  const found = CLASSES.find(([, codes]) => problems.some(({ code }) => codes.has(code)))
  return found?.[0] ?? 'record'
}

const AUTOMATION =
  'Somebody who knows the automation of this org has to mend it, or to except the user who connected Plumbline'
const ACCESS =
  'Give the user who connected Plumbline the right to edit this record and its fields (docs/salesforce.md)'
const MODEL = 'Shorten the name in the scoring model'

/** What somebody can do about it, by code. */
const REMEDIES: Readonly<Record<string, string>> = {
  DUPLICATES_DETECTED:
    'A duplicate rule of this org blocks the change: let it alert instead of block when records are edited, or merge the duplicates',
  FIELD_CUSTOM_VALIDATION_EXCEPTION:
    'A validation rule of this org refuses the record as it is: mend the record, or except the user who connected Plumbline from the rule',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'A lookup filter of this org refuses the record: mend it',
  REQUIRED_FIELD_MISSING: 'Fill what is required in the record',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: AUTOMATION,
  CANNOT_EXECUTE_FLOW_TRIGGER: AUTOMATION,
  APEX_FAILED: AUTOMATION,
  LIMIT_EXCEEDED: AUTOMATION,
  TOO_MANY_APEX_REQUESTS: AUTOMATION,
  ENTITY_IS_LOCKED: 'The record waits for an approval',
  INSUFFICIENT_ACCESS: ACCESS,
  INSUFFICIENT_ACCESS_OR_READONLY: ACCESS,
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: ACCESS,
  STRING_TOO_LONG: MODEL,
}

/** The org's own words, and what to do about it. */
export function reasonFor(problems: readonly SalesforceProblem[]): string {
  const said = problems.map(({ code, message }) => `${message} (${code})`)
  const remedies = problems.flatMap(({ code }) => REMEDIES[code] ?? [])
  const parts = [...new Set([...said, ...remedies])]
  return parts.length === 0 ? 'Salesforce gave no reason' : parts.join('. ')
}
