import type { Clock } from '../src/clock.ts'
import type { ActivityMapping } from '../src/leads/activity-mapping.ts'
import type { Subject, SubjectKind } from '../src/leads/facts.ts'
import type { Log } from '../src/log.ts'
import type { EventFeed, Journal, Received, WebhookRequest } from './notice.ts'
import type { ChangeWindow, FactHistory, Page, Position } from './page.ts'

/** OAuth tokens of one installation. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** When to renew them at the latest; a CRM may end them earlier. */
  readonly expiresAt: Date
  /** For CRMs that say it with every token. */
  readonly home?: Home | undefined
}

/** Where an account answers, and as whom we act there. */
export interface Home {
  /** Without a trailing slash. It moves with the account: always the one of the newest tokens. */
  readonly instanceUrl: string
  readonly userId: string
}

/** What an OAuth code bought. */
export interface Grant {
  readonly tokens: Tokens
  /** The CRM's id of the customer's account: HubSpot's portal (hub) id, Salesforce's org id of 18 characters. */
  readonly accountId: string
  readonly scopes: readonly string[]
  /** What the admin did not agree to, as sentences that say what is missed by it. */
  readonly notGranted: readonly string[]
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
  /** Who would have to wait longer (ms) is refused instead, with `CrmRateLimited`; without it everybody waits. */
  readonly patienceMs?: number
}

/** The call budget of one installation, shared by all processes. */
export interface Budget {
  /**
   * Waits until one more call fits the allowance.
   * @throws CrmRateLimited when that takes longer than the allowance's patience
   */
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
  /** What this customer wants read; asked for anew with every page, so that a change needs no restart. */
  readonly wishes: () => Promise<ReadingWishes>
  readonly signal?: AbortSignal
}

/** What a customer wants read beyond what every customer gets, and how much that may cost. */
export interface ReadingWishes {
  /** Fields that the customer's models ask for, by our fact name or by the CRM's own property name. */
  readonly fields: Readonly<Record<SubjectKind, readonly string[]>>
  /** Which activities the customer's forms, pages and meetings are. */
  readonly mapping: ActivityMapping
  /** The most that we may take of the calls that the CRM allows the account in a day, where it counts them: 0..1. */
  readonly apiShare: number
}

/** Values to write into one record, by our field name (`plumbline_score`), as the CRM wants them: text. */
export interface Write {
  readonly subject: Subject
  readonly values: Readonly<Record<string, string>>
}

/** The right to write into some records, which may be lost while one writes. */
export interface Hold {
  /** Fires when it is lost. */
  readonly signal: AbortSignal
  /** @throws the signal's reason once it is lost, even where the signal could not fire in time: the process stood still */
  assertHeld(): void
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

/** A list of people that the CRM keeps by itself, by what stands in one of our fields. */
export interface Segment {
  readonly name: string
  readonly field: string
  readonly value: string
}

/** What became of asking the CRM to assign a person by its own rules. */
export type RerouteOutcome =
  | { readonly id: string; readonly status: 'rerouted' }
  /** Nothing that the CRM assigns by rules: not a lead (any more), or gone. */
  | { readonly id: string; readonly status: 'passed over' }
  | { readonly id: string; readonly status: 'rejected'; readonly reason: string }

/** Work for the owner of a person. */
export interface Task {
  readonly personId: string
  readonly ownerId: string
  readonly subject: string
  readonly body: string
  readonly dueAt: Date
  /** Told back by the CRM: a task that has been created is not created twice. */
  readonly key: string
}

/** The tiers that the customer's model names, best first; our choice fields must offer them. */
export type Tiers = Readonly<Record<SubjectKind, readonly string[]>>

/** One customer's account, ready to be talked to. */
export interface Connection {
  account(): Promise<Account>
  /** How far (ms) our clock is ahead of the CRM's, by its last answer; 0 before the first, and where it is behind. */
  clockAheadMs(): number
  /** Creates what is missing of our fields and mends what differs. Safe to repeat. */
  provision(tiers: Tiers): Promise<void>
  /** One page of a full read. `position` null starts the stream. */
  pullAll(stream: string, position: Position | null): Promise<Page>
  /** One page of what changed in the window. */
  pullChanges(stream: string, window: ChangeWindow, position: Position | null): Promise<Page>
  /** Any number of records of a stream as they are now: gone and merged ones too, each as such. */
  fetch(stream: string, ids: readonly string[]): Promise<Page>
  /** What was known of the subjects of one kind, and when. */
  history(kind: SubjectKind, ids: readonly string[]): Promise<readonly FactHistory[]>
  /**
   * Writes any number of records of one kind; one outcome per distinct subject.
   * @param hold once it is lost nothing is sent any more, and its reason is thrown
   */
  push(writes: readonly Write[], hold?: Hold): Promise<readonly WriteOutcome[]>
  /**
   * Creates the segments that are missing, by name.
   * @returns how many it created
   * @throws UserError where the app's own package brings them
   */
  createSegments(segments: readonly Segment[]): Promise<number>
  /**
   * Has the CRM's own assignment rules choose the owners of these people anew; one outcome per person.
   * @throws UserError where the CRM routes by itself on what stands in our fields
   */
  reroute(personIds: readonly string[]): Promise<readonly RerouteOutcome[]>
  /** What this account tells by itself; null where the CRM tells of all accounts of the app at once. */
  readonly events: EventFeed | null
  /** Who owns each of these people; nobody: not in the map. */
  owners(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  createTask(task: Task): Promise<void>
  /** Removes the app from the customer's account. */
  uninstall(): Promise<void>
}

/** Signing in with the CRM. */
export interface SignIn {
  /** Where the user agrees. */
  url(state: string): string
  /**
   * The account of somebody who came back from there. Nothing is kept of what the code buys: the connection goes on
   * with the tokens that it has.
   */
  accountOf(code: string): Promise<string>
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
  /** Writes that are worth handing over together; a CRM may have a cheaper way for many. */
  readonly writesAtOnce: number
  /** How late (ms) a change may become visible behind the time that the CRM dates it with. */
  readonly visibleWithinMs: number
  /** Whether owners are chosen anew only when asked for (`Connection.reroute`). */
  readonly reroutes: boolean
  /** Where the customer's admin agrees to the installation. */
  authorizeUrl(state: string): string
  /** @param state the one that the installation began with */
  exchangeCode(code: string, state: string): Promise<Grant>
  /** How a user of the CRM shows which account they belong to; null where that could end the connection. */
  readonly signIn: SignIn | null
  /** The streams that hold people and companies, by what they hold. */
  readonly subjectStreams: Readonly<Record<SubjectKind, readonly string[]>>
  /** The stream that holds a record. */
  streamOf(subject: Subject): string
  /**
   * Reads a webhook.
   * @throws NotGenuine when it does not come from the CRM
   */
  receive(request: WebhookRequest, now: Date): Received
  /**
   * Whose account a signed request without notices speaks for, e.g. one of a card.
   * @throws NotGenuine when it does not come from the CRM
   */
  verify(request: WebhookRequest, now: Date): { readonly accountId: string }
  /** What the CRM keeps about all accounts of the app; null where each account tells by itself (`Connection.events`). */
  readonly journal: Journal | null
  connect(context: ConnectionContext): Connection
}
