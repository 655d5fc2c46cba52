import type { SubjectKind } from '../src/leads/facts.ts'

/** Something that the CRM tells about one customer's account. A hint: what is true is read again. */
export interface Notice {
  readonly accountId: string
  /** The same notice delivered again has the same key. */
  readonly key: string
  readonly at: Date
  readonly about: NoticeSubject
}

export type NoticeSubject =
  /** Created, changed, deleted, restored, merged or associated. */
  | { readonly what: 'record'; readonly stream: string; readonly id: string }
  /** Our own write, coming back. */
  | { readonly what: 'echo'; readonly stream: string; readonly id: string }
  /** Must be forgotten for good. */
  | { readonly what: 'erased'; readonly kind: SubjectKind; readonly id: string }
  | { readonly what: 'installed' }
  | { readonly what: 'uninstalled' }

/** A request that claims to come from the CRM. */
export interface WebhookRequest {
  readonly method: string
  /** As the CRM was told to call it: our public address, never what a proxy made of it. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Exactly as received. */
  readonly body: Buffer
}

/** What a genuine request says. */
export interface Received {
  readonly notices: readonly Notice[]
  /** Parts that nobody understands, each with the reason; they are counted, and do not stop the others. */
  readonly unreadable: readonly string[]
}

/** One stretch of the CRM's journal, which tells again what webhooks may have missed. */
export interface JournalPage extends Received {
  /** Where to go on; the same as before when there is nothing new. */
  readonly position: string
  readonly more: boolean
}

/** What a CRM keeps on record about all accounts of the app, and for how long. */
export interface Journal {
  /** @param position null: from the earliest that is kept */
  read(position: string | null): Promise<JournalPage>
  /** Asks for an account's events to be recorded. Safe to repeat. */
  subscribe(accountId: string): Promise<void>
}

/** What one account tells by itself, kept by the CRM for a while. */
export interface EventFeed {
  /**
   * The next stretch; waits a moment for events when there are none yet.
   * @param position null: from the earliest that is kept
   * @throws CrmRejected where the account does not offer it
   */
  read(position: string | null): Promise<FeedPage>
}

/** A stretch of an account's own events. */
export interface FeedPage extends Received {
  /** Where to go on; null as long as nothing was told. */
  readonly position: string | null
  readonly more: boolean
  /** Whether events are missing, so that only reading the changes can tell: too many at once, or too late. */
  readonly gap: boolean
}
