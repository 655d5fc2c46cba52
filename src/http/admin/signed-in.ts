import type { Request, Response } from 'express'
import { endSession, openSession, readSession } from '../../store/admin-sessions.ts'
import type { Admin } from '../../store/admins.ts'
import { recordAudit } from '../../store/audit.ts'
import type { Db } from '../../store/database.ts'
import type { AdminContext } from './context.ts'

export interface SignedIn {
  readonly admin: Admin
  /** The session's cookie. */
  readonly token: string
}

/** Who sends a request; null for strangers. */
export async function signedIn(
  { db, clock, session }: AdminContext,
  request: Request,
): Promise<SignedIn | null> {
  const token = session.read(request)
  if (token === undefined) return null
  const admin = await readSession(db, token, clock.now())
  return admin && { admin, token }
}

/**
 * Gives the browser a session of its own. Whatever it had before is worth nothing from then on: nobody gets in by
 * a cookie that was put there beforehand.
 */
export async function startSession(
  context: AdminContext,
  transaction: Db,
  admin: Admin,
  request: Request,
  response: Response,
): Promise<boolean> {
  const { session, visitor, clock } = context
  const former = session.read(request)
  if (former !== undefined) await endSession(transaction, former)
  const token = await openSession(transaction, admin, clock.now())
  if (token === null) return false
  session.set(response, token)
  visitor.clear(response)
  return true
}

/** Notes what an admin did. */
export function recordDeed(
  { clock }: AdminContext,
  transaction: Db,
  { id, name }: Admin,
  action: 'admin.set_up' | 'admin.signed_in' | 'admin.signed_out' | 'admin.password_changed',
): Promise<void> {
  const entry = { action, kind: 'admin', id, details: {} }
  return recordAudit(transaction, null, name, [entry], clock.now())
}
