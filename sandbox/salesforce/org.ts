import { existsSync, statSync } from 'node:fs'
import type { SandboxClock } from '../common/clock.ts'
import type { Change } from './change.ts'
import type { Faults } from './faults.ts'
import { to18 } from './ids.ts'
import type { Ledger } from './ledger.ts'
import { seedOrg } from './org-seed.ts'
import type { SObjectType } from './record.ts'
import { openStore, readSetting, type Store, transaction, writeSetting } from './store.ts'
import type { Usage } from './usage.ts'

/** How an org is started. */
export interface OrgOptions {
  /** The org's SQLite file; made, empty, where there is none. */
  readonly file: string
  /** 0 or nothing: any free port. */
  readonly port?: number
  /** The port of the Pub/Sub API; 0 is any free port, nothing means that it is not served. */
  readonly pubSubPort?: number
  readonly host?: string
  /** 15 or 18 characters. */
  readonly orgId: string
  readonly clientId: string
  readonly clientSecret: string
  /** A session ends so many seconds after its last use. */
  readonly tokenLifetimeS?: number
  /** Calls in any 24 hours, of all apps together. */
  readonly dailyLimit?: number
  /** Most records of a query page. */
  readonly pageSize?: number
  /** Every page is cut at random, as a busy org may do; seeded by the cursor, so repeatable. */
  readonly shortPages?: boolean
  /** Objects whose changes are published; five at most. */
  readonly cdcEntities?: readonly SObjectType[]
  /** Whether Bulk updates of leads run the assignment rules where the job says nothing. */
  readonly bulkAssigns?: boolean
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** The settings of the one app that this org knows, and of the org itself. */
interface AppSettings {
  /** 18 characters. */
  readonly orgId: string
  readonly clientId: string
  readonly clientSecret: string
  /** Whoever consents to the app, and in whose name it then acts. */
  readonly userId: string
  readonly tokenLifetimeS: number
  readonly pageSize: number
  readonly shortPages: boolean
  readonly cdcEntities: readonly SObjectType[]
  readonly bulkAssigns: boolean
}

/** What every endpoint works on. */
export interface Org {
  readonly store: Store
  readonly app: AppSettings
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly ledger: Ledger
  readonly usage: Usage
  /** Publishes a change that was saved. */
  announce(change: Change): void
}

const ORG_ID = 'org_id'

/** @throws Error for a text that is no id of an org. */
export function orgIdOf(text: string): string {
  const id = to18(text)
  if (id?.startsWith('00D')) return id
  throw new Error(
    `"${text}" is no id of a Salesforce org: those have 15 or 18 characters from 00D on.`,
  )
}

/**
 * Ties an org file to its id, and gives a new one what every org has: an administrator, lead statuses.
 * @throws Error when the file belongs to another org.
 */
export function claimOrg(store: Store, file: string, orgId: string, now: number): void {
  const known = readSetting(store, ORG_ID)
  if (known === undefined) {
    transaction(store, () => {
      writeSetting(store, ORG_ID, orgId)
      seedOrg(store, orgId, now)
    })
  } else if (known !== orgId) {
    store.close()
    throw new Error(`${file} is org ${known}, not ${orgId}. Give that id, or another file.`)
  }
}

/** Whether the file holds a whole org. @throws Error when it is something else altogether. */
export function isOrgFile(file: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return false
  const store = openStore(file)
  const known = readSetting(store, ORG_ID)
  store.close()
  return known !== undefined
}
