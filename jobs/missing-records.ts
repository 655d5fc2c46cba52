import type { Page } from '../connectors/page.ts'
import type { Db } from '../src/store/database.ts'
import { mark } from '../src/store/due.ts'
import { unnamedSubjects } from '../src/store/subjects.ts'

/**
 * At most so many per page of a list. A list that breaks off looks as if all others were gone; they turn out to be
 * there, so nothing is lost but calls, and what is left over the next night looks at again.
 */
const MOST_MISSING = 10_000

/**
 * Makes the records due for reading that the CRM's list left out, as after somebody was erased without a trace.
 * That it is not in a list proves nothing: only the CRM's answer about the record itself removes it.
 * @param stream of the list
 * @returns how many
 */
export async function markMissing(
  transaction: Db,
  installationId: string,
  stream: string,
  { covers, people, companies }: Page,
  now: Date,
): Promise<number> {
  if (!covers) return 0
  const listed = covers.kind === 'person' ? people : companies
  const named = listed.map(({ id }) => id)
  const missing = await unnamedSubjects(transaction, installationId, covers, named, MOST_MISSING)
  await mark(transaction, installationId, 'fetch', stream, missing, now)
  return missing.length
}
