import type { Db } from '../../src/store/database.ts'

/** One of the look-alike CRMs of a chaos run, and the installation of Plumbline in it. */
export interface CrmStage {
  readonly crm: 'hubspot' | 'salesforce'
  readonly url: string
  readonly installationId: string
  /** Pulls one of the sandbox's levers, such as `control('GET', '__ledger')`. */
  control(method: string, lever: string, body?: unknown): Promise<Response>
}

/** What people did in a CRM that the judge has to know. */
export interface WorkDone {
  /** Records that others were merged into, or that a lead was converted into. */
  readonly winners: ReadonlySet<string>
  readonly erased: ReadonlySet<string>
  /** How often the app's access was taken away and given again: everything is written anew then. */
  readonly reconnects: number
}

/** What the judge of a chaos run gets to see. */
export interface ChaosStage {
  readonly databaseUrl: string
  /** Straight to Postgres, not through the proxy. */
  readonly db: Db
  readonly crms: readonly CrmStage[]
  /** By the name of the CRM. */
  readonly work: Readonly<Record<string, WorkDone>>
  /** When the faults began; everybody had been scored and written by then. */
  readonly since: Date
}

export interface Verdict {
  /** How much was looked at: people, companies, writes, receipts, tasks and so on. */
  readonly checked: Readonly<Record<string, number>>
  readonly lost: readonly string[]
  readonly duplicates: readonly string[]
  /** Other invariants: budgets kept, nothing leased, queue empty, no foreign rows. */
  readonly broken: readonly string[]
}
