import { createServer } from 'node:http'
import express, { type Express, type Request, type Response } from 'express'
import { movableClock } from '../common/clock.ts'
import { closeServer, listen } from '../common/listening.ts'
import { accountEndpoints } from './account.ts'
import { associationEndpoints } from './associations.ts'
import { batchEndpoints } from './batch.ts'
import { controlEndpoints } from './control.ts'
import { serveControl, serveEndpoint } from './dispatch.ts'
import { notFound } from './errors.ts'
import { openFaults } from './faults.ts'
import { journalEndpoints } from './journal-endpoints.ts'
import { openLedger } from './ledger.ts'
import { type Limits, limitGate, MARKETPLACE_LIMITS } from './limits.ts'
import { listEndpoints } from './lists.ts'
import { noticeControls, openNotices } from './notices.ts'
import { DEFAULT_REQUIRED_SCOPES, oauthEndpoints } from './oauth.ts'
import { objectEndpoints } from './objects.ts'
import { claimPortal } from './portal.ts'
import { propertyEndpoints } from './properties.ts'
import { propertyGroupEndpoints } from './property-groups.ts'
import type { Sandbox } from './sandbox.ts'
import { searchEndpoints } from './search.ts'
import { openStore } from './store.ts'

const BODY_LIMIT = '10mb'
const DEFAULT_APP_ID = 4_242

export interface SandboxOptions {
  /** The portal's SQLite file; made, empty, where there is none. */
  readonly file: string
  /** 0 or nothing: any free port. */
  readonly port?: number
  readonly host?: string
  readonly portalId: number
  readonly clientId: string
  readonly clientSecret: string
  readonly appId?: number
  readonly requiredScopes?: readonly string[]
  /** Other limits than a marketplace app's, or `off` for none. */
  readonly limits?: Partial<Limits> | 'off'
  /** How long an access token lives, in seconds. */
  readonly tokenLifetimeS?: number
  readonly rotateRefreshTokens?: boolean
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Where the app's webhooks go, from now on; it is then subscribed to what its project file lists. */
  readonly webhookUrl?: string
}

export interface RunningSandbox {
  readonly url: string
  close(): Promise<void>
}

function openSandbox(options: SandboxOptions): Sandbox {
  const store = openStore(options.file)
  claimPortal(store, options.file, options.portalId)
  const appId = options.appId ?? DEFAULT_APP_ID
  const limits = options.limits === 'off' ? null : { ...MARKETPLACE_LIMITS, ...options.limits }
  const context = {
    store,
    app: {
      portalId: options.portalId,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      appId,
      requiredScopes: options.requiredScopes ?? DEFAULT_REQUIRED_SCOPES,
      tokenLifetimeS: options.tokenLifetimeS ?? 1_800,
      rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    },
    clock: movableClock(options.now ?? Date.now),
  }
  return {
    ...context,
    ...openNotices(context),
    limits: limitGate(limits, appId),
    faults: openFaults(),
    ledger: openLedger(limits ?? MARKETPLACE_LIMITS),
  }
}

function closeSandbox({ webhooks, journal, store }: Sandbox): void {
  webhooks.close()
  journal.close()
  store.close()
}

function buildApp(sandbox: Sandbox): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(express.text({ type: () => true, limit: BODY_LIMIT }))
  for (const endpoint of [...controlEndpoints(sandbox), ...noticeControls(sandbox)])
    serveControl(app, sandbox, endpoint)
  const endpoints = [
    ...oauthEndpoints(sandbox),
    ...accountEndpoints(sandbox),
    ...propertyGroupEndpoints(sandbox),
    ...propertyEndpoints(sandbox),
    ...associationEndpoints(sandbox),
    ...searchEndpoints(sandbox),
    ...listEndpoints(sandbox),
    ...journalEndpoints(sandbox),
    ...batchEndpoints(sandbox),
    ...objectEndpoints(sandbox),
  ]
  for (const endpoint of endpoints) serveEndpoint(app, sandbox, endpoint)
  app.use((req: Request, res: Response) => {
    res.status(404).json(notFound(`No route for ${req.method} ${req.path}`).body)
  })
  return app
}

/**
 * Starts a stand-in for HubSpot's public API on this machine. Everything it knows is in one file, so it
 * may be killed at any moment and started again.
 *
 * @throws Error naming the file when it is no portal, or another one.
 */
export async function startHubspotSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const sandbox = openSandbox(options)
  const server = createServer(buildApp(sandbox))
  const { webhookUrl } = options
  try {
    if (webhookUrl) sandbox.webhooks.configure({ targetUrl: webhookUrl, subscriptions: 'app' })
    const url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
    return {
      url,
      async close() {
        await closeServer(server)
        closeSandbox(sandbox)
      },
    }
  } catch (error) {
    closeSandbox(sandbox)
    throw error
  }
}
