import { type Clock, systemClock } from '../../src/clock.ts'
import { UserError } from '../../src/errors.ts'
import type { Account, Connection, ConnectionContext, Connector } from '../connector.ts'
import { type Sleep, sleep } from '../http.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { createClient, type HubspotClient } from './client.ts'
import { fetchRecords } from './fetch.ts'
import { readHistory } from './history.ts'
import { createJournal } from './journal.ts'
import { BATCH, INDEX_LAG_MS, WRITES_AT_ONCE } from './limits.ts'
import { authorizeUrl, exchangeCode, type OauthApp, refreshTokens } from './oauth.ts'
import { provision } from './provision.ts'
import { CHANGE_PHASES, FULL_PHASES, pullAll, pullChanges } from './pull.ts'
import { push } from './push.ts'
import { createReadings } from './reading.ts'
import { AccountDetails } from './schema.ts'
import { createSegments } from './segments.ts'
import { createTask, readOwners } from './tasks.ts'
import { uninstall } from './uninstall.ts'
import { receive, verify } from './webhook.ts'

export interface HubspotOptions extends OauthApp {
  /** Still accepted in signatures while the client secret is being replaced. */
  readonly previousClientSecret?: string
  /** The target URL of webhooks, as it stands in the app's settings. Without one none is accepted. */
  readonly webhookUrl?: string
  /** For each call, headers and body together. 30 s unless given. */
  readonly requestTimeoutMs?: number
  /** Waits between tries of a call; tests hand in one that does not. */
  readonly sleep?: Sleep
  /** Dates the tokens of an installation; a connection has a clock of its own. */
  readonly clock?: Clock
}

/** What hangs keeps its records waiting for this long; answers of full batches take a few seconds. */
const REQUEST_TIMEOUT_MS = 20_000

/** The connector to HubSpot, for one app. `apiUrl` is `https://api.hubapi.com` or a sandbox. */
export function createHubspotConnector(options: HubspotOptions): Connector {
  const app = { ...options, apiUrl: options.apiUrl.replace(/\/+$/, '') }
  const timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  const transport = { timeoutMs, sleep: options.sleep ?? sleep }
  const clock = options.clock ?? systemClock
  return {
    crm: CRM,
    fullPhases: FULL_PHASES,
    changePhases: CHANGE_PHASES,
    batchSize: BATCH,
    writesAtOnce: WRITES_AT_ONCE,
    visibleWithinMs: INDEX_LAG_MS,
    reroutes: false,
    subjectStreams: { person: ['contacts'], company: ['companies'] },
    streamOf: ({ kind }) => (kind === 'person' ? 'contacts' : 'companies'),
    authorizeUrl: (state) => authorizeUrl(app, state),
    exchangeCode: (code) => exchangeCode(app, code, { ...transport, clock }),
    // HubSpot has one consent page, for those who may install apps.
    signIn: {
      url: (state) => authorizeUrl(app, state),
      accountOf: async (code) => (await exchangeCode(app, code, { ...transport, clock })).accountId,
    },
    receive: (request, now) => receive(app, request, now),
    verify: (request, now) => verify(app, request, now),
    journal: createJournal(app, { timeoutMs }, clock),
    connect: (context) => connect(app, transport, context),
  }
}

function connect(
  app: OauthApp,
  transport: { timeoutMs: number; sleep: Sleep },
  context: ConnectionContext,
): Connection {
  const { clock, signal, log } = context
  const client = createClient({
    ...transport,
    apiUrl: app.apiUrl,
    context,
    refresh: (refreshToken) => refreshTokens(app, refreshToken, { ...transport, clock, signal }),
  })
  const portal = { client, clock, log, readings: createReadings(client, context) }
  return {
    account: () => readAccount(client),
    clockAheadMs: () => client.clockAheadMs(),
    provision: (tiers) => provision(client, tiers),
    fetch: (stream, ids) => fetchRecords(portal, stream, ids),
    history: (kind, ids) => readHistory(portal, kind, ids),
    createSegments: (segments) => createSegments(client, segments),
    owners: (personIds) => readOwners(client, personIds),
    createTask: (task) => createTask(client, log, task),
    reroute,
    events: null,
    uninstall: () => uninstall(app, context.credentials, { ...transport, clock, signal }, log),
    pullAll: (stream, position) => pullAll(portal, stream, position),
    pullChanges: (stream, window, position) => pullChanges(portal, stream, window, position),
    push: (writes, hold) => push(hold ? client.during(hold) : client, log, writes),
  }
}

async function reroute(): Promise<never> {
  throw new UserError(
    'HubSpot routes by workflows on Plumbline’s properties; build them as docs/hubspot.md says',
  )
}

async function readAccount(client: HubspotClient): Promise<Account> {
  const details = await client.call({
    method: 'GET',
    path: `/account-info/${HUBSPOT_API_VERSION}/details`,
    answer: AccountDetails,
  })
  return {
    accountId: details.portalId,
    timeZone: details.timeZone,
    uiDomain: details.uiDomain,
  }
}
