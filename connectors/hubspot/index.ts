import { type Clock, systemClock } from '../../src/clock.ts'
import { CrmRejected } from '../../src/errors.ts'
import type { Account, Connection, ConnectionContext, Connector } from '../connector.ts'
import { type Sleep, sleep } from '../http.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { createClient, type HubspotClient } from './client.ts'
import { fetchRecords } from './fetch.ts'
import { readHistory } from './history.ts'
import { createJournal } from './journal.ts'
import { BATCH } from './limits.ts'
import { authorizeUrl, exchangeCode, type OauthApp, refreshTokens } from './oauth.ts'
import { provision } from './provision.ts'
import { CHANGE_PHASES, FULL_PHASES, pullAll, pullChanges } from './pull.ts'
import { push } from './push.ts'
import { AccountDetails } from './schema.ts'
import { createSegments } from './segments.ts'
import { createTask, readOwners } from './tasks.ts'
import { receive, verify } from './webhook.ts'

export interface HubspotOptions extends OauthApp {
  /** For each call, headers and body together. 30 s unless given. */
  readonly requestTimeoutMs?: number
  /** Waits between tries of a call; tests hand in one that does not. */
  readonly sleep?: Sleep
  /** Dates the tokens of an installation; a connection has a clock of its own. */
  readonly clock?: Clock
}

const REQUEST_TIMEOUT_MS = 30_000

/** The connector to HubSpot, for one app. `apiUrl` is `https://api.hubapi.com` or a sandbox. */
export function createHubspotConnector(options: HubspotOptions): Connector {
  const app = { ...options, apiUrl: options.apiUrl.replace(/\/+$/, '') }
  const timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  const transport = { timeoutMs, sleep: options.sleep ?? sleep }
  return {
    crm: CRM,
    fullPhases: FULL_PHASES,
    changePhases: CHANGE_PHASES,
    batchSize: BATCH,
    streamOf: { person: 'contacts', company: 'companies' },
    authorizeUrl: (state) => authorizeUrl(app, state),
    exchangeCode: (code) =>
      exchangeCode(app, code, { ...transport, clock: options.clock ?? systemClock }),
    receive: (request, now) => receive(request, now),
    verify: (request, now) => verify(request, now),
    journal: createJournal(),
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
  return {
    account: () => readAccount(client),
    provision: () => provision(client),
    fetch: (stream, ids) => fetchRecords(stream, ids),
    history: (kind, ids) => readHistory(kind, ids),
    createSegments: (segments) => createSegments(segments),
    owners: (personIds) => readOwners(personIds),
    createTask: (task) => createTask(task),
    uninstall: () => Promise.reject(new CrmRejected(CRM, 501, 'The app cannot be removed yet')),
    pullAll: (stream, position) => pullAll(client, log, stream, position),
    pullChanges: (stream, window, position) => pullChanges(client, log, stream, window, position),
    push: (writes) => push(client, log, writes),
  }
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
