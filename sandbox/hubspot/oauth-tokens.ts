import { randomBytes, randomUUID } from 'node:crypto'
import type { SQLOutputValue } from 'node:sqlite'
import type { SandboxRequest, Scopes } from './endpoint.ts'
import { type ApiError, apiError } from './errors.ts'
import type { Sandbox } from './sandbox.ts'
import { readSetting, type Store, transaction } from './store.ts'

/** The portal user who installs the app; the sandbox has one. */
export const USER_ID = 7001
const CODE_LIFETIME_MS = 300_000
/** The setting that lists the withheld scopes. */
export const WITHHELD_SCOPES = 'withheld_scopes'

interface Code {
  readonly redirectUri: string
  readonly scopes: readonly string[]
}

interface Token {
  readonly kind: 'access' | 'refresh'
  readonly grantId: string
  readonly scopes: readonly string[]
  readonly expiresAt: number | null
  readonly live: boolean
}

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly scopes: readonly string[]
}

const secret = (prefix: string) => `${prefix}-${randomBytes(24).toString('base64url')}`
const split = (scopes: SQLOutputValue | undefined) =>
  String(scopes ?? '')
    .split(' ')
    .filter(Boolean)

/** Scopes that an administrator has taken from the app, whatever the tokens say. */
export function withheldScopes(store: Store): readonly string[] {
  return split(readSetting(store, WITHHELD_SCOPES))
}

export function issueCode(store: Store, code: Code, now: number): string {
  const text = secret('code')
  store
    .sql('insert into oauth_code values (?, ?, ?, ?)')
    .run(text, code.redirectUri, code.scopes.join(' '), now + CODE_LIFETIME_MS)
  return text
}

/** Takes a code out of circulation; undefined when it is unknown, used or too old. */
export function redeemCode(store: Store, text: string, now: number): Code | undefined {
  const row = store.sql('delete from oauth_code where code = ? returning *').get(text)
  if (!row || Number(row['expires_at']) < now) return undefined
  return { redirectUri: String(row['redirect_uri']), scopes: split(row['scopes']) }
}

function addToken(store: Store, kind: Token['kind'], grantId: string, expiresAt: number | null) {
  const token = secret(kind)
  store
    .sql('insert into oauth_token (token, kind, grant_id, expires_at) values (?, ?, ?, ?)')
    .run(token, kind, grantId, expiresAt)
  return token
}

/** Begins an install: a grant with its first pair of tokens. */
export function openGrant(sandbox: Sandbox, scopes: readonly string[], now: number): TokenPair {
  const { store, app } = sandbox
  const id = randomUUID()
  return transaction(store, () => {
    store.sql('insert into oauth_grant (id, scopes) values (?, ?)').run(id, scopes.join(' '))
    return {
      accessToken: addToken(store, 'access', id, now + app.tokenLifetimeS * 1_000),
      refreshToken: addToken(store, 'refresh', id, null),
      scopes,
    }
  })
}

/** What a token stands for. `live` is false once it is revoked or too old. */
export function findToken(store: Store, text: string, now: number): Token | undefined {
  const row = store
    .sql(
      `select t.kind, t.grant_id, t.expires_at, t.revoked, g.scopes, g.revoked as grant_revoked
       from oauth_token t join oauth_grant g on g.id = t.grant_id where t.token = ?`,
    )
    .get(text)
  if (!row) return undefined
  const kind = row['kind'] === 'access' ? 'access' : 'refresh'
  const expiresAt = row['expires_at'] === null ? null : Number(row['expires_at'])
  const withheld = withheldScopes(store)
  // A revoked grant ends its refresh tokens only: access tokens live on until they expire.
  const revoked = row['revoked'] === 1 || (kind === 'refresh' && row['grant_revoked'] === 1)
  return {
    kind,
    grantId: String(row['grant_id']),
    scopes: split(row['scopes']).filter((scope) => !withheld.includes(scope)),
    expiresAt,
    live: !revoked && (expiresAt === null || expiresAt > now),
  }
}

/**
 * A new access token for a refresh token; undefined when the token is dead. With rotation, a refresh token
 * that was already exchanged counts as stolen and revokes its grant.
 */
export function refreshGrant(sandbox: Sandbox, text: string, now: number): TokenPair | undefined {
  const { store, app } = sandbox
  const token = findToken(store, text, now)
  if (token?.kind !== 'refresh') return undefined
  if (!token.live) {
    if (app.rotateRefreshTokens) revokeGrant(store, token.grantId)
    return undefined
  }
  return transaction(store, () => {
    const accessToken = addToken(store, 'access', token.grantId, now + app.tokenLifetimeS * 1_000)
    if (!app.rotateRefreshTokens) return { accessToken, refreshToken: text, scopes: token.scopes }
    revokeToken(store, text)
    const refreshToken = addToken(store, 'refresh', token.grantId, null)
    return { accessToken, refreshToken, scopes: token.scopes }
  })
}

export function revokeGrant(store: Store, grantId: string): void {
  store.sql('update oauth_grant set revoked = 1 where id = ?').run(grantId)
}

export function revokeToken(store: Store, text: string): void {
  store.sql('update oauth_token set revoked = 1 where token = ?').run(text)
}

/** Ends the install altogether: every token of the portal is dead at once. */
export function uninstall(store: Store): void {
  transaction(store, () => {
    store.sql('update oauth_grant set revoked = 1').run()
    store.sql('update oauth_token set revoked = 1').run()
  })
}

export function expiredAuthentication(expiresAt: number | null): ApiError {
  const expired = expiresAt ? ` It expired at ${expiresAt}.` : ''
  return apiError(
    401,
    'EXPIRED_AUTHENTICATION',
    `The OAuth token used to make this call is missing, expired or revoked.${expired}`,
    { errors: [{ message: 'The OAuth token is expired', context: {} }] },
  )
}

export function missingScopes(missing: Scopes): ApiError {
  const message = 'One or more of the following scopes are required.'
  const context = { requiredGranularScopes: missing.flat() }
  return apiError(403, 'MISSING_SCOPES', 'This app has not been granted the scopes of this call.', {
    errors: [{ message, context }],
  })
}

/**
 * Lets a request in whose bearer token is alive and holds the scopes.
 * @throws ApiError 401 EXPIRED_AUTHENTICATION, 403 MISSING_SCOPES
 */
export function admitBearer(sandbox: Sandbox, request: SandboxRequest, scopes: Scopes): void {
  const token = findToken(sandbox.store, request.token, request.now)
  if (token?.kind !== 'access' || !token.live) throw expiredAuthentication(token?.expiresAt ?? null)
  const missing = scopes.filter((scope) =>
    typeof scope === 'string'
      ? !token.scopes.includes(scope)
      : !scope.some((one) => token.scopes.includes(one)),
  )
  if (missing.length > 0) throw missingScopes(missing)
}
