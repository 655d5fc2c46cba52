import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * The record ids of everybody alive, page by page in the order of ids: however many there are, only one page
 * is held. Who comes or goes meanwhile may or may not be among them.
 */
export async function* peoplePages(
  db: Db,
  installationId: string,
  size: number,
): AsyncGenerator<readonly string[]> {
  let last: string | null = null
  for (;;) {
    const page: readonly string[] = await pageAfter(db, installationId, last, size)
    if (page.length > 0) yield page
    if (page.length < size) return
    last = page.at(-1) ?? null
  }
}

async function pageAfter(
  db: Db,
  installationId: string,
  last: string | null,
  size: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from person
    where installation_id = ${installationId} and (${last}::text is null or id > ${last})
      and deleted_at is null and merged_into is null
    order by id limit ${size}`.execute(db)
  return rows.map(({ id }) => id)
}
