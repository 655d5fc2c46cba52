import { CrmDisconnected } from '../../src/errors.ts'
import type { ConnectionContext } from '../connector.ts'
import { type Sleep, withRetry } from '../http.ts'
import { type OauthApp, revokeToken } from './oauth.ts'

/**
 * Ends our access. The package stays in the org: only an admin can remove it there. Already ended is as good.
 */
export async function uninstall(
  app: OauthApp,
  { credentials, clock, signal }: ConnectionContext,
  transport: { readonly timeoutMs: number; readonly sleep: Sleep },
): Promise<void> {
  const { refreshToken } = await credentials.current()
  const whole = { ...transport, clock, signal }
  const hold = (ms: number) => transport.sleep(ms, signal)
  try {
    await withRetry(() => revokeToken(app, refreshToken, whole), { ...whole, hold })
  } catch (error) {
    if (!(error instanceof CrmDisconnected)) throw error
  }
}
