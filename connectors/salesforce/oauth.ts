import { OAuth2 } from 'jsforce/lib/oauth2.js'
import type { Clock } from '../../src/clock.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import type { Grant, Home, Tokens } from '../connector.ts'
import { type Answer, withRetry } from '../http.ts'
import { type OauthTransport, postForm, readTokenAnswer, TOKEN_TIMEOUT_MS } from '../oauth.ts'
import { CRM } from './api-version.ts'
import { to18 } from './ids.ts'
import { codeError, refreshError } from './oauth-errors.ts'
import { pkceOf } from './pkce.ts'
import { TokenAnswer } from './schema.ts'

/** `refresh_token` lets us work while nobody is signed in. */
const SCOPE = 'api refresh_token'

/**
 * Salesforce says no end: an access token lives as long as its session, which an admin may set to 15 minutes and
 * every use prolongs. A refused one is renewed when that happens. This is for the refresh token, which ends when it
 * is not used for 30 days: renewing twice a day keeps it alive in an org where sessions never end.
 */
export const TOKEN_LIFETIME_MS = 12 * 3_600_000

/** The app as Salesforce knows it. */
export interface OauthApp {
  /** `https://login.salesforce.com`, `https://test.salesforce.com` for sandbox orgs, or a My Domain. */
  readonly loginUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUrl: string
}

type Form = Readonly<Record<string, string>>

/**
 * jsforce knows the addresses and builds the consent page's; it posts nothing for us, as its own requests can end
 * the process (transport.ts). Its verifier is longer than RFC 7636 allows, and it forgets to name the method.
 */
function oauthOf({ loginUrl, clientId, redirectUrl }: OauthApp): OAuth2 {
  return new OAuth2({ loginUrl, clientId, redirectUri: redirectUrl })
}

/** Where the admin agrees. */
export function authorizeUrl(app: OauthApp, state: string): string {
  const { challenge } = pkceOf(app.clientSecret, state)
  return oauthOf(app).getAuthorizationUrl({
    scope: SCOPE,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
}

/** Buys tokens with the code of a finished installation. A code works once. */
export async function exchangeCode(
  app: OauthApp,
  code: string,
  state: string,
  transport: OauthTransport,
): Promise<Grant> {
  const grant = {
    grant_type: 'authorization_code',
    redirect_uri: app.redirectUrl,
    code,
    code_verifier: pkceOf(app.clientSecret, state).verifier,
  }
  const answer = await withRetry(() => postToken(app, grant, codeError, transport), {
    ...transport,
    hold: (ms) => transport.sleep(ms, transport.signal),
  })
  const { refresh_token: refreshToken } = answer
  if (refreshToken === undefined) throw withoutRefreshToken()
  const { accountId, home } = identityIn(answer)
  const scopes = answer.scope?.split(' ') ?? []
  return {
    tokens: tokensIn(answer, refreshToken, home, transport.clock),
    accountId,
    scopes,
    notGranted: [],
  }
}

function withoutRefreshToken(): CrmRejected {
  const remedy = 'Allow the scope "Perform requests at any time (refresh_token)" in the app'
  return new CrmRejected(CRM, 200, `Salesforce gave no refresh token. ${remedy} and connect again`)
}

/**
 * New tokens for old, in one request: whoever renews holds a lock, so it is for the caller to try again later.
 * An app that rotates refresh tokens must never present one twice: Salesforce then ends the whole connection.
 * @throws CrmDisconnected when the app's access was revoked
 * @throws CrmMisconfigured when Salesforce does not know our client id or secret, or not our address
 */
export async function refreshTokens(
  app: OauthApp,
  refreshToken: string,
  transport: OauthTransport,
): Promise<Tokens> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const timeoutMs = Math.min(transport.timeoutMs, TOKEN_TIMEOUT_MS)
  const answer = await postToken(app, grant, refreshError, { ...transport, timeoutMs })
  const newest = answer.refresh_token ?? refreshToken
  return tokensIn(answer, newest, identityIn(answer).home, transport.clock)
}

function tokensIn(answer: TokenAnswer, refreshToken: string, home: Home, clock: Clock): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken,
    expiresAt: new Date(clock.now().getTime() + TOKEN_LIFETIME_MS),
    home,
  }
}

function identityIn(answer: TokenAnswer): { readonly accountId: string; readonly home: Home } {
  const [orgId, userId] = answer.id.split('/').slice(-2)
  const accountId = to18(orgId ?? '')
  const user = to18(userId ?? '')
  if (accountId === undefined || user === undefined) {
    throw new CrmUnavailable(CRM, 'The token answer does not say which org and user it is for')
  }
  const instanceUrl = answer.instance_url.replace(/\/+$/, '')
  return { accountId, home: { instanceUrl, userId: user } }
}

async function postToken(
  app: OauthApp,
  grant: Form,
  errorOf: (answer: Answer) => Error,
  transport: OauthTransport,
): Promise<TokenAnswer> {
  const secrets = { client_id: app.clientId, client_secret: app.clientSecret }
  const url = oauthOf(app).tokenServiceUrl
  const answer = await postForm(CRM, url, { ...grant, ...secrets }, transport)
  if (answer.status !== 200) throw errorOf(answer)
  return readTokenAnswer(CRM, TokenAnswer, answer)
}

/**
 * Ends a refresh token and every access token that came of it.
 * @throws CrmError when Salesforce does not confirm it
 */
export async function revokeToken(
  app: OauthApp,
  refreshToken: string,
  transport: OauthTransport,
): Promise<void> {
  const url = oauthOf(app).revokeServiceUrl
  const answer = await postForm(CRM, url, { token: refreshToken }, transport)
  if (answer.status !== 200) throw refreshError(answer)
}
