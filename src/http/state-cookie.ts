import type { Request, Response } from 'express'
import { STATE_LIFETIME_MS } from './state.ts'

/**
 * The cookie that ties an installation to the browser that began it: without it, somebody could let an admin's
 * browser finish an installation that they began themselves.
 */
export interface StateCookie {
  set(response: Response, nonce: string): void
  /** The nonce that the browser brings along; it brings it once. */
  take(request: Request, response: Response): string | undefined
}

/** @param publicUrl where browsers reach us; over https the cookie never travels another way */
export function stateCookie(publicUrl: string): StateCookie {
  const secure = publicUrl.startsWith('https:')
  // The prefix makes browsers refuse such a cookie from another host or over http.
  const name = secure ? '__Host-plumbline-install' : 'plumbline-install'
  // Lax: the callback is a navigation that begins at the CRM, with which a strict cookie would not come.
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const
  return {
    set(response, nonce) {
      response.cookie(name, nonce, { ...options, maxAge: STATE_LIFETIME_MS })
    },
    take(request, response) {
      response.clearCookie(name, options)
      return cookieNamed(name, request.headers.cookie ?? '')
    },
  }
}

/** The value of one cookie in a Cookie header. */
export function cookieNamed(name: string, header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, ...value] = pair.split('=')
    if (key?.trim() === name) return value.join('=').trim()
  }
  return undefined
}
