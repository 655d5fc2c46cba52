import { runIngest } from './bulk-ingest-run.ts'
import { setState, unfinishedJobs } from './bulk-jobs.ts'
import { takeFailure } from './bulk-levers.ts'
import { runQuery } from './bulk-query-run.ts'
import { breathe, mayGoOn, pendingJob } from './bulk-turns.ts'
import { ApiError } from './errors.ts'
import type { Org } from './org.ts'

function messageOf(error: unknown): string {
  if (error instanceof ApiError) {
    const [first] = Array.isArray(error.body) ? error.body : []
    return `InvalidBatch : ${first?.errorCode ?? 'UNKNOWN'}: ${first?.message ?? error.message}`
  }
  return error instanceof Error ? error.message : String(error)
}

async function work(org: Org, id: string): Promise<void> {
  await breathe()
  if (!pendingJob(org, id)) return
  setState(org.store, id, 'InProgress', org.clock.now())
  const job = (await mayGoOn(org, id)) ? pendingJob(org, id) : undefined
  if (!job) return
  const failure = takeFailure(org.store)
  if (failure !== undefined) throw new Error(failure)
  await (job.kind === 'query' ? runQuery(org, job) : runIngest(org, job))
  if (pendingJob(org, id)) setState(org.store, id, 'JobComplete', org.clock.now())
}

/** Works on a job in the background until it is over or the org is closed. */
export function startJob(org: Org, id: string): void {
  work(org, id).catch((error: unknown) => {
    if (pendingJob(org, id)) setState(org.store, id, 'Failed', org.clock.now(), messageOf(error))
  })
}

/** Goes on with what a process before this one has left. */
export function resumeJobs(org: Org): void {
  for (const { id } of unfinishedJobs(org.store)) startJob(org, id)
}
