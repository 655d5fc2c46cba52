import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Admin } from './admins.ts'
import type { Db } from './database.ts'
import { hashedToken } from './hashed-token.ts'
import { isOpen, isSeenAnew } from './session-times.ts'

/**
 * Signs an admin in.
 * @returns the token for the cookie; null when the password that was checked is no longer theirs
 */
export async function openSession(db: Db, admin: Admin, now: Date): Promise<string | null> {
  const token = randomBytes(32).toString('base64url')
  await sql`delete from admin_session where not ${isOpen('admin_session', now)}`.execute(db)
  // Waits for a change of the password that is under way; otherwise a session could outlive it.
  const { numAffectedRows } = await sql`
    insert into admin_session (token_hash, admin_id, created_at, last_seen_at)
    select ${hashedToken(token)}::bytea, id, ${now}::timestamptz, ${now}::timestamptz from admin
    where id = ${admin.id} and password = ${admin.password} for share`.execute(db)
  return numAffectedRows === 1n ? token : null
}

/** Whose session a token opens; null when it has ended. */
export async function readSession(db: Db, token: string, now: Date): Promise<Admin | null> {
  const hash = hashedToken(token)
  const { rows } = await sql<Admin & { lastSeenAt: Date }>`
    select a.id, a.name, a.password, last_seen_at as "lastSeenAt"
    from admin_session join admin a on a.id = admin_id
    where token_hash = ${hash} and ${isOpen('admin_session', now)}`.execute(db)
  const [found] = rows
  if (!found) return null
  const { lastSeenAt, ...admin } = found
  if (isSeenAnew(lastSeenAt, now)) {
    await sql`update admin_session set last_seen_at = ${now} where token_hash = ${hash}`.execute(db)
  }
  return admin
}

/** Ends one session; false when it had ended already. */
export async function endSession(db: Db, token: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from admin_session where token_hash = ${hashedToken(token)}`.execute(db)
  return numAffectedRows === 1n
}

/** Ends all sessions of one admin. */
export async function endSessionsOf(db: Db, { id }: Admin): Promise<void> {
  await sql`delete from admin_session where admin_id = ${id}`.execute(db)
}

/** Ends everybody's sessions. @returns how many were open */
export async function endAllSessions(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ open: boolean }>`
    delete from admin_session returning ${isOpen('admin_session', now)} as open`.execute(db)
  return rows.filter(({ open }) => open).length
}
