import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { Source } from './inbox.ts'

/** How many notices of one kind came, one way. */
export interface NoticeCount {
  readonly source: Source
  readonly result: 'record' | 'echo' | 'erased'
  readonly events: number
}

/** What an installation was told at `since` or later; it is known for a week. */
export async function noticeCounts(
  db: Db,
  installationId: string,
  since: Date,
): Promise<readonly NoticeCount[]> {
  const { rows } = await sql<NoticeCount>`
    select source, what as result, count(*)::int as events from inbox
    where installation_id = ${installationId} and received_at >= ${since}
    group by source, what order by source, what`.execute(db)
  return rows
}

/** How much came on a day (UTC) and was not kept: known already, not understood, or of an account nobody connected. */
export interface RefusedCount {
  readonly crm: string
  readonly source: Source
  readonly result: 'repeated' | 'unreadable' | 'no_installation'
  readonly events: number
}

/** What was not kept on the day of `since` or later, of all accounts. */
export async function refusedCounts(db: Db, since: Date): Promise<readonly RefusedCount[]> {
  const { rows } = await sql<RefusedCount>`
    select crm, source, result, sum(events)::int as events from inbox_refused
    where day >= (${since}::timestamptz at time zone 'UTC')::date
    group by crm, source, result order by crm, source, result`.execute(db)
  return rows
}

/** Rows of one statement: few enough that nobody waits for it. */
const AT_ONCE = 5_000

/**
 * Forgets notices that came before `before`; counters of those days stay.
 * @returns how many it forgot
 */
export async function forgetNotices(db: Db, before: Date): Promise<number> {
  for (let forgotten = 0; ; ) {
    const { numAffectedRows } = await sql`
      delete from inbox where ctid = any(array(
        select ctid from inbox where received_at < ${before} order by received_at limit ${AT_ONCE}))`.execute(
      db,
    )
    const removed = Number(numAffectedRows ?? 0)
    forgotten += removed
    if (removed < AT_ONCE) return forgotten
  }
}
