import { type PortalChoice, SANDBOX_APP, startSandbox } from '../../src/cli/demo/sandbox-process.ts'
import { controlOf } from '../helpers/sandbox-control.ts'
import { type FaultProxy, startProxy } from './proxy.ts'
import type { CrmStage } from './types.ts'

/** What goes wrong at a CRM at the moment: each fault sets its own part, under its name. */
interface Board {
  set(name: string, part: readonly object[]): Promise<void>
  clear(name: string): Promise<void>
}

/** A look-alike of a CRM in its process, behind lines that can be disturbed. */
export interface LiveCrm extends Omit<CrmStage, 'installationId'> {
  readonly accountId: string
  /** To its web API and, of Salesforce, to its change events. */
  readonly lines: readonly FaultProxy[]
  /** What its requests meet. */
  readonly faults: Board
  /** What its webhooks meet; of HubSpot only. */
  readonly webhookFaults: Board
  /** How Plumbline is told of it. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startCrm(
  directory: string,
  choice: PortalChoice & { readonly crm: 'hubspot' | 'salesforce' },
  random: () => number,
): Promise<LiveCrm> {
  const { crm, seed } = choice
  const quiet = { onProgress() {}, onNote() {} }
  const sandbox = await startSandbox(directory, choice, quiet)
  const { url, accountId, pubSub } = sandbox
  const web = await startProxy(Number(new URL(url).port), random)
  const events = pubSub && (await startProxy(Number(pubSub.endpoint.split(':')[1]), random))
  const control = controlOf(url)
  const address = `http://127.0.0.1:${web.port}`
  return {
    crm,
    url,
    accountId,
    control,
    lines: events ? [web, events] : [web],
    faults: openBoard((faults) => control('POST', '__faults', { faults, seed })),
    webhookFaults: openBoard((parts) =>
      control('POST', '__webhooks', { chaos: Object.assign({ seed }, ...parts) }),
    ),
    environment:
      crm === 'hubspot'
        ? hubspotEnvironment(address)
        : salesforceEnvironment(address, `127.0.0.1:${events?.port}`, pubSub?.certificateFile),
    async stop() {
      await Promise.all([web.close(), events?.close()])
      await sandbox.stop()
    },
  }
}

function hubspotEnvironment(address: string): Record<string, string> {
  return {
    HUBSPOT_CLIENT_ID: SANDBOX_APP.clientId,
    HUBSPOT_CLIENT_SECRET: SANDBOX_APP.clientSecret,
    HUBSPOT_API_URL: address,
    HUBSPOT_AUTHORIZE_URL: `${address}/oauth/authorize`,
  }
}

function salesforceEnvironment(
  address: string,
  events: string,
  certificate = '',
): Record<string, string> {
  return {
    SALESFORCE_CLIENT_ID: SANDBOX_APP.clientId,
    SALESFORCE_CLIENT_SECRET: SANDBOX_APP.clientSecret,
    SALESFORCE_LOGIN_URL: address,
    SALESFORCE_PUBSUB_ENDPOINT: events,
    SALESFORCE_PUBSUB_CERTIFICATE: certificate,
  }
}

/** Keeps what several faults ask for at a time, and tells the look-alike all of it. */
function openBoard(tell: (parts: readonly object[]) => Promise<unknown>): Board {
  const parts = new Map<string, readonly object[]>()
  const tellAll = async () => void (await tell([...parts.values()].flat()))
  return {
    async set(name, part) {
      parts.set(name, part)
      await tellAll()
    },
    async clear(name) {
      if (parts.delete(name)) await tellAll()
    },
  }
}
