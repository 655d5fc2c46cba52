import type { PortalRecord } from './hubspot/record.ts'
import type { Arguments, HubspotArguments, SalesforceArguments } from './serve-arguments.ts'

/** How the process reaches a CRM's events, where that is another door than the web one. */
export interface PubSubAddress {
  readonly endpoint: string
  readonly certificate: string
}

/** One kind of look-alike: its file, and how it is filled and served. */
export interface ServedCrm {
  /** What a file of it holds, in words. */
  readonly noun: 'portal' | 'org'
  /** @throws Error when the file is something else altogether. */
  isFilled(): boolean
  fill(records: AsyncIterable<PortalRecord>, onProgress: () => void): Promise<void>
  start(): Promise<{ readonly url: string; readonly pubSub?: PubSubAddress | null }>
  /** Records by object type. */
  counts(): Record<string, number>
}

async function hubspot(args: HubspotArguments): Promise<ServedCrm> {
  const { countObjects } = await import('./hubspot/object-table.ts')
  const { fillPortal, isPortalFile } = await import('./hubspot/portal.ts')
  const { startHubspotSandbox } = await import('./hubspot/server.ts')
  const { openStore } = await import('./hubspot/store.ts')
  return {
    noun: 'portal',
    isFilled: () => isPortalFile(args.file),
    fill: (records, onProgress) => fillPortal(args.file, args.portalId, records, onProgress),
    start: () => startHubspotSandbox(args),
    counts: () => counted(openStore(args.file), countObjects),
  }
}

async function salesforce(args: SalesforceArguments): Promise<ServedCrm> {
  const { fillOrg } = await import('./salesforce/load-file.ts')
  const { isOrgFile } = await import('./salesforce/org.ts')
  const { countRecords } = await import('./salesforce/record-table.ts')
  const { startSalesforceSandbox } = await import('./salesforce/server.ts')
  const { openStore } = await import('./salesforce/store.ts')
  const org = { orgId: args.orgId, now: Date.now() }
  return {
    noun: 'org',
    isFilled: () => isOrgFile(args.file),
    fill: (records, onProgress) => fillOrg(args.file, org, records, onProgress),
    start: () => startSalesforceSandbox(args),
    counts: () => counted(openStore(args.file), countRecords),
  }
}

function counted<S extends { close(): void }>(
  store: S,
  count: (store: S) => Record<string, number>,
): Record<string, number> {
  const counts = count(store)
  store.close()
  return counts
}

/** The look-alike that was asked for; of the other one nothing is loaded. */
export function openCrm(args: Arguments): Promise<ServedCrm> {
  return args.crm === 'hubspot' ? hubspot(args) : salesforce(args)
}
