import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { page } from './page.ts'

/** What CRMs send: signed, and never by a browser. */
const WEBHOOKS = /^\/webhooks(\/|$)/i

/** What each part of the surface may be asked with; the first that fits counts. */
const METHODS: readonly (readonly [paths: RegExp, methods: readonly string[]])[] = [
  [WEBHOOKS, ['POST']],
  // Express answers HEAD by GET, and these two do something: a link checker must not finish an installation.
  [/^\/(install|sign-in|oauth)(\/|$)/i, ['GET']],
  // Only looked at (admin/queues.ts), whatever the dashboard itself would take.
  [/^\/admin\/queues(\/|$)/i, ['GET', 'HEAD']],
  [/^\/(admin|account)(\/|$)/i, ['GET', 'HEAD', 'POST']],
  [/^/, ['GET', 'HEAD']],
]

/** Answers 405 to every method that nothing at this address is made for. */
export function knownMethods(request: Request, response: Response, next: NextFunction): void {
  const methods = METHODS.find(([paths]) => paths.test(request.path))?.[1] ?? []
  if (methods.includes(request.method)) {
    next()
    return
  }
  const text = `This address takes ${methods.join(', ')} only.`
  response.status(405).set('allow', methods.join(', '))
  if (WEBHOOKS.test(request.path)) response.json({ status: text })
  else response.send(page('Not like that', [text]))
}

/** Methods that change nothing, whoever has a browser send them. */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/**
 * Refuses what a page of another site has an admin's browser send (CSRF). All browsers since 2023 say where a
 * request comes from; older ones at least the origin, and what says neither is no browser and carries no session.
 * @param publicUrl whose pages are our own
 */
export function ownPagesOnly(publicUrl: string): RequestHandler {
  const ownOrigin = new URL(publicUrl).origin
  return (request, response, next) => {
    const harmless = SAFE_METHODS.includes(request.method) || WEBHOOKS.test(request.path)
    if (harmless || comesFromUs(request, ownOrigin)) return next()
    const text =
      'This was sent by a page of another site. Go back to Plumbline and try again there.'
    response.status(403).send(page('Not from here', [text]))
  }
}

function comesFromUs({ headers }: Request, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site']
  // "none" is the admin's own doing: a bookmark, or a form sent again.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || headers.origin === ownOrigin
}
