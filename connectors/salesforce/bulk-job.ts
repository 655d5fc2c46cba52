import type { SalesforceClient } from './client.ts'
import { SalesforceRejected } from './errors.ts'
import { Anything, JobInfo } from './schema.ts'

export interface JobState {
  readonly state: 'working' | 'done' | 'failed' | 'gone'
  /** Records processed so far. */
  readonly records: number
  /** Why it failed. */
  readonly reason: string
}

const WORKING = ['Open', 'UploadComplete', 'InProgress']

export async function readJob(client: SalesforceClient, path: string): Promise<JobState> {
  try {
    const job = await client.call({ method: 'GET', path, answer: JobInfo })
    const { numberRecordsProcessed: records, errorMessage } = job
    if (job.state === 'JobComplete') return { state: 'done', records, reason: '' }
    if (WORKING.includes(job.state)) return { state: 'working', records, reason: '' }
    return { state: 'failed', records, reason: errorMessage ?? job.state }
  } catch (error) {
    if (isGone(error)) return { state: 'gone', records: 0, reason: 'The job is gone' }
    throw error
  }
}

/** Only a job that has ended can be deleted: one that works is stopped first. */
export async function deleteJob(client: SalesforceClient, path: string): Promise<void> {
  const job = await readJob(client, path)
  if (job.state === 'gone') return
  if (job.state === 'working') await abortJob(client, path)
  await forgiving(() => client.call({ method: 'DELETE', path, answer: Anything }))
}

/** A job that has ended meanwhile refuses; that is as good. */
export async function abortJob(client: SalesforceClient, path: string): Promise<void> {
  const body = { state: 'Aborted' }
  await forgiving(() => client.call({ method: 'PATCH', path, body, answer: Anything }))
}

async function forgiving(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof SalesforceRejected)) throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SalesforceRejected && error.status === 404
}
