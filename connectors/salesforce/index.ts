import { type Clock, systemClock } from '../../src/clock.ts'
import { CrmUnavailable, NotGenuine, UserError } from '../../src/errors.ts'
import type { Subject } from '../../src/leads/facts.ts'
import type { Account, Connection, ConnectionContext, Connector } from '../connector.ts'
import { type Sleep, sleep } from '../http.ts'
import { CRM } from './api-version.ts'
import { createBulk } from './bulk.ts'
import { createClient, type SalesforceClient } from './client.ts'
import { createFeed } from './feed.ts'
import { fetchRecords } from './fetch.ts'
import { readHistory } from './history.ts'
import { sObjectOf, to18 } from './ids.ts'
import { BATCH, VISIBLE_WITHIN_MS, WRITES_AT_ONCE } from './limits.ts'
import { authorizeUrl, exchangeCode, type OauthApp, refreshTokens } from './oauth.ts'
import type { Org } from './org.ts'
import { readOwners } from './owners.ts'
import { CHANGE_PHASES, FULL_PHASES, pullAll, pullChanges } from './pull.ts'
import { push } from './push.ts'
import { createReadings } from './reading.ts'
import { reroute } from './reroute.ts'
import { OrganizationRow } from './schema.ts'
import { createSegments } from './segments.ts'
import { createTask } from './tasks.ts'
import { uninstall } from './uninstall.ts'
import { createWriting } from './writing.ts'

export interface SalesforceOptions extends OauthApp {
  /** Host and port of the Pub/Sub API: `api.pubsub.salesforce.com:7443`, or a sandbox's. */
  readonly pubSubEndpoint: string
  /** PEM of the certificate to trust there instead of the usual ones; for a sandbox. */
  readonly pubSubCertificate?: string
  /** For each call, headers and body together. 60 s unless given. */
  readonly requestTimeoutMs?: number
  /** Waits between tries of a call; tests hand in one that does not. */
  readonly sleep?: Sleep
  /** Dates the tokens of an installation; a connection has a clock of its own. */
  readonly clock?: Clock
}

/** A batch of 200 writes runs the customer's own automation first: slower than any read. */
const REQUEST_TIMEOUT_MS = 60_000

/** The connector to Salesforce, for one app. */
export function createSalesforceConnector(options: SalesforceOptions): Connector {
  const app = { ...options, loginUrl: options.loginUrl.replace(/\/+$/, '') }
  const transport = {
    timeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    sleep: options.sleep ?? sleep,
  }
  const clock = options.clock ?? systemClock
  return {
    crm: CRM,
    fullPhases: FULL_PHASES,
    changePhases: CHANGE_PHASES,
    batchSize: BATCH,
    writesAtOnce: WRITES_AT_ONCE,
    visibleWithinMs: VISIBLE_WITHIN_MS,
    reroutes: true,
    subjectStreams: { person: ['Lead', 'Contact'], company: ['Account'] },
    streamOf,
    authorizeUrl: (state) => authorizeUrl(app, state),
    exchangeCode: (code, state) => exchangeCode(app, code, state, { ...transport, clock }),
    // Of more than five approvals of one user Salesforce revokes the oldest, which may be the connection's (BEHAVIOR.md).
    signIn: null,
    receive: notGenuine,
    verify: notGenuine,
    journal: null,
    connect: (context) => connect(app, transport, context),
  }
}

function connect(
  app: SalesforceOptions,
  transport: { timeoutMs: number; sleep: Sleep },
  context: ConnectionContext,
): Connection {
  const { clock, signal } = context
  const refresh = (refreshToken: string) =>
    refreshTokens(app, refreshToken, { ...transport, clock, signal })
  const client = createClient({ ...transport, context, refresh })
  const org: Org = {
    client,
    context,
    bulk: createBulk(client, transport.sleep, signal),
    sleep: transport.sleep,
  }
  const readings = createReadings(org)
  const writing = createWriting(org)
  return {
    account: () => readAccount(client),
    clockAheadMs: () => client.clockAheadMs(),
    async provision(tiers) {
      await writing.provision(tiers)
      readings.forgetIncomplete()
    },
    pullAll: (stream, position) => pullAll(org, readings, stream, position),
    pullChanges: (stream, window, position) => pullChanges(org, readings, stream, window, position),
    fetch: (stream, ids) => fetchRecords(org, readings, stream, ids),
    history: (kind, ids) => readHistory(org, readings, kind, ids),
    push: (writes, hold) => push(hold ? writing.during(hold) : writing, writes),
    createSegments: () => createSegments(),
    reroute: (personIds) => reroute(org, personIds),
    events: createFeed(org, {
      ...app,
      refresh,
      accountId: async () => (await readAccount(client)).accountId,
      streams: [...FULL_PHASES, ...CHANGE_PHASES].flat(),
    }),
    owners: (personIds) => readOwners(org, personIds),
    createTask: (task) => createTask(org, task),
    uninstall: () => uninstall(app, context, transport),
  }
}

/** @throws UserError for what is no id of a lead, a contact or an account */
function streamOf({ kind, id }: Subject): string {
  const stream = sObjectOf(id)
  const fits = kind === 'company' ? stream === 'Account' : stream === 'Lead' || stream === 'Contact'
  if (stream !== undefined && fits) return stream
  const known = kind === 'company' ? 'an account (001…)' : 'a lead (00Q…) or a contact (003…)'
  throw new UserError(`"${id}" is not the Salesforce id of ${known}; it has 15 or 18 characters`)
}

/** Salesforce sends us no web requests: its change events are fetched. */
function notGenuine(): never {
  throw new NotGenuine('Salesforce sends no requests to Plumbline')
}

async function readAccount(client: SalesforceClient): Promise<Account> {
  const { records } = await client.call({
    method: 'GET',
    path: '/query',
    query: { q: 'SELECT Id, TimeZoneSidKey FROM Organization LIMIT 1' },
    answer: OrganizationRow,
  })
  const accountId = to18(records[0]?.Id ?? '')
  if (accountId === undefined) throw new CrmUnavailable(CRM, 'The org does not say its id')
  const { instanceUrl } = await client.home()
  return {
    accountId,
    timeZone: records[0]?.TimeZoneSidKey ?? 'UTC',
    uiDomain: new URL(instanceUrl).host,
  }
}
