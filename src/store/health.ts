import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Resolves when the database answers; rejects otherwise. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db)
}

/** What time it is for the database. */
export async function databaseTime(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  if (!rows[0]) throw new Error('the database did not say what time it is')
  return rows[0].now
}
