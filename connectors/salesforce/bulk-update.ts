import { type Row, rowsIn } from './bulk-csv.ts'
import { abortJob, deleteJob, type JobState, readJob } from './bulk-job.ts'
import type { SalesforceClient } from './client.ts'
import { SalesforceRejected } from './errors.ts'
import { Anything, JobInfo, ObjectId } from './schema.ts'

export interface BulkUpdates {
  /** Begins an update of records of one sObject. @returns the job's id */
  startUpdate(sObject: string): Promise<string>
  /**
   * The rows of a job: one of the texts that `csvOf` makes, once per job. Not repeated after a failure, as nobody
   * knows what arrived: the job has to be aborted.
   */
  upload(jobId: string, csv: string): Promise<void>
  /** Lets the job begin. Safe to repeat. */
  close(jobId: string): Promise<void>
  updateState(jobId: string): Promise<JobState>
  /** What became of the rows, each with the columns that were sent. */
  updateResults(jobId: string): Promise<UpdateResults>
  /** Stops a job; what it has written stays. One that has ended is as good. */
  abort(jobId: string): Promise<void>
  /** Forgets a job that has ended; one that is gone is as good. */
  deleteUpdate(jobId: string): Promise<void>
}

interface UpdateResults {
  /** With `sf__Id`. */
  readonly successful: readonly Row[]
  /** With `sf__Error`: `CODE:message:fields --`. */
  readonly failed: readonly Row[]
  /** Never tried. */
  readonly unprocessed: readonly Row[]
}

const INGEST = '/jobs/ingest'
const SHAPE = { contentType: 'CSV', lineEnding: 'LF', columnDelimiter: 'COMMA' }

export function bulkUpdates(client: SalesforceClient): BulkUpdates {
  const rowsOf = async (jobId: string, which: string) =>
    rowsIn(await client.csv({ method: 'GET', path: `${INGEST}/${jobId}/${which}` }))
  return {
    async startUpdate(object) {
      const body = { object, operation: 'update', ...SHAPE }
      const job = await client.call({ method: 'POST', path: INGEST, body, answer: ObjectId })
      return job.id
    },
    async upload(jobId, csv) {
      const path = `${INGEST}/${jobId}/batches`
      await client.call({ method: 'PUT', path, csv, repeatable: false, answer: Anything })
    },
    close: (jobId) => closeJob(client, `${INGEST}/${jobId}`),
    updateState: (jobId) => readJob(client, `${INGEST}/${jobId}`),
    async updateResults(jobId) {
      const [successful, failed, unprocessed] = await Promise.all([
        rowsOf(jobId, 'successfulResults'),
        rowsOf(jobId, 'failedResults'),
        rowsOf(jobId, 'unprocessedrecords'),
      ])
      return { successful, failed, unprocessed }
    },
    abort: (jobId) => abortJob(client, `${INGEST}/${jobId}`),
    deleteUpdate: (jobId) => deleteJob(client, `${INGEST}/${jobId}`),
  }
}

/** A job that was closed by a call whose answer was lost refuses to be closed again. */
async function closeJob(client: SalesforceClient, path: string): Promise<void> {
  try {
    const body = { state: 'UploadComplete' }
    await client.call({ method: 'PATCH', path, body, answer: Anything })
  } catch (error) {
    if (!(error instanceof SalesforceRejected)) throw error
    const { state } = await client.call({ method: 'GET', path, answer: JobInfo })
    if (state === 'Open') throw error
  }
}
