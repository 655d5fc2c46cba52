import type { Value } from './record.ts'
import { rulesFor } from './rules.ts'
import type { Store } from './store.ts'
import type { Draft, WriteContext } from './writer-context.ts'
import { type SaveError, saveError } from './writer-result.ts'

function hasTwin(store: Store, draft: Draft, field: string, value: Value): boolean {
  const row = store
    .sql(
      `select 1 from record where type = ? and is_deleted = 0 and id <> ?
       and lower(json_extract(fields, ?)) = ? limit 1`,
    )
    .get(draft.type, draft.before?.id ?? '', `$."${field}"`, String(value).toLowerCase())
  return row !== undefined
}

/** The customer's duplicate rules: they meet updates too, also such as leave the field alone. */
export function duplicateErrors({ org, options, rules }: WriteContext, draft: Draft): SaveError[] {
  const hit = rulesFor(rules.duplicates, draft).find(({ action, field }) => {
    if (action === 'alert' && options.allowSave) return false
    const value = draft.after[field] ?? null
    return value !== null && hasTwin(org.store, draft, field, value)
  })
  return hit ? [saveError('DUPLICATES_DETECTED', 'Use one of these records?')] : []
}
