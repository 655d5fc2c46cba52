import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * Reserves the next free moment of a rate (the generic cell rate algorithm: one timestamp per rate, no
 * counters). All processes share the row; the database's clock decides.
 * @param intervalMs time between two calls at the sustained rate
 * @param burst how many calls may go at once after a pause
 * @returns how long to wait, in ms, before making the call
 */
export async function reserveCall(
  db: Db,
  installationId: string,
  key: string,
  intervalMs: number,
  burst: number,
): Promise<number> {
  const saved = `${intervalMs * (burst - 1)} milliseconds`
  const interval = `${intervalMs} milliseconds`
  const { rows } = await sql<{ wait: number }>`
    insert into budget as b (installation_id, key, next_at)
    values (${installationId}, ${key}, clock_timestamp() - ${saved}::interval + ${interval}::interval)
    on conflict (installation_id, key) do update set
      next_at = greatest(b.next_at, clock_timestamp() - ${saved}::interval) + ${interval}::interval
    returning extract(epoch from next_at - ${interval}::interval - clock_timestamp())::float8 * 1000 as wait`.execute(
    db,
  )
  return Math.max(0, rows[0]?.wait ?? 0)
}

/** Nobody gets a call of this rate for `ms` from now. */
export async function holdCalls(
  db: Db,
  installationId: string,
  key: string,
  ms: number,
): Promise<void> {
  const pause = `${ms} milliseconds`
  await sql`
    insert into budget as b (installation_id, key, next_at)
    values (${installationId}, ${key}, clock_timestamp() + ${pause}::interval)
    on conflict (installation_id, key) do update set
      next_at = greatest(b.next_at, clock_timestamp() + ${pause}::interval)`.execute(db)
}
