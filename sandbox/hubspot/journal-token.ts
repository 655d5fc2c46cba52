import { randomBytes } from 'node:crypto'
import type { SandboxRequest } from './endpoint.ts'
import { expiredAuthentication, missingScopes } from './oauth-tokens.ts'
import type { Sandbox } from './sandbox.ts'

/** What an app may be granted for itself, whichever portals it is installed in. */
export const APP_SCOPES: readonly string[] = [
  'developer.webhooks_journal.read',
  'developer.webhooks_journal.subscriptions.read',
  'developer.webhooks_journal.subscriptions.write',
  'developer.webhooks_journal.snapshots.read',
  'developer.webhooks_journal.snapshots.write',
]

/** A token of the app itself; no portal's end or uninstall touches it. */
export function issueAppToken({ store, app }: Sandbox, scopes: readonly string[], now: number) {
  const token = `app-${randomBytes(24).toString('base64url')}`
  store
    .sql('insert into app_token values (?, ?, ?)')
    .run(token, scopes.join(' '), now + app.tokenLifetimeS * 1_000)
  return token
}

/**
 * Lets a request in that bears an app's own token with the scope.
 * @throws ApiError 401 EXPIRED_AUTHENTICATION, 403 MISSING_SCOPES
 */
export function admitApp({ store }: Sandbox, request: SandboxRequest, scope: string): void {
  const row = store.sql('select * from app_token where token = ?').get(request.token)
  const expiresAt = row ? Number(row['expires_at']) : null
  if (!row || expiresAt === null || expiresAt <= request.now) throw expiredAuthentication(expiresAt)
  if (!String(row['scopes']).split(' ').includes(scope)) throw missingScopes([scope])
}
