import { createHmac } from 'node:crypto'
import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import { type Admin, findAdmin, nameKey, rehashPassword } from '../../store/admins.ts'
import { recordAudit } from '../../store/audit.ts'
import { beginAttempt, forgetAttempt } from '../../store/sign-in-attempts.ts'
import type { AdminContext } from './context.ts'

/** What came of a name and a password. */
export type Checked =
  | { readonly state: 'right'; readonly admin: Admin }
  | { readonly state: 'wrong' }
  /** Not looked at: too many were wrong before. */
  | { readonly state: 'wait'; readonly waitMs: number }

/**
 * Looks at a password. A name that does not exist costs the same work and gives the same answer as a wrong
 * password, and fills up like any other.
 */
export async function checkPassword(
  context: AdminContext,
  name: string,
  password: string,
  request: Request,
): Promise<Checked> {
  const { db, clock, secret } = context
  const now = clock.now()
  const source = digest(secret, `address ${addressOf(request)}`)
  const subjects = [digest(secret, `name ${nameKey(name)}`), source]
  const attempt = await beginAttempt(db, subjects, now)
  if (!attempt.allowed) return { state: 'wait', waitMs: attempt.waitMs }
  const admin = await verified(context, name, password)
  if (admin) {
    await forgetAttempt(db, subjects, now)
    return { state: 'right', admin }
  }
  // Not the name that was typed, which may be a password; enough to see what came from one place.
  const details = { source: source.toString('hex').slice(0, 12) }
  await recordAudit(db, null, STRANGER, [{ action: 'admin.sign_in_failed', details }], now)
  return { state: 'wrong' }
}

const STRANGER = 'unknown'

async function verified(
  { db, passwords }: AdminContext,
  name: string,
  password: string,
): Promise<Admin | null> {
  const admin = await findAdmin(db, name)
  const verdict = await passwords.verify(password, admin?.password ?? null)
  if (!admin || verdict === 'wrong') return null
  if (verdict === 'right') return admin
  return rehashPassword(db, admin, await passwords.hash(password))
}

/** Of IPv6 the network, as whoever has one address has all of it. */
function addressOf({ ip }: Request): string {
  return ip === undefined ? 'none' : ipKeyGenerator(ip)
}

function digest(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update(`sign-in attempt ${text}`).digest()
}
