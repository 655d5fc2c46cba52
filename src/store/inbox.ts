import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import { type Db, inTransaction, jsonRows } from './database.ts'
import { type DueStage, type Marked, markAll } from './due.ts'
import { type InstallationStatus, setStatus } from './installations.ts'

/** Something that a CRM told us about one of its accounts. */
export interface Told {
  readonly accountId: string
  /** The same when it is told again. */
  readonly key: string
  readonly at: Date
  readonly about:
    | { readonly what: 'record'; readonly stream: string; readonly id: string }
    | { readonly what: 'echo'; readonly stream: string; readonly id: string }
    | { readonly what: 'erased'; readonly kind: SubjectKind; readonly id: string }
    | { readonly what: 'installed' }
    | { readonly what: 'uninstalled' }
}

/** `events`: what an account tells by itself, in the order of its commits. */
export type Source = 'webhook' | 'journal' | 'events'

/** What came in one request, or stands on one page of a journal or of an account's events. */
export interface Delivery {
  readonly crm: string
  readonly source: Source
  readonly notices: readonly Told[]
  /** How many parts nobody understood. */
  readonly unreadable: number
}

/** What became of a delivery. */
export interface Stored {
  /** Stages of active installations that now have work. */
  readonly awaited: readonly Awaited[]
  /** Notices that were not known yet. */
  readonly fresh: number
  readonly repeated: number
  /** Notices of accounts that nobody has connected, or that are disconnected. */
  readonly unclaimed: number
}

interface Awaited {
  readonly installationId: string
  readonly stage: DueStage
}

interface Patience {
  /** Longest time of a single statement, waiting for locks included. */
  readonly statementMs: number
  /** Longest wait for a single lock; 0 is as long as the statement may take. */
  readonly lockMs: number
}

/** Stores a delivery in a transaction of its own. */
export function storeWithin(
  db: Db,
  delivery: Delivery,
  now: Date,
  { statementMs, lockMs }: Patience,
): Promise<Stored> {
  return inTransaction(db, async (transaction) => {
    await sql`
      select set_config('statement_timeout', ${String(statementMs)}, true),
        set_config('lock_timeout', ${String(lockMs)}, true)`.execute(transaction)
    return storeDelivery(transaction, delivery, now)
  })
}

/**
 * Keeps what was told and marks due what it is about, once per notice however often it is told. Takes the same
 * few statements for one notice and for a thousand.
 */
export async function storeDelivery(
  transaction: Db,
  delivery: Delivery,
  now: Date,
): Promise<Stored> {
  const accounts = await connectedAccounts(transaction, delivery)
  const claimed = delivery.notices.filter(({ accountId }) => accounts.has(accountId))
  const rows = claimed.flatMap((notice) => inboxRow(notice, accounts))
  const fresh = await insertFresh(transaction, rows, delivery.source, now)
  await markAll(transaction, fresh.flatMap(dueOf), now)
  await disconnectUninstalled(transaction, claimed, accounts, now)
  const repeated = rows.length - fresh.length
  const unclaimed = delivery.notices.length - claimed.length
  await countRefused(transaction, delivery, { repeated, unclaimed }, now)
  const active = new Set([...accounts.values()].filter(isActive).map(({ id }) => id))
  const awaited = distinct(fresh.flatMap(dueOf)).filter((each) => active.has(each.installationId))
  return { awaited, fresh: fresh.length, repeated, unclaimed }
}

interface ConnectedAccount {
  readonly id: string
  readonly accountId: string
  readonly status: InstallationStatus
  readonly consentedAt: Date
}

const isActive = ({ status }: ConnectedAccount) => status === 'active'

/** What a paused installation is told waits for it; a disconnected one is read anew when it comes back. */
async function connectedAccounts(
  db: Db,
  { crm, notices }: Delivery,
): Promise<ReadonlyMap<string, ConnectedAccount>> {
  if (notices.length === 0) return new Map()
  const ids = [...new Set(notices.map(({ accountId }) => accountId))]
  const { rows } = await sql<ConnectedAccount>`
    select id, account_id as "accountId", status, coalesce(consented_at, created_at) as "consentedAt"
    from installation
    where crm = ${crm} and account_id = any(${ids}) and status <> 'disconnected'`.execute(db)
  return new Map(rows.map((row) => [row.accountId, row]))
}

