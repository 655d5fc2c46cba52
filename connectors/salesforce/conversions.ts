import type { Merge } from '../page.ts'
import { to18 } from './ids.ts'
import type { SalesforceRecord } from './query.ts'

/** Whether a lead has become a contact. It stays there to be read, but is nobody any more. */
export function isConverted({ fields }: SalesforceRecord): boolean {
  return fields['IsConverted'] === 'true'
}

/** The person lives on as a contact; undefined where the contact is not told, as after it was deleted. */
export function conversionOf({ id, fields }: SalesforceRecord): Merge | undefined {
  const winner = to18(fields['ConvertedContactId'] ?? '')
  return winner === undefined ? undefined : { kind: 'person', loser: id, winner }
}
