import { z } from 'zod'
import { announce } from './changes.ts'
import type { Answer } from './endpoint.ts'
import { notFound } from './errors.ts'
import { Inputs } from './input.ts'
import { parseId, raiseIdFloor, resolveObject } from './object-table.ts'
import { type Store, transaction } from './store.ts'

/** A privacy deletion. `silent` tells nobody, as when an event was lost for good. */
export const Forget = z.strictObject({
  op: z.literal('forget'),
  type: z.literal('contacts'),
  id: Inputs.id,
  silent: z.boolean().default(false),
})

/** Whether nobody with this address may be created any more. */
export function isBlockedEmail(store: Store, email: string): boolean {
  const row = store.sql('select 1 from blocked_email where email = ?').get(email.toLowerCase())
  return row !== undefined
}

/** A contact and every record that was merged into it. */
function idsOf(store: Store, id: number): number[] {
  return store
    .sql(
      `with recursive family (id) as (
         select ? union
         select o.id from object o join family f on o.merged_into = f.id where o.type = 'contacts')
       select id from family`,
    )
    .all(id)
    .map((row) => Number(row['id']))
}

const ERASURES = [
  `insert or ignore into blocked_email
   select lower(json_extract(properties, '$."email"')) from object
   where type = 'contacts' and id = ? and json_extract(properties, '$."email"') is not null`,
  `delete from association where (from_type, from_id, to_type, to_id) in
     (select to_type, to_id, from_type, from_id from association
      where from_type = 'contacts' and from_id = ?)`,
  "delete from association where from_type = 'contacts' and from_id = ?",
  "delete from property_history where type = 'contacts' and id = ?",
  `delete from list_member where record_id = ?
     and list_id in (select id from list where type = 'contacts')`,
  "delete from object where type = 'contacts' and id = ?",
  "delete from object_version where type = 'contacts' and id = ?",
  "delete from write_log where type = 'contacts' and cast(id as integer) = ?",
]

/**
 * Erases a contact for good: no read, archived list or search has ever heard of it, and its address is
 * blocked.
 * @throws ApiError 404 where there is no such contact.
 */
export function forget(store: Store, wanted: z.infer<typeof Forget>, at: number): Answer {
  const id = parseId(wanted.id)
  const contact = id === undefined ? undefined : resolveObject(store, 'contacts', id)
  if (!contact) throw notFound(`contacts ${wanted.id} does not exist`)
  transaction(store, () => {
    raiseIdFloor(store, 'contacts')
    for (const one of idsOf(store, contact.id))
      for (const erasure of ERASURES) store.sql(erasure).run(one)
    if (!wanted.silent)
      announce({ store }, { what: 'privacyDeletion', type: 'contacts', id: contact.id, at })
  })
  return { status: 204 }
}
