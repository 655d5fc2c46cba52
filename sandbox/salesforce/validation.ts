import { meets, rulesFor } from './rules.ts'
import type { Draft, WriteContext } from './writer-context.ts'
import { type SaveError, saveError } from './writer-result.ts'

/** The customer's validation rules that the record would break. */
export function validationErrors({ rules }: WriteContext, draft: Draft): SaveError[] {
  return rulesFor(rules.validation, draft)
    .filter(({ when }) => meets(draft.after, when))
    .map(({ message, errorField }) =>
      saveError('FIELD_CUSTOM_VALIDATION_EXCEPTION', message, errorField ? [errorField] : []),
    )
}

/** The customer's own triggers and flows that fail on the record. */
export function automationErrors({ rules, records }: WriteContext, draft: Draft): SaveError[] {
  const event = draft.before ? 'BeforeUpdate' : 'BeforeInsert'
  return rulesFor(rules.automation, draft)
    .filter(({ when, aboveRecords }) => records > aboveRecords && meets(draft.after, when))
    .slice(0, 1)
    .map(({ name, code }) =>
      saveError(
        code,
        code === 'CANNOT_EXECUTE_FLOW_TRIGGER'
          ? `We can't save this record because the “${name}” process failed. Give your Salesforce admin these details.`
          : `${name}: execution of ${event}\n\ncaused by: System.LimitException: Apex CPU time limit exceeded\n\n(${name})`,
      ),
    )
}
