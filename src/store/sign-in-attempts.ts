import { sql } from 'kysely'
import { type Db, inTransaction } from './database.ts'

/** So many failures of one name or address ... */
const MOST_FAILURES = 10
/** ... in so long a time, and it has to wait until the first of them is that old: 960 guesses a day. */
const WINDOW_MS = 15 * 60_000
/** Of rows that nobody asks for any more; enough to go faster than they come. */
const CLEANED_AT_ONCE = 100

/** A try at a password: whether it may be made, or how long to wait, in milliseconds. */
export type Attempt = { readonly allowed: true } | { readonly allowed: false; waitMs: number }

/**
 * Counts a try at a password as a failure before it is looked at, so that a thousand at once are no more than
 * ten. A refused one does not count.
 * @param subjects digests of whoever it is counted for
 */
export function beginAttempt(db: Db, subjects: readonly Buffer[], now: Date): Promise<Attempt> {
  const since = new Date(now.getTime() - WINDOW_MS)
  return inTransaction(db, async (transaction) => {
    await forgetOld(transaction, since)
    // Holds the rows until the end; in one order, so that no two wait for each other.
    const { rows } = await sql<{ failedAt: Date[] }>`
      insert into sign_in_attempt as s (subject, failed_at, last_at)
      select subject, '{}', ${now} from unnest(${[...subjects]}::bytea[]) as subject order by subject
      on conflict (subject) do update set
        failed_at = array(select at from unnest(s.failed_at) as at where at > ${since} order by at)
      returning failed_at as "failedAt"`.execute(transaction)
    const full = rows.filter(({ failedAt }) => failedAt.length >= MOST_FAILURES)
    if (full.length > 0) {
      const frees = full.map(({ failedAt }) => (failedAt[0] ?? now).getTime() + WINDOW_MS)
      return { allowed: false, waitMs: Math.max(...frees) - now.getTime() }
    }
    await sql`
      update sign_in_attempt set failed_at = failed_at || ${now}::timestamptz, last_at = ${now}
      where subject = any(${[...subjects]}::bytea[])`.execute(transaction)
    return { allowed: true }
  })
}

/** The try that began at `at` was none to be counted: it succeeded. */
export async function forgetAttempt(db: Db, subjects: readonly Buffer[], at: Date): Promise<void> {
  await sql`
    update sign_in_attempt set failed_at = array_remove(failed_at, ${at}::timestamptz)
    where subject = any(${[...subjects]}::bytea[])`.execute(db)
}

async function forgetOld(transaction: Db, since: Date): Promise<void> {
  await sql`
    delete from sign_in_attempt where subject in (
      select subject from sign_in_attempt where last_at <= ${since}
      order by last_at limit ${CLEANED_AT_ONCE} for update skip locked)`.execute(transaction)
}
