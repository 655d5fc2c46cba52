import type { Clock } from '../../src/clock.ts'
import {
  CrmDisconnected,
  type CrmError,
  CrmMisconfigured,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import type { Grant, Tokens } from '../connector.ts'
import { type Answer, exchange, parseJson, type Sleep, withRetry } from '../http.ts'
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
/** Deals tell what became of leads; e-mails tell who answered. Neither exists in every portal. */
const OPTIONAL_SCOPES = ['crm.objects.deals.read', 'sales-email-read']

/** The app as HubSpot knows it. */
export interface OauthApp {
  readonly apiUrl: string
  readonly authorizeUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUrl: string
}

/** How the token endpoint is talked to. */
export interface OauthTransport {
  readonly timeoutMs: number
  readonly sleep: Sleep
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/** Where the admin agrees. Scopes are parted by `%20`: HubSpot does not take `+`. */
export function authorizeUrl(app: OauthApp, state: string): string {
  const query = {
    client_id: app.clientId,
    redirect_uri: app.redirectUrl,
    scope: REQUIRED_SCOPES.join(' '),
    optional_scope: OPTIONAL_SCOPES.join(' '),
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
  const { answer, tokens } = await requestTokens(app, grant, '', transport)
  if (answer.hub_id === undefined) {
    throw new CrmUnavailable(CRM, 'The token answer does not say which portal it is for')
  }
  return { tokens, accountId: answer.hub_id, scopes: answer.scopes ?? [] }
}

/**
 * New tokens for old.
 * @throws CrmDisconnected when the app was uninstalled or the portal is gone
 * @throws CrmMisconfigured when HubSpot does not know our client id or secret
 */
export async function refreshTokens(
  app: OauthApp,
  refreshToken: string,
  transport: OauthTransport,
): Promise<Tokens> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const { tokens } = await requestTokens(app, grant, refreshToken, transport)
  return tokens
}

async function requestTokens(
  app: OauthApp,
  grant: Readonly<Record<string, string>>,
  formerRefreshToken: string,
  transport: OauthTransport,
): Promise<{ answer: TokenAnswer; tokens: Tokens }> {
  const answer = await withRetry(() => postToken(app, grant, transport), {
    ...transport,
    hold: (ms) => transport.sleep(ms, transport.signal),
  })
  const tokens = {
    accessToken: answer.access_token,
    // HubSpot may rotate it: the newest one counts.
    refreshToken: answer.refresh_token ?? formerRefreshToken,
    expiresAt: new Date(transport.clock.now().getTime() + answer.expires_in * 1000),
  }
  return { answer, tokens }
}

async function postToken(
  app: OauthApp,
  grant: Readonly<Record<string, string>>,
  transport: OauthTransport,
): Promise<TokenAnswer> {
  const credentials = { client_id: app.clientId, client_secret: app.clientSecret }
  const body = new URLSearchParams({ ...grant, ...credentials })
  const url = `${app.apiUrl}/oauth/${HUBSPOT_API_VERSION}/token`
  const answer = await exchange((signal) => fetch(url, { method: 'POST', body, signal }), {
    crm: CRM,
    timeoutMs: transport.timeoutMs,
    signal: transport.signal,
  })
  if (answer.status !== 200) throw tokenError(answer, transport.clock)
  const parsed = TokenAnswer.safeParse(parseJson(CRM, answer))
  // Which field was wrong is safe to say; its content is a token.
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new CrmUnavailable(CRM, `The token answer is not as promised: ${fields}`)
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
    )
  }
  if (codes.some((code) => GONE.includes(code))) {
    return new CrmDisconnected(CRM, `HubSpot ended the connection: ${said}`)
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
