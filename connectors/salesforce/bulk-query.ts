import { type Row, rowsIn } from './bulk-csv.ts'
import { deleteJob, type JobState, readJob } from './bulk-job.ts'
import type { SalesforceClient } from './client.ts'
import { ObjectId } from './schema.ts'

export interface BulkQueries {
  /**
   * Begins a query; its results are kept for 7 days.
   * @param all deleted and archived records too
   * @returns the job's id
   */
  startQuery(soql: string, all: boolean): Promise<string>
  queryState(jobId: string): Promise<JobState>
  /**
   * One page of a finished query.
   * @param locator null for the first page
   * @throws SalesforceRejected when the results are kept no more
   */
  queryPage(jobId: string, locator: string | null, maxRecords: number): Promise<ResultPage>
  /** Ends a query and forgets its results; one that is gone is as good. */
  deleteQuery(jobId: string): Promise<void>
}

interface ResultPage {
  readonly rows: readonly Row[]
  /** Where to go on; null at the end. */
  readonly next: string | null
}

const QUERIES = '/jobs/query'
/** The end of the results, in the header that otherwise says where they go on. */
const NO_MORE = 'null'

export function bulkQueries(client: SalesforceClient): BulkQueries {
  return {
    async startQuery(soql, all) {
      const body = { operation: all ? 'queryAll' : 'query', query: soql }
      const job = await client.call({ method: 'POST', path: QUERIES, body, answer: ObjectId })
      return job.id
    },
    queryState: (jobId) => readJob(client, `${QUERIES}/${jobId}`),
    async queryPage(jobId, locator, maxRecords) {
      const answer = await client.csv({
        method: 'GET',
        path: `${QUERIES}/${jobId}/results`,
        query: { maxRecords: String(maxRecords), ...(locator !== null && { locator }) },
        headers: { accept: 'text/csv' },
      })
      const next = answer.headers.get('sforce-locator')
      return { rows: rowsIn(answer), next: next === NO_MORE ? null : next }
    },
    deleteQuery: (jobId) => deleteJob(client, `${QUERIES}/${jobId}`),
  }
}
