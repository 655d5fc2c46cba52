import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isLoopback } from '../common/loopback.ts'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { ApiError } from './errors.ts'
import { markInstalled, removeApp } from './installation.ts'
import { APP_SCOPES, issueAppToken } from './journal-token.ts'
import { blockedPage, consentPage } from './oauth-pages.ts'
import {
  findToken,
  issueCode,
  openGrant,
  redeemCode,
  refreshGrant,
  revokeGrant,
  revokeToken,
  type TokenPair,
  USER_ID,
  withheldScopes,
} from './oauth-tokens.ts'
import type { AppSettings } from './portal-context.ts'
import type { Sandbox } from './sandbox.ts'
import { readSetting, transaction } from './store.ts'

/** What every install must ask for, unless the sandbox is told otherwise. */
export const DEFAULT_REQUIRED_SCOPES: readonly string[] = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.companies.write',
  'crm.schemas.contacts.read',
  'crm.schemas.contacts.write',
  'crm.schemas.companies.read',
  'crm.schemas.companies.write',
  'crm.objects.owners.read',
]

/** The setting that says the portal was deleted. */
export const PORTAL_GONE = 'portal_gone'

const Application = z.object({
  client_id: z.string().default(''),
  redirect_uri: z.string().default(''),
  scope: z.string().default(''),
  optional_scope: z.string().default(''),
  state: z.string().default(''),
})
type Application = z.infer<typeof Application>

const words = (text: string) => text.split(/\s+/).filter(Boolean)

/** The page that blocks an application that is not acceptable; undefined when it is. */
function objection(app: AppSettings, wanted: Application): Answer | undefined {
  const blocked = (reason: string, items?: readonly string[]) => ({
    status: 400,
    html: blockedPage(reason, items),
  })
  if (wanted.client_id !== app.clientId)
    return blocked(`No app has the client id "${wanted.client_id}".`)
  if (!isLoopback(wanted.redirect_uri))
    return blocked(`The redirect address "${wanted.redirect_uri}" is not on this machine.`)
  const asked = words(wanted.scope)
  const missing = app.requiredScopes.filter((scope) => !asked.includes(scope))
  if (missing.length > 0)
    return blocked('The address asks for too little. Add these required scopes:', missing)
  const extra = asked.filter((scope) => !app.requiredScopes.includes(scope))
  if (extra.length > 0)
    return blocked('These scopes are not required by the app; ask as optional_scope:', extra)
  return undefined
}

function authorize(sandbox: Sandbox, request: SandboxRequest): Answer {
  const wanted = Application.parse(Object.fromEntries(request.query))
  const blocked = objection(sandbox.app, wanted)
  if (blocked) return blocked
  const scopes = [...words(wanted.scope), ...words(wanted.optional_scope)]
  return { status: 200, html: consentPage(sandbox.app.portalId, scopes, wanted) }
}

function approve(sandbox: Sandbox, request: SandboxRequest): Answer {
  const wanted = bodyOf(request, Application)
  const blocked = objection(sandbox.app, wanted)
  if (blocked) return blocked
  const withheld = withheldScopes(sandbox.store)
  const optional = words(wanted.optional_scope).filter((scope) => !withheld.includes(scope))
  const scopes = [...new Set([...words(wanted.scope), ...optional])]
  const redirectUri = wanted.redirect_uri
  const target = new URL(redirectUri)
  target.searchParams.set('code', issueCode(sandbox.store, { redirectUri, scopes }, request.now))
  if (wanted.state !== '') target.searchParams.set('state', wanted.state)
  return { status: 302, redirect: target.href }
}

function oauthError(error: string, status: string, description: string): ApiError {
  return new ApiError(400, {
    error,
    error_description: description,
    status,
    message: description,
    correlationId: randomUUID(),
  })
}

const Credentials = z.object({
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
})

function checkClient(
  app: AppSettings,
  request: SandboxRequest,
  sent: z.infer<typeof Credentials>,
): void {
  if (!request.isForm)
    throw oauthError('invalid_request', 'BAD_CONTENT_TYPE', 'send the fields form-encoded')
  if (sent.client_id !== app.clientId)
    throw oauthError('invalid_client', 'BAD_CLIENT_ID', 'missing or unknown client id')
  if (sent.client_secret !== app.clientSecret)
    throw oauthError('invalid_client', 'BAD_CLIENT_SECRET', 'missing or invalid client secret')
}

function tokenAnswer(app: AppSettings, pair: TokenPair): Answer {
  return {
    status: 200,
    body: {
      token_type: 'bearer',
      token_use: 'access_token',
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      expires_in: app.tokenLifetimeS,
      hub_id: app.portalId,
      user_id: USER_ID,
      scopes: pair.scopes,
    },
  }
}

