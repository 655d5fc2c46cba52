import { to18 } from './ids.ts'
import type { SalesforceRecord } from './query.ts'

/** The distinct ids that stand in a field of these records. */
export function idsIn(records: readonly SalesforceRecord[], field: string): readonly string[] {
  return [...new Set(records.flatMap(({ fields }) => to18(fields[field] ?? '') ?? []))]
}
