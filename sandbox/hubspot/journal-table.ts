import { randomBytes } from 'node:crypto'
import { type Store, transaction } from './store.ts'

const KEPT_MS = 3 * 86_400_000
const ENTRY_MAX = 10_000

/** A stretch of the journal. `offset` is its name to the outside and says nothing. */
export interface JournalEntry {
  readonly id: number
  readonly offset: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly publishedAt: number
}

type Row = Record<string, unknown>

function toEntry(row: Row | undefined): JournalEntry | undefined {
  if (!row) return undefined
  return {
    id: Number(row['id']),
    offset: String(row['offset']),
    firstSeq: Number(row['first_seq']),
    lastSeq: Number(row['last_seq']),
    publishedAt: Number(row['published_at']),
  }
}

export function addEvent(store: Store, body: string, now: number): void {
  store.sql('insert into journal_event (recorded_at, body) values (?, ?)').run(now, body)
}

function purge(store: Store, now: number): void {
  store.sql('delete from journal_event where recorded_at < ?').run(now - KEPT_MS)
  store.sql('delete from journal_entry where published_at < ?').run(now - KEPT_MS)
}

/** Makes one entry of what is not in any yet, as far as it fits; false where there is nothing. */
function publishOne(store: Store): boolean {
  const row = store
    .sql(
      `select min(seq) as first, max(seq) as last, max(recorded_at) as at from (
         select seq, recorded_at from journal_event
         where seq > (select coalesce(max(last_seq), 0) from journal_entry)
         order by seq limit ?)`,
    )
    .get(ENTRY_MAX)
  if (!row || row['first'] === null) return false
  store
    .sql(
      `insert into journal_entry (offset, first_seq, last_seq, published_at) values (?, ?, ?, ?)`,
    )
    .run(
      randomBytes(12).toString('base64url'),
      Number(row['first']),
      Number(row['last']),
      Number(row['at']),
    )
  return true
}

/** Turns what was recorded into entries, and forgets what is too old; how many entries are new. */
export function publish(store: Store, now: number): number {
  return transaction(store, () => {
    purge(store, now)
    let entries = 0
    while (publishOne(store)) entries += 1
    return entries
  })
}

export function firstEntry(store: Store, now: number): JournalEntry | undefined {
  return entryAfter(store, 0, now)
}

export function lastEntry(store: Store, now: number): JournalEntry | undefined {
  return toEntry(
    store
      .sql('select * from journal_entry where published_at >= ? order by id desc limit 1')
      .get(now - KEPT_MS),
  )
}

/** The entry with an offset; undefined once it is older than three days. */
export function findEntry(store: Store, offset: string, now: number): JournalEntry | undefined {
  return toEntry(
    store
      .sql('select * from journal_entry where offset = ? and published_at >= ?')
      .get(offset, now - KEPT_MS),
  )
}

export function entryAfter(store: Store, id: number, now: number): JournalEntry | undefined {
  return toEntry(
    store
      .sql('select * from journal_entry where id > ? and published_at >= ? order by id limit 1')
      .get(id, now - KEPT_MS),
  )
}

export function eventsIn(store: Store, entry: JournalEntry): unknown[] {
  return store
    .sql('select body from journal_event where seq between ? and ? order by seq')
    .all(entry.firstSeq, entry.lastSeq)
    .map((row) => JSON.parse(String(row['body'])))
}

export function countJournal(store: Store): { pending: number; entries: number } {
  const row = store
    .sql(
      `select (select count(*) from journal_entry) as entries,
         (select count(*) from journal_event
          where seq > (select coalesce(max(last_seq), 0) from journal_entry)) as pending`,
    )
    .get()
  return { pending: Number(row?.['pending']), entries: Number(row?.['entries']) }
}
