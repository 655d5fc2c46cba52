import { type RawBuilder, sql } from 'kysely'

/** A working day: whoever comes back after lunch is still signed in, whoever finds the machine next day is not. */
const IDLE_MS = 8 * 3_600_000
/** However busy: a cookie that was stolen unnoticed is worth a week at the most. */
const LIFETIME_MS = 7 * 24 * 3_600_000
/** Being seen is written down no more often than this, so that looking at pages hardly writes. */
const SEEN_EVERY_MS = 60_000

/** Whether a row of a table of sessions still opens anything. */
export function isOpen(table: 'admin_session' | 'account_session', now: Date): RawBuilder<boolean> {
  const [idle, old] = [IDLE_MS, LIFETIME_MS].map((ms) => new Date(now.getTime() - ms))
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql`(${column('last_seen_at')} > ${idle} and ${column('created_at')} > ${old})`
}

/** Whether it is time to write down that somebody was seen. */
export function isSeenAnew(lastSeenAt: Date, now: Date): boolean {
  return now.getTime() - lastSeenAt.getTime() >= SEEN_EVERY_MS
}
