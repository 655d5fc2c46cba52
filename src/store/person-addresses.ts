import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The records of one installation that have this e-mail address (case-folded), the deleted ones included. */
export async function idsWithEmail(
  db: Db,
  installationId: string,
  email: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from person where installation_id = ${installationId}
      and lower(facts->>'email') = lower(${email}) order by id`.execute(db)
  return rows.map(({ id }) => id)
}

/** The addresses that these people have or had. */
export async function emailsOf(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ email: string }>`
    select facts->>'email' as email from person
    where installation_id = ${installationId} and id = any(${[...ids]}) and facts->>'email' <> ''
    union select facts->>'email' from fact_version
    where installation_id = ${installationId} and subject_kind = 'person'
      and subject_id = any(${[...ids]}) and facts->>'email' <> ''
    order by 1`.execute(db)
  return rows.map(({ email }) => email)
}
