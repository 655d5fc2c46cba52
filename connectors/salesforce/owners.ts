import { z } from 'zod'
import { idsByObject, recordsById } from './id-query.ts'
import { sObjectOf } from './ids.ts'
import type { Org } from './org.ts'

const Owned = z.object({ Id: z.string(), OwnerId: z.string().nullish() })

/** Who owns each of these people; nobody, or a queue: not in the map. */
export async function readOwners(
  org: Org,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>()
  for (const [sObject, ids] of idsByObject(personIds, ['Lead', 'Contact'])) {
    const question = { sObject, fields: ['Id', 'OwnerId'], row: Owned }
    for (const { Id, OwnerId } of await recordsById(org, question, ids)) {
      if (OwnerId && isUser(OwnerId)) owners.set(Id, OwnerId)
    }
  }
  return owners
}

/** A queue owns leads, too, and cannot have tasks. */
export function isUser(ownerId: string): boolean {
  return sObjectOf(ownerId) === 'User'
}
