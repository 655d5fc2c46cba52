import { sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * Reserves the next free moment of a rate (the generic cell rate algorithm: one timestamp per rate, no
 * counters). All processes share the row; the database's clock decides. Where the rate changes between calls, what
 * part of the burst was used stays used: the same part of the new one.
 * @param intervalMs time between two calls at the sustained rate
 * @param burst how many calls may go at once after a pause
 * @param patienceMs who would have to wait longer reserves nothing; without it everybody reserves
 * @returns how long to wait, in ms, before making the call; more than `patienceMs` where nothing was reserved
 */
export async function reserveCall(
  db: Db,
  installationId: string,
  key: string,
  intervalMs: number,
  burst: number,
  patienceMs?: number,
): Promise<number> {
  const saved = `${intervalMs * (burst - 1)} milliseconds`
  const interval = `${intervalMs} milliseconds`
  const patience = patienceMs === undefined ? null : `${patienceMs} milliseconds`
  const { rows } = await sql<{ wait: number }>`
    insert into budget as b (installation_id, key, next_at)
    values (${installationId}, ${key}, clock_timestamp() - ${saved}::interval + ${interval}::interval)
    on conflict (installation_id, key) do update set
      next_at = greatest(b.next_at, clock_timestamp() - ${saved}::interval) + ${interval}::interval
      where ${patience}::interval is null or b.next_at <= clock_timestamp() + ${patience}::interval
    returning extract(epoch from next_at - ${interval}::interval - clock_timestamp())::float8 * 1000 as wait`.execute(
    db,
  )
  if (rows[0]) return Math.max(0, rows[0].wait)
  return Math.max(await waitOf(db, installationId, key), (patienceMs ?? 0) + 1)
}

async function waitOf(db: Db, installationId: string, key: string): Promise<number> {
  const { rows } = await sql<{ wait: number }>`
    select extract(epoch from next_at - clock_timestamp())::float8 * 1000 as wait from budget
    where installation_id = ${installationId} and key = ${key}`.execute(db)
  return rows[0]?.wait ?? 0
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
