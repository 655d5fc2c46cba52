import type { Clock } from '../../src/clock.ts'
import {
  CrmDisconnected,
  type CrmError,
  CrmMisconfigured,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import type { Grant, Tokens } from '../connector.ts'
import { type Answer, withRetry } from '../http.ts'
import { type OauthTransport, postForm, readTokenAnswer, TOKEN_TIMEOUT_MS } from '../oauth.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { errorOf } from './errors.ts'
import { TokenAnswer, TokenError } from './schema.ts'

/** Installation is refused unless these are exactly the scopes that the app requires. */
const REQUIRED_SCOPES = [
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
/** What an admin may leave out, or a portal not have, and what is missed then. */
const OPTIONAL_SCOPES: Readonly<Record<string, string>> = {
  'crm.objects.deals.read': 'Deals were not granted: conversions cannot be learned.',
  'sales-email-read': 'E-mails were not granted: who answered one is not known.',
  'crm.lists.read': 'Lists were not granted: segments have to be made by hand.',
  'crm.lists.write': 'Lists were not granted: segments have to be made by hand.',
}

/** The app as HubSpot knows it. */
export interface OauthApp {
  readonly apiUrl: string
  readonly authorizeUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUrl: string
}

/** Where the admin agrees. Scopes are parted by `%20`: HubSpot does not take `+`. */
export function authorizeUrl(app: OauthApp, state: string): string {
  const query = {
    client_id: app.clientId,
    redirect_uri: app.redirectUrl,
    scope: REQUIRED_SCOPES.join(' '),
    optional_scope: Object.keys(OPTIONAL_SCOPES).join(' '),
    state,
  }
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${app.authorizeUrl}?${pairs.join('&')}`
}

/** Buys tokens with the code of a finished installation. A code works once. */
export async function exchangeCode(
  app: OauthApp,
  code: string,
  transport: OauthTransport,
): Promise<Grant> {
  const grant = { grant_type: 'authorization_code', redirect_uri: app.redirectUrl, code }
  const answer = await withRetry(() => postToken(app, grant, transport), {
    ...transport,
    hold: (ms) => transport.sleep(ms, transport.signal),
  })
  if (answer.hub_id === undefined) {
    throw new CrmUnavailable(CRM, 'The token answer does not say which portal it is for')
  }
  const scopes = answer.scopes ?? []
  const tokens = tokensIn(answer, '', transport.clock)
  return { tokens, accountId: answer.hub_id, scopes, notGranted: notGranted(scopes) }
}

function notGranted(scopes: readonly string[]): readonly string[] {
  const missed = Object.entries(OPTIONAL_SCOPES).filter(([scope]) => !scopes.includes(scope))
  return [...new Set(missed.map(([, sentence]) => sentence))]
}

/**
 * New tokens for old, in one request: whoever renews holds a lock, so it is for the caller to try again later.
 * @throws CrmDisconnected when the app was uninstalled or the portal is gone
 * @throws CrmMisconfigured when HubSpot does not know our client id or secret
 */
export async function refreshTokens(
  app: OauthApp,
  refreshToken: string,
  transport: OauthTransport,
): Promise<Tokens> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const timeoutMs = Math.min(transport.timeoutMs, TOKEN_TIMEOUT_MS)
  const answer = await postToken(app, grant, { ...transport, timeoutMs })
  return tokensIn(answer, refreshToken, transport.clock)
}

function tokensIn(answer: TokenAnswer, formerRefreshToken: string, clock: Clock): Tokens {
  return {
    accessToken: answer.access_token,
    // HubSpot may rotate it: the newest one counts.
    refreshToken: answer.refresh_token ?? formerRefreshToken,
    expiresAt: new Date(clock.now().getTime() + answer.expires_in * 1000),
  }
}

async function postToken(
  app: OauthApp,
  grant: Readonly<Record<string, string>>,
  transport: OauthTransport,
): Promise<TokenAnswer> {
  const answer = await postFields(app, 'token', grant, transport)
  if (answer.status !== 200) throw tokenError(answer, transport.clock)
  return readTokenAnswer(CRM, TokenAnswer, answer)
}

/**
 * Ends a refresh token, and with it the connection; access tokens live on until they expire.
 * @throws CrmError when HubSpot does not confirm it
 */
export async function revokeToken(
  app: OauthApp,
  refreshToken: string,
  transport: OauthTransport,
): Promise<void> {
  const fields = { token: refreshToken, token_type_hint: 'refresh_token' }
  const answer = await postFields(app, 'token/revoke', fields, transport)
  if (answer.status > 299) throw tokenError(answer, transport.clock)
}

function postFields(
  app: OauthApp,
  path: 'token' | 'token/revoke',
  fields: Readonly<Record<string, string>>,
  transport: OauthTransport,
): Promise<Answer> {
  const credentials = { client_id: app.clientId, client_secret: app.clientSecret }
  const url = `${app.apiUrl}/oauth/${HUBSPOT_API_VERSION}/${path}`
  return postForm(CRM, url, { ...fields, ...credentials }, transport)
}

const GONE = ['BAD_REFRESH_TOKEN', 'BAD_HUB', 'access_denied']
const OUR_FAULT = ['invalid_client', 'BAD_REDIRECT_URI', 'MISMATCH_REDIRECT_URI_AUTH_CODE']

function tokenError(answer: Answer, clock: Clock): CrmError {
  const general = errorOf(answer, clock.now())
  const refused = general instanceof CrmRejected || answer.status === 401
  if (!refused) return general
  const { error, status, error_description, message } = tokenErrorBody(answer)
  const codes = [error, status].filter((code) => code !== undefined)
  const said = error_description ?? message ?? `status ${answer.status}`
  if (codes.some((code) => OUR_FAULT.includes(code) || code.startsWith('BAD_CLIENT'))) {
    return new CrmMisconfigured(
      CRM,
      `HubSpot does not accept our app (${said}). Check client id, client secret and redirect URL`,
      { quotes: said },
    )
  }
  if (codes.some((code) => GONE.includes(code))) {
    return new CrmDisconnected(CRM, `HubSpot ended the connection: ${said}`, { quotes: said })
  }
  return new CrmRejected(CRM, answer.status, `HubSpot gave no tokens: ${said}. Connect again`)
}

function tokenErrorBody(answer: Answer): TokenError {
  try {
    return TokenError.catch({}).parse(JSON.parse(answer.text))
  } catch {
    return {}
  }
}
