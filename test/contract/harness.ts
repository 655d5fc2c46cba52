import type { Connection, ConnectionContext, Connector } from '../../connectors/connector.ts'
import type { WebhookRequest } from '../../connectors/notice.ts'
import type { Subject, SubjectKind } from '../../src/leads/facts.ts'

/** How the CRM misbehaves for the next calls. */
export type Trouble =
  | 'overload'
  | 'silence'
  | 'limit'
  | 'html'
  | 'truncated'
  | 'cut connection'
  | 'forbidden'

/** What the contract needs of a CRM to be checked; one per connector, on its sandbox. */
export interface Harness {
  readonly connector: Connector
  readonly connection: Connection
  /** A second connection, with parts of its context replaced. */
  connect(changes: Partial<ConnectionContext>): Connection
  /** Everybody whom the account holds when it opens. */
  readonly people: readonly string[]
  readonly companies: readonly string[]
  /** The id of a person who never was. */
  readonly nobody: string
  /** When the CRM's records were last changed at the earliest and at the latest. */
  readonly changedFrom: Date
  readonly changedTo: Date
  /** Acts as a user of the CRM; `at` is when. */
  rename(subject: Subject, name: string, at: Date): Promise<void>
  remove(subject: Subject): Promise<void>
  restore(subject: Subject): Promise<void>
  /** @returns the id that is left */
  merge(kind: SubjectKind, winner: string, loser: string): Promise<string>
  /** What stands in a field of ours, for everybody to see in the CRM. */
  fieldOf(subject: Subject, field: string): Promise<string>
  trouble(trouble: Trouble): Promise<void>
  /** All is well again. */
  calm(): Promise<void>
  /** The tokens that the installation holds are void from now on, and cannot be renewed. */
  revoke(): Promise<void>
  /** Calls of the CRM since the last time this was asked. */
  calls(): Promise<number>
  /** Texts that must never be in an error or a log. */
  secrets(): Promise<readonly string[]>
  /** A genuine webhook that tells of a change of a person; null where the CRM sends none. */
  readonly webhookAbout: ((personId: string, now: Date) => WebhookRequest) | null
  close(): Promise<void>
}
