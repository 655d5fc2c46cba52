import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Far longer than any state is good for, whatever the clocks of several processes say. */
const KEPT_MS = 24 * 3_600_000

/** Uses up an OAuth state by its nonce; false when it has been used before, in whatever process. */
export async function spendState(db: Db, nonce: string, now: Date): Promise<boolean> {
  await sql`delete from spent_state where spent_at < ${new Date(now.getTime() - KEPT_MS)}`.execute(
    db,
  )
  const { numAffectedRows } = await sql`
    insert into spent_state (nonce, spent_at) values (${nonce}, ${now})
    on conflict (nonce) do nothing`.execute(db)
  return numAffectedRows === 1n
}
