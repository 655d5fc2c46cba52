import { CrmDisconnected } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { Credentials, Tokens } from '../connector.ts'
import { type Answer, exchange, withRetry } from '../http.ts'
import type { OauthTransport } from '../oauth.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { errorOf } from './errors.ts'
import { type OauthApp, refreshTokens, revokeToken } from './oauth.ts'

/**
 * Removes the app from the portal, and with it its webhooks and cards; HubSpot tells the portal's admins. Then
 * the refresh token is revoked, as far as that is still possible. Already removed is as good.
 */
export async function uninstall(
  app: OauthApp,
  credentials: Credentials,
  transport: OauthTransport,
  log: Log,
): Promise<void> {
  try {
    const waits = { ...transport, hold: (ms: number) => transport.sleep(ms, transport.signal) }
    await withRetry(() => removeApp(app, credentials, transport), waits)
  } catch (error) {
    if (error instanceof CrmDisconnected) return
    throw error
  }
  const { refreshToken } = await credentials.current()
  await revokeToken(app, refreshToken, transport).catch((error: unknown) =>
    log.info({ error }, 'the token of a removed app was not revoked'),
  )
}

async function removeApp(
  app: OauthApp,
  credentials: Credentials,
  transport: OauthTransport,
): Promise<void> {
  const tokens = await credentials.current()
  let answer = await deleteInstall(app, tokens, transport)
  if (answer.status === 401) {
    const refresh = (refreshToken: string) => refreshTokens(app, refreshToken, transport)
    answer = await deleteInstall(app, await credentials.renew(tokens, refresh), transport)
  }
  const removed = (answer.status >= 200 && answer.status <= 299) || answer.status === 404
  if (!removed) throw errorOf(answer, transport.clock.now())
}

function deleteInstall(
  app: OauthApp,
  { accessToken }: Tokens,
  { timeoutMs, signal }: OauthTransport,
): Promise<Answer> {
  const url = `${app.apiUrl}/appinstalls/${HUBSPOT_API_VERSION}/external-install`
  const headers = { authorization: `Bearer ${accessToken}` }
  return exchange((stop) => fetch(url, { method: 'DELETE', headers, signal: stop }), {
    crm: CRM,
    timeoutMs,
    signal,
    asks: { method: 'DELETE', url },
  })
}