const Grant = Credentials.extend({
  grant_type: z.string().default(''),
  code: z.string().default(''),
  redirect_uri: z.string().default(''),
  refresh_token: z.string().default(''),
  scope: z.string().default(''),
})

/** A token of the app itself, which belongs to no portal. */
function appToken(sandbox: Sandbox, request: SandboxRequest, scope: string): Answer {
  const scopes = words(scope)
  const unknown = scopes.find((name) => !APP_SCOPES.includes(name))
  if (scopes.length === 0 || unknown !== undefined)
    throw oauthError('invalid_scope', 'BAD_SCOPE', `missing or unknown scope ${unknown ?? ''}`)
  const body = {
    token_type: 'bearer',
    access_token: issueAppToken(sandbox, scopes, request.now),
    expires_in: sandbox.app.tokenLifetimeS,
    scopes,
  }
  return { status: 200, body }
}

function install(sandbox: Sandbox, scopes: readonly string[], now: number): TokenPair {
  return transaction(sandbox.store, () => {
    const pair = openGrant(sandbox, scopes, now)
    markInstalled(sandbox)
    return pair
  })
}

function grantTokens(sandbox: Sandbox, request: SandboxRequest): Answer {
  const sent = bodyOf(request, Grant)
  checkClient(sandbox.app, request, sent)
  if (sent.grant_type === 'client_credentials') return appToken(sandbox, request, sent.scope)
  if (readSetting(sandbox.store, PORTAL_GONE) === 'true')
    throw oauthError('access_denied', 'BAD_HUB', 'the hub does not exist or is inactive')
  if (sent.grant_type === 'authorization_code') {
    const code = redeemCode(sandbox.store, sent.code, request.now)
    if (code?.redirectUri !== sent.redirect_uri)
      throw oauthError('invalid_grant', 'BAD_AUTH_CODE', 'missing or unknown auth code')
    return tokenAnswer(sandbox.app, install(sandbox, code.scopes, request.now))
  }
  if (sent.grant_type !== 'refresh_token')
    throw oauthError('unsupported_grant_type', 'BAD_GRANT_TYPE', 'unsupported grant type')
  const pair = refreshGrant(sandbox, sent.refresh_token, request.now)
  if (pair) return tokenAnswer(sandbox.app, pair)
  throw oauthError(
    'invalid_grant',
    'BAD_REFRESH_TOKEN',
    'refresh token is invalid, expired or revoked',
  )
}

const Presented = Credentials.extend({ token: z.string().default('') })

function introspect(sandbox: Sandbox, request: SandboxRequest): Answer {
  const sent = bodyOf(request, Presented)
  checkClient(sandbox.app, request, sent)
  const token = findToken(sandbox.store, sent.token, request.now)
  if (!token?.live) return { status: 200, body: { active: false } }
  const { app } = sandbox
  return {
    status: 200,
    body: {
      active: true,
      token_use: `${token.kind}_token`,
      token_type: 'bearer',
      client_id: app.clientId,
      app_id: app.appId,
      hub_id: app.portalId,
      user_id: USER_ID,
      scopes: token.scopes,
      ...(token.expiresAt !== null && {
        expires_in: Math.floor((token.expiresAt - request.now) / 1_000),
      }),
    },
  }
}

function revoke(sandbox: Sandbox, request: SandboxRequest): Answer {
  const sent = bodyOf(request, Presented)
  checkClient(sandbox.app, request, sent)
  const token = findToken(sandbox.store, sent.token, request.now)
  if (token?.kind === 'refresh') revokeGrant(sandbox.store, token.grantId)
  if (token?.kind === 'access') revokeToken(sandbox.store, sent.token)
  return { status: 200, body: {} }
}

/** Consent, tokens and uninstall. Exempt from the limits, as in the real API. */
export function oauthEndpoints(sandbox: Sandbox): Endpoint[] {
  const open = (
    method: Endpoint['method'],
    path: string,
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({ method, path, budget: 'exempt', run: (request) => run(sandbox, request) })
  return [
    open('get', '/oauth/authorize', authorize),
    open('post', '/oauth/authorize/approve', approve),
    open('post', '/oauth/:version/token', grantTokens),
    open('post', '/oauth/:version/token/introspect', introspect),
    open('post', '/oauth/:version/token/revoke', revoke),
    {
      method: 'delete',
      path: '/appinstalls/:version/external-install',
      budget: 'exempt',
      scopes: () => [],
      run() {
        removeApp(sandbox)
        return { status: 204 }
      },
    },
  ]
}
