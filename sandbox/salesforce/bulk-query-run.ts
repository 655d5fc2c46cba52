import { csvLine } from './bulk-csv.ts'
import { addProgress, type QueryJob } from './bulk-jobs.ts'
import { addLines, clearLines, type Line } from './bulk-lines.ts'
import { mayGoOn } from './bulk-turns.ts'
import type { Org } from './org.ts'
import { type Rows, readRows } from './query-rows.ts'
import type { Value } from './record.ts'
import { transaction } from './store.ts'
import { findUser } from './users.ts'

/** Rows that are written down at once. */
const CHUNK = 2_000

function cellOf(value: Value): string {
  return value === null ? '' : String(value)
}

/** @throws ApiError 400 as Salesforce refuses the query */
export function openRows(org: Org, job: Pick<QueryJob, 'definition' | 'userId'>): Rows {
  const user = findUser(org.store, job.userId) ?? { id: job.userId }
  const { query, operation } = job.definition
  return readRows(org, query, user, { all: operation === 'queryAll' })
}

/**
 * Writes down what a query finds, from the beginning; ends early when somebody aborts the job.
 * @throws ApiError 400 as Salesforce refuses the query
 */
export async function runQuery(org: Org, job: QueryJob): Promise<void> {
  const { store } = org
  const found = openRows(org, job)
  const header = csvLine(found.columns, job.definition)
  transaction(store, () => {
    clearLines(store, job.id)
    // A process before this one may have been here.
    addProgress(store, job.id, -job.processed, 0)
    addLines(store, job.id, [{ n: 0, kind: 'header', line: header }])
  })
  let n = 0
  for (let offset = 0; offset < found.total; offset += CHUNK) {
    const lines: Line[] = []
    for (const values of found.rows(offset, CHUNK)) {
      n += 1
      lines.push({ n, kind: 'row', line: csvLine(values.map(cellOf), job.definition) })
    }
    transaction(store, () => {
      addLines(store, job.id, lines)
      addProgress(store, job.id, lines.length, 0)
    })
    if (!(await mayGoOn(org, job.id))) return
  }
}
