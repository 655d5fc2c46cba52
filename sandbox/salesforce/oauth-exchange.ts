import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { type Answer, bodyOf, type SandboxRequest } from './endpoint.ts'
import { countOauth } from './oauth-counts.ts'
import { identityUrl, instanceUrl } from './oauth-instance.ts'
import { readTokenSettings } from './oauth-levers.ts'
import {
  challengeOf,
  endGrant,
  findToken,
  openGrant,
  redeemCode,
  rotate,
  type Tokens,
  voidToken,
} from './oauth-tokens.ts'
import type { Org } from './org.ts'

const Sent = z.object({
  grant_type: z.string().default(''),
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
  code: z.string().default(''),
  code_verifier: z.string().default(''),
  redirect_uri: z.string().default(''),
  refresh_token: z.string().default(''),
})
type Sent = z.infer<typeof Sent>

/** The verifier as RFC 7636 wants it. */
const VERIFIER = /^[\w.~-]{43,128}$/

/** The login service refuses with an object, where the API has an array. */
function oauthError(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } }
}

function tokenAnswer(org: Org, request: SandboxRequest, tokens: Tokens): Answer {
  const id = identityUrl(org, request, tokens.userId)
  const issuedAt = String(request.now)
  const signature = createHmac('sha256', org.app.clientSecret).update(id + issuedAt)
  return {
    status: 200,
    body: {
      access_token: tokens.accessToken,
      ...(tokens.refreshToken !== undefined && { refresh_token: tokens.refreshToken }),
      signature: signature.digest('base64'),
      scope: tokens.scope,
      instance_url: instanceUrl(org, request),
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    },
  }
}

function redeem(org: Org, request: SandboxRequest, sent: Sent): Answer {
  const code = redeemCode(org.store, sent.code, request.now)
  if (!code) return oauthError('invalid_grant', 'expired authorization code')
  if (code.redirectUri !== sent.redirect_uri)
    return oauthError('redirect_uri_mismatch', 'redirect_uri must match configuration')
  if (!VERIFIER.test(sent.code_verifier) || challengeOf(sent.code_verifier) !== code.challenge)
    return oauthError('invalid_grant', 'invalid code verifier')
  return tokenAnswer(org, request, openGrant(org, code, request.now))
}

/** Exchanges a refresh token: takes a moment if it must, and does not do the same token twice at a time. */
async function refresh(
  org: Org,
  request: SandboxRequest,
  token: string,
  underWay: Set<string>,
): Promise<Answer> {
  const { delayRefreshMs, ipRestricted } = readTokenSettings(org.store)
  if (ipRestricted) return oauthError('invalid_grant', 'ip restricted')
  if (underWay.has(token)) {
    countOauth(org.store, 'busy')
    return oauthError('invalid_request', 'Token request is already being processed')
  }
  underWay.add(token)
  try {
    if (delayRefreshMs > 0) await delay(delayRefreshMs, undefined, { ref: false })
    const tokens = rotate(org, token, org.clock.now())
    if (tokens) return tokenAnswer(org, request, tokens)
    return oauthError('invalid_grant', 'expired access/refresh token')
  } finally {
    underWay.delete(token)
  }
}

function clientObjection({ app }: Org, sent: Sent): Answer | undefined {
  if (sent.client_id !== app.clientId)
    return oauthError('invalid_client_id', 'client identifier invalid')
  if (sent.client_secret !== app.clientSecret)
    return oauthError('invalid_client', 'invalid client credentials')
  return undefined
}

/** The token endpoint; `underWay` holds the refresh tokens that are being exchanged. */
export async function grantTokens(
  org: Org,
  request: SandboxRequest,
  underWay: Set<string>,
): Promise<Answer> {
  if (!request.isForm) return oauthError('invalid_request', 'send the fields form-encoded')
  const sent = bodyOf(request, Sent)
  const wrong = clientObjection(org, sent)
  if (wrong) return wrong
  if (sent.grant_type === 'authorization_code') return redeem(org, request, sent)
  if (sent.grant_type === 'refresh_token')
    return refresh(org, request, sent.refresh_token, underWay)
  return oauthError('unsupported_grant_type', 'grant type not supported')
}

const Presented = z.object({ token: z.string().default('') })

/** Revoking a refresh token ends its grant; a session ends alone. */
export function revoke(org: Org, request: SandboxRequest): Answer {
  const { token: text } = bodyOf(request, Presented)
  const token = findToken(org, text, request.now)
  if (!token?.live) return oauthError('invalid_token', 'invalid token')
  if (token.kind === 'refresh') endGrant(org.store, token.grantId)
  else voidToken(org.store, text)
  return { status: 200 }
}