interface InboxRow {
  readonly installationId: string
  readonly key: string
  readonly what: 'record' | 'echo' | 'erased'
  readonly stream: string
  readonly id: string
  readonly at: Date
}

function inboxRow(
  { accountId, key, at, about }: Told,
  accounts: ReadonlyMap<string, ConnectedAccount>,
): readonly InboxRow[] {
  const installation = accounts.get(accountId)
  if (!installation || about.what === 'installed' || about.what === 'uninstalled') return []
  const { what, id } = about
  const stream = about.what === 'erased' ? about.kind : about.stream
  return [{ installationId: installation.id, key, what, stream, id, at }]
}

interface FreshRow extends Omit<InboxRow, 'key' | 'at'> {
  /** A webhook of this moment or a later one has had the record read again. */
  readonly covered: boolean
}

/** The rows that were not there. A journal tells again what webhooks told: those records are not read twice. */
async function insertFresh(
  db: Db,
  given: readonly InboxRow[],
  source: Source,
  now: Date,
): Promise<readonly FreshRow[]> {
  if (given.length === 0) return []
  const { rows } = await sql<FreshRow>`
    insert into inbox as told
      (installation_id, key, what, stream, record_id, occurred_at, received_at, source)
    select r."installationId", r.key, r.what, r.stream, r.id, r.at, ${now}, ${source}
    from jsonb_to_recordset(${jsonRows(given)}::jsonb) as r("installationId" uuid, key text, what text,
      stream text, id text, at timestamptz)
    -- One order for everybody: two deliveries that overlap cannot deadlock.
    order by r."installationId", r.key
    on conflict (installation_id, key) do nothing
    returning installation_id as "installationId", what, stream, record_id as id,
      ${source} = 'journal' and exists (
        select from inbox seen
        where seen.installation_id = told.installation_id and seen.stream = told.stream
          and seen.record_id = told.record_id and seen.occurred_at >= told.occurred_at
          and seen.source = 'webhook' and seen.what = 'record') as covered`.execute(db)
  return rows
}

function dueOf({ installationId, what, stream, id, covered }: FreshRow): readonly Marked[] {
  if (what === 'erased') return [{ installationId, stage: 'erase', kind: stream, id }]
  if (what === 'echo' || covered) return []
  return [{ installationId, stage: 'fetch', kind: stream, id }]
}

function distinct(marked: readonly Marked[]): readonly Awaited[] {
  const found = new Map<string, Awaited>()
  for (const { installationId, stage } of marked) {
    found.set(`${installationId} ${stage}`, { installationId, stage })
  }
  return [...found.values()]
}

/** A notice from before the last consent is about a former life; the journal may tell of it late. */
async function disconnectUninstalled(
  transaction: Db,
  notices: readonly Told[],
  accounts: ReadonlyMap<string, ConnectedAccount>,
  now: Date,
): Promise<void> {
  const gone = new Set<string>()
  for (const { accountId, at, about } of notices) {
    const installation = accounts.get(accountId)
    if (about.what !== 'uninstalled' || !installation || at < installation.consentedAt) continue
    gone.add(installation.id)
  }
  for (const id of [...gone].sort()) {
    await setStatus(transaction, id, 'disconnected', 'the app was removed in the CRM', now)
  }
}

/** Counters shared by everybody; last of all, so that they are locked no longer than the commit takes. */
async function countRefused(
  transaction: Db,
  { crm, source, unreadable }: Delivery,
  { repeated, unclaimed }: { repeated: number; unclaimed: number },
  now: Date,
): Promise<void> {
  const counts = [
    { result: 'no_installation', events: unclaimed },
    { result: 'repeated', events: repeated },
    { result: 'unreadable', events: unreadable },
  ].filter(({ events }) => events > 0)
  if (counts.length === 0) return
  await sql`
    insert into inbox_refused as c (day, crm, source, result, shard, events)
    select (${now}::timestamptz at time zone 'UTC')::date, ${crm}, ${source}, r.result,
      pg_backend_pid() % 8, r.events
    from jsonb_to_recordset(${jsonRows(counts)}::jsonb) as r(result text, events bigint)
    order by r.result
    on conflict (day, crm, source, result, shard)
      do update set events = c.events + excluded.events`.execute(transaction)
}
