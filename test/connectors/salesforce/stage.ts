import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tiers } from '../../../connectors/connector.ts'
import type { Sleep } from '../../../connectors/http.ts'
import { createSalesforceConnector } from '../../../connectors/salesforce/index.ts'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { loadMarket } from '../../../sandbox/salesforce/load.ts'
import { claimOrg, type OrgOptions } from '../../../sandbox/salesforce/org.ts'
import { insertRecord, type NewRecord } from '../../../sandbox/salesforce/record-table.ts'
import { startSalesforceSandbox } from '../../../sandbox/salesforce/server.ts'
import { openStore } from '../../../sandbox/salesforce/store.ts'
import {
  agreeTo,
  memoryCredentials,
  movableClock,
  recordingBudget,
  recordingSleep,
  silentLog,
} from '../helpers.ts'
import { NOW, noWishes } from './plain-server.ts'

export const ORG_ID = '00D0Kj000000001UAA'
const APP = { clientId: 'client-1', clientSecret: 'secret-1' }
const REDIRECT = 'http://127.0.0.1:9/oauth/salesforce'
const YEAR_MS = 365 * 86_400_000

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Of a model like the starter's. */
export const TIERS: Tiers = { person: ['A', 'B', 'C'], company: ['A', 'B', 'C'] }

export interface StageOptions {
  readonly requestTimeoutMs?: number
  /** Instead of one that does not wait and notes how long it should have. */
  readonly sleep?: Sleep
  /** Loaded beside the records. */
  readonly market?: Iterable<PortalRecord>
  /** How the org is started; `pubSubPort: 0` serves change events too. */
  readonly org?: Partial<OrgOptions>
}

/** A sandbox org with these records, the app installed in it, and a connection to it. */
export async function openStage(records: Iterable<NewRecord> = [], options: StageOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-salesforce-'))
  const file = join(folder, 'org.sqlite')
  await fillOrg(file, records, options.market ?? [])
  const clock = movableClock(NOW)
  const sandbox = await startSalesforceSandbox({
    ...APP,
    file,
    orgId: ORG_ID,
    now: () => clock.now().getTime(),
    ...options.org,
  })
  const { slept, sleep } = recordingSleep()
  const connector = createSalesforceConnector({
    ...APP,
    loginUrl: sandbox.url,
    redirectUrl: REDIRECT,
    pubSubEndpoint: sandbox.pubSub?.endpoint ?? '127.0.0.1:1',
    ...(sandbox.pubSub && { pubSubCertificate: sandbox.pubSub.certificate }),
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    sleep: options.sleep ?? sleep,
    clock,
  })
  const code = await installCode(connector.authorizeUrl('state-1'))
  const grant = await connector.exchangeCode(code, 'state-1')
  const credentials = memoryCredentials(grant.tokens)
  const budget = recordingBudget()
  const context = { credentials, budget, clock, log: silentLog, wishes: noWishes }
  const control = controls(sandbox.url)
  await control.resetLedger()
  return {
    ...control,
    url: sandbox.url,
    connector,
    connection: connector.connect(context),
    context,
    credentials,
    budget,
    clock,
    slept,
    grant,
    async close() {
      await sandbox.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function fillOrg(
  file: string,
  records: Iterable<NewRecord>,
  market: Iterable<PortalRecord>,
): Promise<void> {
  const store = openStore(file)
  claimOrg(store, file, ORG_ID, NOW.getTime() - YEAR_MS)
  store.db.exec('begin')
  for (const record of records) insertRecord(store, record)
  store.db.exec('commit')
  await loadMarket(store, market)
  store.close()
}

/** What the admin's browser does. */
async function installCode(authorizeUrl: string): Promise<string> {
  const consent = new URL(authorizeUrl)
  const page = await fetch(consent)
  if (!page.ok) throw new Error(`The sandbox shows no consent page: ${await page.text()}`)
  return agreeTo(consent, consent.pathname)
}

interface LedgerView {
  readonly total: number
  readonly byRoute: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
  readonly recordsWritten: number
  readonly refused: number
}

interface TokenCounts {
  readonly refreshes: number
  readonly reuses: number
  readonly revocations: number
  readonly busy: number
  readonly live: number
}

function controls(url: string) {
  async function pull(path: string, body?: object, method = 'POST'): Promise<unknown> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    /** Any lever of the sandbox. */
    lever: pull,
    faults: (...faults: object[]) => pull('/__faults', { faults }),
    resetLedger: () => pull('/__ledger', undefined, 'DELETE'),
    /** Acts as a person in the org; the answer names the record. */
    mutate: (mutation: object) => pull('/__mutate', mutation),
    // The sandbox's own reports; a wrong shape makes the expectation fail.
    ledger: async () => (await pull('/__ledger', undefined, 'GET')) as LedgerView,
    tokenCounts: async () => (await pull('/__tokens', undefined, 'GET')) as TokenCounts,
  }
}
