import { CrmRejected } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { FactHistory } from '../connector.ts'
import { CRM } from './api-version.ts'

/** What was known of the subjects of one kind, and when. */
export async function readHistory(
  kind: SubjectKind,
  _ids: readonly string[],
): Promise<readonly FactHistory[]> {
  throw new CrmRejected(CRM, 501, `The history of a ${kind} cannot be read yet`)
}
