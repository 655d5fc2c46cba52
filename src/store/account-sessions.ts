import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from './database.ts'
import { hashedToken } from './hashed-token.ts'
import { isOpen, isSeenAnew } from './session-times.ts'

/** Signs in somebody who belongs to an account. @returns the token for the cookie */
export async function openAccountSession(
  db: Db,
  installationId: string,
  now: Date,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await sql`delete from account_session where not ${isOpen('account_session', now)}`.execute(db)
  await sql`
    insert into account_session (token_hash, installation_id, created_at, last_seen_at)
    values (${hashedToken(token)}, ${installationId}, ${now}, ${now})`.execute(db)
  return token
}

/** The installation that a token opens; null when the session has ended. */
export async function readAccountSession(db: Db, token: string, now: Date): Promise<string | null> {
  const hash = hashedToken(token)
  const { rows } = await sql<{ installationId: string; lastSeenAt: Date }>`
    select installation_id as "installationId", last_seen_at as "lastSeenAt" from account_session
    where token_hash = ${hash} and ${isOpen('account_session', now)}`.execute(db)
  const [found] = rows
  if (!found) return null
  if (isSeenAnew(found.lastSeenAt, now)) {
    await sql`update account_session set last_seen_at = ${now} where token_hash = ${hash}`.execute(
      db,
    )
  }
  return found.installationId
}

/** Ends one session. */
export async function endAccountSession(db: Db, token: string): Promise<void> {
  await sql`delete from account_session where token_hash = ${hashedToken(token)}`.execute(db)
}
