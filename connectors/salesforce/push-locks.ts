import { z } from 'zod'
import type { Write } from '../connector.ts'
import type { SubjectObject } from './definitions.ts'
import { recordsById } from './id-query.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'

const Parented = z.object({ Id: z.string(), AccountId: z.string().nullish() })

/**
 * Writes in the order of what Salesforce locks along with them: contacts of one account next to each other, so that
 * one batch takes the account once, and none waits for another of ours. Leads and accounts have nothing above them.
 */
export async function inParentOrder(
  org: Org,
  sObject: SubjectObject,
  writes: readonly Write[],
): Promise<readonly Write[]> {
  if (sObject !== 'Contact' || writes.length < 2) return writes
  const ids = writes.map(({ subject }) => subject.id)
  const question = { sObject, fields: ['Id', 'AccountId'], row: Parented }
  const rows = await recordsById(org, question, ids)
  const parents = new Map(rows.map(({ Id, AccountId }) => [to18(Id), AccountId ?? '']))
  const keyOf = ({ subject: { id } }: Write) => `${parents.get(to18(id)) ?? ''} ${id}`
  return writes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
