import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { PIPELINE_ACTOR, recordAudit } from './audit.ts'
import { type Db, inTransaction } from './database.ts'
import { hashedToken } from './hashed-token.ts'

/** Long enough for a colleague to find the time, short enough that an old log is of no use. */
export const INVITE_LIFETIME_MS = 24 * 3_600_000

/** The one-time token for the page that sets up an admin. */
export interface Invite {
  readonly token: string
  readonly expiresAt: Date
}

/** A new invitation; it ends the one before. */
export function invite(db: Db, actor: string, now: Date): Promise<Invite> {
  const made = newInvite(now)
  return inTransaction(db, async (transaction) => {
    await sql`
      insert into admin_invite (token_hash, expires_at)
      values (${hashedToken(made.token)}, ${made.expiresAt})
      on conflict (singleton) do update set token_hash = excluded.token_hash,
        expires_at = excluded.expires_at`.execute(transaction)
    await recordAudit(transaction, null, actor, [INVITED], now)
    return made
  })
}

/** The invitation of the first admin; null where there is an admin, or an invitation that still holds. */
export function inviteFirst(db: Db, now: Date): Promise<Invite | null> {
  const made = newInvite(now)
  return inTransaction(db, async (transaction) => {
    const { numAffectedRows } = await sql`
      insert into admin_invite (token_hash, expires_at)
      select ${hashedToken(made.token)}::bytea, ${made.expiresAt}::timestamptz
      where not exists (select from admin)
      on conflict (singleton) do update set token_hash = excluded.token_hash,
        expires_at = excluded.expires_at
      where admin_invite.expires_at <= ${now}`.execute(transaction)
    if (numAffectedRows !== 1n) return null
    await recordAudit(transaction, null, PIPELINE_ACTOR, [INVITED], now)
    return made
  })
}

/** Whether a token may still be used. */
export async function isInvited(db: Db, token: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select from admin_invite
    where token_hash = ${hashedToken(token)} and expires_at > ${now}`.execute(db)
  return rows.length === 1
}

/** Uses up a token; false when it is used, replaced or too old. */
export async function spendInvite(transaction: Db, token: string, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from admin_invite
    where token_hash = ${hashedToken(token)} and expires_at > ${now}`.execute(transaction)
  return numAffectedRows === 1n
}

const INVITED = { action: 'admin.invited', details: {} } as const

function newInvite(now: Date): Invite {
  // 128 bits: nobody guesses it in a day.
  const token = randomBytes(16).toString('base64url')
  return { token, expiresAt: new Date(now.getTime() + INVITE_LIFETIME_MS) }
}
