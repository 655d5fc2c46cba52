import type { Clock } from '../src/clock.ts'
import type { Subject, SubjectKind } from '../src/leads/facts.ts'
import type {
  ActivityRecord,
  CompanyRecord,
  DealRecord,
  PersonRecord,
} from '../src/leads/records.ts'
import type { Log } from '../src/log.ts'

/** OAuth tokens of one installation. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
}

/** What an OAuth code bought. */
export interface Grant {
  readonly tokens: Tokens
  /** The CRM's id of the customer's account: HubSpot's portal (hub) id. */
  readonly accountId: string
  readonly scopes: readonly string[]
}

/** What the CRM says about the customer's account. */
export interface Account {
  readonly accountId: string
  /** IANA name, e.g. `Europe/Berlin`; nightly work follows it. */
  readonly timeZone: string
  /** Where a person opens a record in a browser. */
  readonly uiDomain: string
}

/** The tokens of one installation, shared by all processes. */
export interface Credentials {
  current(): Promise<Tokens>
  /**
   * Replaces `stale` exactly once however many callers ask: the first runs `refresh`, the others wait and
   * get its tokens. Throws what `refresh` throws.
   */
  renew(stale: Tokens, refresh: (refreshToken: string) => Promise<Tokens>): Promise<Tokens>
}

/** A rate the CRM allows, e.g. 110 requests per 10 s. `key` names it inside the installation. */
export interface Allowance {
  readonly key: string
  readonly calls: number
  readonly perMs: number
  /** How many calls may go at once after a pause. */
  readonly burst: number
}

/** The call budget of one installation, shared by all processes. */
export interface Budget {
  /** Waits until one more call fits the allowance. */
  take(allowance: Allowance): Promise<void>
  /** Nobody takes from the allowance for `ms`. */
  hold(allowance: Allowance, ms: number): Promise<void>
}

/** What a connection to one customer's account is given. */
export interface ConnectionContext {
  readonly credentials: Credentials
  readonly budget: Budget
  readonly clock: Clock
  readonly log: Log
  readonly signal?: AbortSignal
}

/** Where a stream stands. Opaque to everybody but the connector; survives JSON. */
export type Position = Readonly<Record<string, string | number>>

/** One page of one stream, in our vocabulary. */
export interface Page {
  readonly people: readonly PersonRecord[]
  readonly companies: readonly CompanyRecord[]
  readonly activities: readonly ActivityRecord[]
  readonly deals: readonly DealRecord[]
  /** Records the CRM has deleted. */
  readonly removed: readonly Removal[]
  /** Records that were merged into another. */
  readonly merged: readonly Merge[]
  /** How many source records the page held, for progress. */
  readonly records: number
  /** Where to go on; null at the end of the stream. */
  readonly next: Position | null
}

export interface Removal {
  readonly kind: SubjectKind | 'activity' | 'deal'
  /** Record id; for an activity the `sourceId`. */
  readonly id: string
  readonly at: Date
}

export interface Merge {
  readonly kind: SubjectKind
  readonly loser: string
  readonly winner: string
}

/** Everything that changed from `since` (inclusive) to `until` (inclusive). */
export interface ChangeWindow {
  readonly since: Date
  readonly until: Date
}

/** Values to write into one record, by our field name (`plumbline_score`), as the CRM wants them: text. */
export interface Write {
  readonly subject: Subject
  readonly values: Readonly<Record<string, string>>
}

/** What became of one write. */
export type WriteOutcome =
  | { readonly id: string; readonly status: 'written' }
  /** The record is gone from the CRM. */
  | { readonly id: string; readonly status: 'gone' }
  /** The record lives on under another id. */
  | { readonly id: string; readonly status: 'moved'; readonly to: string }
  /** Refused for good, with the CRM's reason. */
  | { readonly id: string; readonly status: 'rejected'; readonly reason: string }
  /** Not done this time; try again, where the CRM said so not before `afterMs`. */
  | {
      readonly id: string
      readonly status: 'retry'
      readonly reason: string
      readonly afterMs?: number
    }

/** One customer's account, ready to be talked to. */
export interface Connection {
  account(): Promise<Account>
  /** Creates what is missing of our fields and mends what differs. Safe to repeat. */
  provision(): Promise<void>
  /** One page of a full read. `position` null starts the stream. */
  pullAll(stream: string, position: Position | null): Promise<Page>
  /** One page of what changed in the window. */
  pullChanges(stream: string, window: ChangeWindow, position: Position | null): Promise<Page>
  /** Writes any number of records of one kind; one outcome per distinct subject. */
  push(writes: readonly Write[]): Promise<readonly WriteOutcome[]>
}

/** One CRM. */
export interface Connector {
  readonly crm: string
  /**
   * Streams of a full read in phases: the streams of a phase may run side by side, phases follow each other.
   * People come last, so that a person is complete when it arrives and is scored once.
   */
  readonly fullPhases: readonly (readonly string[])[]
  /** Streams of an incremental read, likewise. */
  readonly changePhases: readonly (readonly string[])[]
  /** Records per write call. */
  readonly batchSize: number
  /** Where the customer's admin agrees to the installation. */
  authorizeUrl(state: string): string
  exchangeCode(code: string): Promise<Grant>
  connect(context: ConnectionContext): Connection
}
