import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { PAGE_STYLE } from './page.ts'

/**
 * The security headers of every answer. Our pages are text, links and forms: nothing is loaded, run or framed, and
 * one style is let in by its hash.
 * @param publicUrl where browsers reach us; only over https are they told to never come another way
 */
export function securityHeaders(publicUrl: string): RequestHandler {
  const overHttps = publicUrl.startsWith('https:')
  const styleHash = createHash('sha256').update(PAGE_STYLE).digest('base64')
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [`'sha256-${styleHash}'`],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(overHttps && { upgradeInsecureRequests: [] }),
      },
    },
    // For browsers that do not know frame-ancestors.
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: overHttps,
    // Not "no-referrer": with it browsers send our own forms as if they came from nowhere (Origin: null).
    referrerPolicy: { policy: 'same-origin' },
  })
}

/** Accounts, one-time links and states are in what we answer: no cache keeps any of it. */
export const uncached: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store')
  next()
}

/** Without a referrer browsers call the origin of our own forms "null", and it could not be told from others'. */
export const namesItself: RequestHandler = (_request, response, next) => {
  response.set('referrer-policy', 'same-origin')
  next()
}
