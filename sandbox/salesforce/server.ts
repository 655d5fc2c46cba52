import { createServer } from 'node:http'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { movableClock } from '../common/clock.ts'
import { closeServer, listen } from '../common/listening.ts'
import { ruleEndpoints } from './assignment-action.ts'
import { bulkEndpoints } from './bulk.ts'
import { bulkControls } from './bulk-levers.ts'
import { changeControls } from './change-controls.ts'
import { announce } from './changes.ts'
import { controlEndpoints } from './control.ts'
import { deletedEndpoints } from './deleted.ts'
import { describeEndpoints } from './describe.ts'
import { serveControl, serveEndpoint } from './dispatch.ts'
import { notFound } from './errors.ts'
import { openFaults } from './faults.ts'
import { openLedger } from './ledger.ts'
import { limitEndpoints } from './limits.ts'
import { oauthEndpoints } from './oauth.ts'
import { instanceGate } from './oauth-instance.ts'
import { tokenControls } from './oauth-levers.ts'
import { claimOrg, type Org, type OrgOptions, orgIdOf } from './org.ts'
import { startPubSub } from './pubsub.ts'
import { queryEndpoints } from './query.ts'
import { ruleControls } from './rules.ts'
import { readEndpoints } from './sobject-read.ts'
import { openStore } from './store.ts'
import { toolingEndpoints } from './tooling.ts'
import { openUsage } from './usage.ts'
import { ADMIN_USER_ID } from './users.ts'
import { writeEndpoints } from './writes.ts'

/** A Bulk upload takes 150 MB. */
const BODY_LIMIT = '160mb'
const URI_MAX = 16_384

/** How the Pub/Sub API is reached. */
interface PubSubAddress {
  /** host:port */
  readonly endpoint: string
  /** PEM of the server's own certificate. */
  readonly certificate: string
}

export interface RunningOrg {
  readonly url: string
  readonly pubSub: PubSubAddress | null
  close(): Promise<void>
}

function openOrg(options: OrgOptions): Org {
  const store = openStore(options.file)
  const clock = movableClock(options.now ?? Date.now)
  const orgId = orgIdOf(options.orgId)
  claimOrg(store, options.file, orgId, clock.now())
  const org: Org = {
    store,
    app: {
      orgId,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      userId: ADMIN_USER_ID,
      tokenLifetimeS: options.tokenLifetimeS ?? 7_200,
      pageSize: options.pageSize ?? 2_000,
      shortPages: options.shortPages ?? false,
      cdcEntities: options.cdcEntities ?? ['Lead', 'Contact', 'Account', 'Task', 'CampaignMember'],
      bulkAssigns: options.bulkAssigns ?? true,
    },
    clock,
    faults: openFaults(),
    ledger: openLedger(),
    usage: openUsage(store, options.dailyLimit ?? 100_000),
    announce: (change) => announce(org, change),
  }
  return org
}

function refuseLongUris(req: Request, res: Response, next: NextFunction): void {
  if (req.originalUrl.length <= URI_MAX) next()
  else res.status(414).type('text/html').send('<html><body><h1>URI Too Long</h1></body></html>')
}

function buildApp(org: Org): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(refuseLongUris, instanceGate(org))
  app.use(express.text({ type: () => true, limit: BODY_LIMIT }))
  const controls = [
    ...controlEndpoints(org),
    ...tokenControls(org),
    ...ruleControls(org),
    ...bulkControls(org),
    ...changeControls(org),
  ]
  for (const endpoint of controls) serveControl(app, org, endpoint)
  const endpoints = [
    ...oauthEndpoints(org),
    ...toolingEndpoints(org),
    ...ruleEndpoints(org),
    ...bulkEndpoints(org),
    ...limitEndpoints(org),
    ...queryEndpoints(org),
    ...describeEndpoints(org),
    ...deletedEndpoints(org),
    ...writeEndpoints(org),
    ...readEndpoints(org),
  ]
  for (const endpoint of endpoints) serveEndpoint(app, org, endpoint)
  app.use((_req: Request, res: Response) => {
    res.status(404).json(notFound().body)
  })
  return app
}

/**
 * Starts a stand-in for one Salesforce org on this machine. Everything it knows is in one file, so it
 * may be killed at any moment and started again.
 *
 * @throws Error naming the file when it is no org, or another one.
 */
export async function startSalesforceSandbox(options: OrgOptions): Promise<RunningOrg> {
  const org = openOrg(options)
  // Node's own limit on all headers is smaller than the longest URI.
  const server = createServer({ maxHeaderSize: 4 * URI_MAX }, buildApp(org))
  try {
    const { pubSubPort } = options
    const pubSub = pubSubPort === undefined ? null : await startPubSub(org, pubSubPort)
    const url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
    return {
      url,
      pubSub: pubSub && { endpoint: pubSub.endpoint, certificate: pubSub.certificate },
      async close() {
        await pubSub?.close()
        await closeServer(server)
        org.store.close()
      },
    }
  } catch (error) {
    org.store.close()
    throw error
  }
}
