import type { NextFunction, Request, Response } from 'express'
import type { SandboxRequest } from './endpoint.ts'
import { readTokenSettings } from './oauth-levers.ts'
import type { Org } from './org.ts'

/** What only the org's own address answers; consent and tokens are a matter of the login service. */
const INSTANCE_PATHS = /^\/services\/data(\/|\?|$)/
const MOVED_PAGE = '<!doctype html><html><head><title>URL No Longer Exists</title></head></html>'

type Headed = Pick<SandboxRequest, 'headers'>

function origin({ headers }: Headed): string {
  return `http://${headers['host'] ?? '127.0.0.1'}`
}

/** Where the org's data is reached. */
export function instanceUrl(org: Org, request: Headed): string {
  return origin(request) + readTokenSettings(org.store).instanceUrlPath
}

/** The address that names a user of the org, and tells who that is. */
export function identityUrl({ app }: Org, request: Headed, userId: string): string {
  return `${origin(request)}/id/${app.orgId}/${userId}`
}

/**
 * Goes before the endpoints: takes the org's path off an address, and lets nobody in who still calls
 * the org where it was before it moved.
 */
export function instanceGate(org: Org) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const { instanceUrlPath } = readTokenSettings(org.store)
    const isInside = instanceUrlPath !== '' && req.url.startsWith(`${instanceUrlPath}/`)
    if (isInside) req.url = req.url.slice(instanceUrlPath.length)
    const isLost = instanceUrlPath !== '' && !isInside && INSTANCE_PATHS.test(req.url)
    if (isLost) res.status(404).type('text/html').send(MOVED_PAGE)
    else next()
  }
}
