import { sql } from 'kysely'
import type { Live } from './stage.ts'

const SENIOR = 'Chief Executive Officer'
const JUNIOR = 'Marketing Intern'

/** Somebody whose title will be changed for one that weighs differently. */
export interface Change {
  readonly id: string
  readonly title: string
}

/** So many contacts of the account, each once, in an order that looks random. */
export async function plannedChanges({ db, installation }: Live, count: number): Promise<Change[]> {
  const { rows } = await sql<{ id: string; title: string | null }>`
    select id, facts->>'title' as title from person
    where installation_id = ${installation.id} and deleted_at is null and merged_into is null
    order by md5(id) limit ${count}`.execute(db)
  return rows.map(({ id, title }) => ({ id, title: title === SENIOR ? JUNIOR : SENIOR }))
}

/** Acts as a user of the CRM; resolves with the moment of the change, in ms. */
export async function change({ control }: Live, { id, title }: Change): Promise<number> {
  const at = Date.now()
  const properties = { jobtitle: title }
  await control('POST', '__mutate', { op: 'update', type: 'contacts', id, properties })
  return at
}
