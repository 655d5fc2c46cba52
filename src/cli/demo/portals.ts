import path from 'node:path'
import { createProgress } from '../progress.ts'
import { plural, tell } from '../terminal.ts'
import {
  type DemoCrm,
  type PortalChoice,
  type SandboxProcess,
  startSandbox,
} from './sandbox-process.ts'

/** What a look-alike is called, and which of its objects are what. */
interface Look {
  readonly account: string
  readonly people: readonly string[]
  readonly companies: string
  readonly deals: string
  readonly activities: readonly string[]
  readonly limits: string
}

const LOOKS: Readonly<Record<DemoCrm, Look>> = {
  hubspot: {
    account: 'HubSpot portal',
    people: ['contacts'],
    companies: 'companies',
    deals: 'deals',
    activities: ['calls', 'emails', 'meetings', 'communications'],
    limits: "HubSpot's own limits: 110 calls per 10 seconds, 100 records per call",
  },
  salesforce: {
    account: 'Salesforce org',
    people: ['Lead', 'Contact'],
    companies: 'Account',
    deals: 'Opportunity',
    activities: ['Task', 'Event', 'CampaignMember'],
    limits: "Salesforce's own limits: 100,000 calls a day, 200 records per call",
  },
}

/** What a look-alike holds. */
export interface PortalCounts {
  readonly people: number
  readonly companies: number
  readonly deals: number
  readonly activities: number
}

export function portalCounts({ crm, counts }: SandboxProcess): PortalCounts {
  const { people, companies, deals, activities } = LOOKS[crm]
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  return {
    people: sum(people),
    companies: sum([companies]),
    deals: sum([deals]),
    activities: sum(activities),
  }
}

/** Opens the look-alikes one after the other, filled with the same people, and says what they hold. */
export async function openPortals(
  crms: readonly DemoCrm[],
  choice: Omit<PortalChoice, 'crm'>,
  data: string,
): Promise<readonly SandboxProcess[]> {
  const opened: SandboxProcess[] = []
  try {
    for (const crm of crms) opened.push(await openPortal({ ...choice, crm }, data))
    return opened
  } catch (error) {
    await closePortals(opened)
    throw error
  }
}

export async function closePortals(portals: readonly SandboxProcess[]): Promise<void> {
  await Promise.all(portals.map((portal) => portal.stop()))
}

async function openPortal(choice: PortalChoice, data: string): Promise<SandboxProcess> {
  const view = createProgress()
  const portal = await startSandbox(path.join(path.resolve(data), 'sandbox'), choice, {
    onProgress: (done, total) => view.update([{ name: 'portal', done, total }]),
    onNote: (text) => tell(`  note: ${text}`),
  })
  view.end()
  const { account, limits } = LOOKS[portal.crm]
  const { people, companies, deals, activities } = portalCounts(portal)
  tell(
    `  A look-alike ${account} with ${plural(people, 'person', 'people')}, ${plural(companies, 'company', 'companies')}, ` +
      `${plural(activities, 'activity', 'activities')} and ${plural(deals, 'deal')} answers at ${portal.url},`,
  )
  tell(`  with ${limits}.`)
  return portal
}
