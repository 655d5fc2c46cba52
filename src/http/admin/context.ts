import type { HttpContext } from '../context.ts'
import { type OwnCookie, sessionCookie, visitorCookie } from './cookies.ts'
import { createPasswords, type Passwords } from './passwords.ts'

/** What the pages for admins work with. */
export interface AdminContext extends HttpContext {
  readonly passwords: Passwords
  readonly session: OwnCookie
  readonly visitor: OwnCookie
}

export function adminContext(context: HttpContext): AdminContext {
  return {
    ...context,
    passwords: createPasswords(),
    session: sessionCookie(context.publicUrl),
    visitor: visitorCookie(context.publicUrl),
  }
}
