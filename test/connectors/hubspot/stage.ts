import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReadingWishes, Tiers } from '../../../connectors/connector.ts'
import { createHubspotConnector } from '../../../connectors/hubspot/index.ts'
import { loadPortal } from '../../../sandbox/hubspot/load.ts'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { startHubspotSandbox } from '../../../sandbox/hubspot/server.ts'
import { openStore } from '../../../sandbox/hubspot/store.ts'
import {
  agreeTo,
  memoryCredentials,
  movableClock,
  recordingBudget,
  recordingSleep,
  silentLog,
} from '../helpers.ts'

const NOW = new Date('2026-11-01T12:00:00Z')
const APP = { clientId: 'client-1', clientSecret: 'secret-1' }
const REDIRECT = 'http://127.0.0.1:9/oauth/hubspot'

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Of a model like the starter's. */
export const TIERS: Tiers = { person: ['A', 'B', 'C'], company: ['A', 'B', 'C'] }

/** Nothing beyond what every customer gets. */
export const noWishes = async (): Promise<ReadingWishes> => ({
  fields: { person: [], company: [] },
  mapping: {},
  apiShare: 0.5,
})

export interface StageOptions {
  readonly requestTimeoutMs?: number
  readonly rotateRefreshTokens?: boolean
  readonly webhookUrl?: string
}

/** A sandbox portal with these records, the app installed in it, and a connection to it. */
export async function openStage(records: readonly PortalRecord[], options: StageOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-hubspot-'))
  const file = join(folder, 'portal.sqlite')
  const store = openStore(file)
  await loadPortal(store, records)
  store.close()
  const clock = movableClock(NOW)
  const sandbox = await startHubspotSandbox({
    ...APP,
    file,
    portalId: 4711,
    limits: 'off',
    rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    now: () => clock.now().getTime(),
  })
  const { slept, sleep } = recordingSleep()
  const connector = createHubspotConnector({
    ...APP,
    apiUrl: sandbox.url,
    authorizeUrl: `${sandbox.url}/oauth/authorize`,
    redirectUrl: REDIRECT,
    ...(options.webhookUrl && { webhookUrl: options.webhookUrl }),
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    sleep,
    clock,
  })
  const grant = await connector.exchangeCode(
    await agreeTo(new URL(connector.authorizeUrl('s')), '/oauth/authorize/approve'),
    's',
  )
  const credentials = memoryCredentials(grant.tokens)
  const budget = recordingBudget()
  const connection = connector.connect({
    credentials,
    budget,
    clock,
    log: silentLog,
    wishes: noWishes,
  })
  const control = controls(sandbox.url)
  await control.resetLedger()
  return {
    ...control,
    url: sandbox.url,
    connector,
    connection,
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

interface LedgerView {
  readonly total: number
  readonly byRoute: Readonly<Record<string, number>>
  readonly byStatus: Readonly<Record<string, number>>
  readonly recordsWritten: number
  readonly updateCalls: number
}

function controls(url: string) {
  async function pull(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  }
  return {
    faults: (...faults: object[]) => pull('POST', '/__faults', { faults }),
    resetLedger: () => pull('DELETE', '/__ledger'),
    async ledger(): Promise<LedgerView> {
      const answer = await fetch(`${url}/__ledger`)
      // The sandbox's own report; a wrong shape makes the expectation fail.
      return (await answer.json()) as LedgerView
    },
  }
}
