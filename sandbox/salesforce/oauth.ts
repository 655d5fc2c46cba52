import type { Answer, Endpoint, SandboxRequest } from './endpoint.ts'
import { authorize, decide } from './oauth-authorize.ts'
import { grantTokens, revoke } from './oauth-exchange.ts'
import { identity, userInfo } from './oauth-identity.ts'
import type { Org } from './org.ts'

/** Consent, tokens and who a token belongs to: the login service, whose calls count against no limit. */
export function oauthEndpoints(org: Org): Endpoint[] {
  const underWay = new Set<string>()
  const open = (
    method: Endpoint['method'],
    path: string,
    run: (org: Org, request: SandboxRequest) => Answer | Promise<Answer>,
  ): Endpoint => ({
    method,
    path,
    counted: false,
    auth: 'none',
    run: (request) => run(org, request),
  })
  return [
    open('get', '/services/oauth2/authorize', authorize),
    open('post', '/services/oauth2/authorize', decide),
    open('post', '/services/oauth2/token', (_, request) => grantTokens(org, request, underWay)),
    open('post', '/services/oauth2/revoke', revoke),
    open('get', '/services/oauth2/userinfo', userInfo),
    open('get', '/id/:org/:user', identity),
  ]
}
