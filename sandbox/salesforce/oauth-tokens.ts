import { createHash, randomBytes } from 'node:crypto'
import { countOauth } from './oauth-counts.ts'
import type { Org } from './org.ts'
import { type Store, transaction } from './store.ts'
import { findUser, type User } from './users.ts'

/** How long the app has to redeem a code. */
const CODE_LIFETIME_MS = 15 * 60_000
/** A refresh token that nobody uses for so long ends (partner apps, since 2026). */
const REFRESH_IDLE_MS = 30 * 86_400_000
/** Approvals that one user can give one app; a further one ends the oldest. */
const GRANTS_PER_USER = 5
/** A session's last use is kept this precisely, so that not every call writes. */
const USE_PRECISION_MS = 1_000

interface Code {
  readonly userId: string
  readonly redirectUri: string
  readonly scope: string
  /** Base64url of the SHA-256 of the verifier. */
  readonly challenge: string
}

interface Token {
  readonly kind: 'access' | 'refresh'
  readonly grantId: number
  readonly userId: string
  readonly scope: string
  readonly live: boolean
  /** Whether the token itself was exchanged or revoked, whatever became of its grant. */
  readonly isVoid: boolean
}

export interface Tokens {
  readonly userId: string
  readonly scope: string
  readonly accessToken: string
  readonly refreshToken?: string
}

type OrgTokens = Pick<Org, 'store' | 'app'>

const secret = (prefix: string) => `${prefix}${randomBytes(36).toString('base64url')}`

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

export function issueCode(store: Store, code: Code, now: number): string {
  const text = secret('aPrx')
  store
    .sql('insert into oauth_code values (?, ?, ?, ?, ?, ?)')
    .run(text, code.userId, code.redirectUri, code.scope, code.challenge, now + CODE_LIFETIME_MS)
  return text
}

/** Takes a code out of circulation; undefined when it is unknown, used or too old. */
export function redeemCode(store: Store, text: string, now: number): Code | undefined {
  const row = store.sql('delete from oauth_code where code = ? returning *').get(text)
  if (!row || Number(row['expires_at']) <= now) return undefined
  return {
    userId: String(row['user_id']),
    redirectUri: String(row['redirect_uri']),
    scope: String(row['scope']),
    challenge: String(row['challenge']),
  }
}

function addToken({ store, app }: OrgTokens, kind: Token['kind'], grantId: number, now: number) {
  const token = secret(kind === 'access' ? `${app.orgId}!` : '5Aep')
  store
    .sql('insert into oauth_token (token, kind, grant_id, used_at) values (?, ?, ?, ?)')
    .run(token, kind, grantId, now)
  return token
}

function endOldestGrants(store: Store, userId: string): void {
  const rows = store
    .sql('select id from oauth_grant where user_id = ? and ended = 0 order by id desc')
    .all(userId)
  for (const { id } of rows.slice(GRANTS_PER_USER)) endGrant(store, Number(id))
}

/** Begins a grant with its first tokens; of more than five of one user the oldest ends. */
export function openGrant(org: OrgTokens, { userId, scope }: Code, now: number): Tokens {
  const { store } = org
  return transaction(store, () => {
    const added = store
      .sql('insert into oauth_grant (user_id, scope) values (?, ?)')
      .run(userId, scope)
    const grantId = Number(added.lastInsertRowid)
    endOldestGrants(store, userId)
    const accessToken = addToken(org, 'access', grantId, now)
    if (!scope.split(' ').includes('refresh_token')) return { userId, scope, accessToken }
    return { userId, scope, accessToken, refreshToken: addToken(org, 'refresh', grantId, now) }
  })
}

/** What a token stands for. */
export function findToken({ store, app }: OrgTokens, text: string, now: number): Token | undefined {
  const row = store
    .sql(
      `select t.kind, t.grant_id, t.used_at, t.voided, g.ended, g.user_id, g.scope
       from oauth_token t join oauth_grant g on g.id = t.grant_id where t.token = ?`,
    )
    .get(text)
  if (!row) return undefined
  const kind = row['kind'] === 'access' ? 'access' : 'refresh'
  const idleMs = kind === 'access' ? app.tokenLifetimeS * 1_000 : REFRESH_IDLE_MS
  const isVoid = row['voided'] === 1
  return {
    kind,
    grantId: Number(row['grant_id']),
    userId: String(row['user_id']),
    scope: String(row['scope']),
    isVoid,
    live: !isVoid && row['ended'] === 0 && now < Number(row['used_at']) + idleMs,
  }
}

/** Whose session a bearer token is; its use makes it last longer. Undefined for what never was a token. */
export function userOfToken(
  org: OrgTokens,
  bearer: string,
  now: number,
): User | 'expired' | undefined {
  const token = findToken(org, bearer, now)
  if (token?.kind !== 'access') return undefined
  if (!token.live) return 'expired'
  org.store
    .sql('update oauth_token set used_at = ? where token = ? and used_at <= ?')
    .run(now, bearer, now - USE_PRECISION_MS)
  return findUser(org.store, token.userId)
}

/**
 * Exchanges a refresh token for a new pair; undefined when it is dead. One that was exchanged before counts
 * as stolen: the grant ends, with the refresh token that took its place and every session.
 */
export function rotate(org: OrgTokens, text: string, now: number): Tokens | undefined {
  const { store } = org
  const token = findToken(org, text, now)
  if (token?.kind !== 'refresh') return undefined
  if (token.isVoid) {
    countOauth(store, 'reuses')
    endGrant(store, token.grantId)
  }
  if (!token.live) return undefined
  return transaction(store, () => {
    voidToken(store, text)
    countOauth(store, 'refreshes')
    return {
      userId: token.userId,
      scope: token.scope,
      accessToken: addToken(org, 'access', token.grantId, now),
      refreshToken: addToken(org, 'refresh', token.grantId, now),
    }
  })
}

/** Ends every token of a grant. */
export function endGrant(store: Store, grantId: number): void {
  const { changes } = store
    .sql('update oauth_grant set ended = 1 where id = ? and ended = 0')
    .run(grantId)
  if (changes > 0) countOauth(store, 'revocations')
}

export function voidToken(store: Store, text: string): void {
  store.sql('update oauth_token set voided = 1 where token = ?').run(text)
}

/** Ends every session at once; the refresh tokens live on. */
export function expireSessions(store: Store): void {
  store.sql(`update oauth_token set voided = 1 where kind = 'access'`).run()
}

/** Ends every grant, as an admin does who revokes the app or uninstalls it. */
export function endAllGrants(store: Store): void {
  const rows = store.sql('select id from oauth_grant where ended = 0').all()
  for (const { id } of rows) endGrant(store, Number(id))
}

/** How many sessions could make a call now. */
export function liveSessions({ store, app }: OrgTokens, now: number): number {
  const row = store
    .sql(
      `select count(*) as n from oauth_token t join oauth_grant g on g.id = t.grant_id
       where t.kind = 'access' and t.voided = 0 and g.ended = 0 and t.used_at > ?`,
    )
    .get(now - app.tokenLifetimeS * 1_000)
  return Number(row?.['n'])
}
