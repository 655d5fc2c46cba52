import type { Request, Response } from 'express'
import { cookieNamed } from '../state-cookie.ts'

/** A cookie that only we read, and that no script sees. */
export interface OwnCookie {
  set(response: Response, value: string): void
  read(request: Request): string | undefined
  clear(response: Response): void
}

/** Ends with the browser, at the latest when the server says so: it has no age of its own. */
function ownCookie(publicUrl: string, plainName: string): OwnCookie {
  const secure = publicUrl.startsWith('https:')
  // The prefix makes browsers refuse such a cookie from another host, another path or over http.
  const name = secure ? `__Host-${plainName}` : plainName
  // Lax: whoever follows a link to us is still signed in. What changes something is posted, and has a token.
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const
  return {
    set: (response, value) => void response.cookie(name, value, options),
    read: (request) => cookieNamed(name, request.headers.cookie ?? ''),
    clear: (response) => void response.clearCookie(name, options),
  }
}

/** Who is signed in. */
export function sessionCookie(publicUrl: string): OwnCookie {
  return ownCookie(publicUrl, 'plumbline-session')
}

/** Who belongs to a connected account. */
export function accountCookie(publicUrl: string): OwnCookie {
  return ownCookie(publicUrl, 'plumbline-account')
}

/** Ties the forms for those who are not signed in to the browser that they were shown in. */
export function visitorCookie(publicUrl: string): OwnCookie {
  return ownCookie(publicUrl, 'plumbline-visitor')
}
