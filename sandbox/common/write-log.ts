import type { Database } from './database.ts'

/** One write of an app that was applied to a record. */
interface AppliedWrite {
  readonly type: string
  readonly id: string
  /** As they were stored, by name; null where a value was emptied. */
  readonly values: Readonly<Record<string, unknown>>
  /** The names among them whose values were others before. */
  readonly changed: readonly string[]
  /** ms */
  readonly at: number
}

/** A write in its place among all of them, which is counted from 1. */
interface LoggedWrite extends AppliedWrite {
  readonly seq: number
}

export const WRITE_LOG_TABLE = `
create table if not exists write_log (
  seq integer primary key autoincrement,
  type text not null,
  id text not null,
  written text not null,
  changed text not null,
  at integer not null
);
`

/** Keeps a write; in the transaction that applies it, so that one that is undone leaves no trace. */
export function logWrite(
  store: Pick<Database, 'sql'>,
  { type, id, values, changed, at }: AppliedWrite,
): void {
  store
    .sql('insert into write_log (type, id, written, changed, at) values (?, ?, ?, ?, ?)')
    .run(type, id, JSON.stringify(values), JSON.stringify(changed), at)
}

/** The next writes after a place, in the order in which they were applied. */
function writesAfter(store: Pick<Database, 'sql'>, seq: number, limit: number): LoggedWrite[] {
  const rows = store
    .sql('select * from write_log where seq > ? order by seq limit ?')
    .all(seq, limit)
  return rows.map((row) => ({
    seq: Number(row['seq']),
    type: String(row['type']),
    id: String(row['id']),
    values: JSON.parse(String(row['written'])),
    changed: JSON.parse(String(row['changed'])),
    at: Number(row['at']),
  }))
}

/** The place of the last write; 0 before the first. */
function lastWrite(store: Pick<Database, 'sql'>): number {
  return Number(store.sql('select max(seq) as seq from write_log').get()?.['seq'] ?? 0)
}

const PAGE = 5_000

/** What the lever `__writes?after=SEQ` answers: a page of writes, and where the log ends now. */
export function writesReport(
  store: Pick<Database, 'sql'>,
  query: URLSearchParams,
): { readonly writes: readonly LoggedWrite[]; readonly last: number } {
  const writes = writesAfter(store, Number(query.get('after') ?? 0), PAGE)
  return { writes, last: lastWrite(store) }
}
