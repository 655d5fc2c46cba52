import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Where the reading of an account's own events stands. */
export interface FeedState {
  /** The CRM's own; null before anything was told, and after a gap. */
  readonly position: string | null
  /** When something was told last. */
  readonly toldAt: Date | null
}

/** Null before the first reading. */
export async function feedState(db: Db, installationId: string): Promise<FeedState | null> {
  const { rows } = await sql<FeedState>`
    select position, told_at as "toldAt" from event_feed
    where installation_id = ${installationId}`.execute(db)
  return rows[0] ?? null
}

/**
 * Moves on past a page; belongs into the transaction that stores the page.
 * @param toldAt null: the page told nothing
 * @returns false when the reading stands elsewhere by now: somebody else has stored this page, so store nothing
 */
export async function moveFeed(
  transaction: Db,
  installationId: string,
  from: string | null,
  { position, toldAt }: FeedState,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into event_feed as f (installation_id, position, told_at)
    select ${installationId}::uuid, ${position}::text, ${toldAt}::timestamptz
    -- A position without a row is one of a former life.
    where ${from}::text is null
      or exists (select from event_feed where installation_id = ${installationId})
    on conflict (installation_id) do update set position = excluded.position,
      told_at = coalesce(excluded.told_at, f.told_at), failures = 0
    where f.position is not distinct from ${from}`.execute(transaction)
  return numAffectedRows === 1n
}

/** Counts a refused reading. @returns how many in a row it makes */
export async function countRefusal(db: Db, installationId: string): Promise<number> {
  const { rows } = await sql<{ failures: number }>`
    insert into event_feed as f (installation_id, failures) values (${installationId}, 1)
    on conflict (installation_id) do update set failures = f.failures + 1
    returning failures`.execute(db)
  return rows[0]?.failures ?? 1
}
