import type { Store } from './store.ts'

/** What a line is part of: a query's rows, or an upload's rows by what became of them. */
export type LineKind = 'header' | 'row' | 'success' | 'failure'

export interface Line {
  readonly n: number
  readonly kind: LineKind
  readonly line: string
}

export function addLines(store: Store, jobId: string, lines: readonly Line[]): void {
  const insert = store.sql('insert into bulk_line values (?, ?, ?, ?)')
  for (const { n, kind, line } of lines) insert.run(jobId, n, kind, line)
}

export function clearLines(store: Store, jobId: string): void {
  store.sql('delete from bulk_line where job_id = ?').run(jobId)
}

/** Lines of one kind in their order, as one text, from the one after `after` on. */
export function readLines(
  store: Store,
  jobId: string,
  kind: LineKind,
  after = Number.NEGATIVE_INFINITY,
  limit = -1,
): { text: string; count: number; last: number } {
  const rows = store
    .sql(`select n, line from bulk_line where job_id = ? and kind = ? and n > ? order by n limit ?`)
    .all(jobId, kind, after, limit)
  return {
    text: rows.map((row) => String(row['line'])).join(''),
    count: rows.length,
    last: Number(rows.at(-1)?.['n'] ?? after),
  }
}
