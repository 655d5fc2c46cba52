import { setTimeout as delay } from 'node:timers/promises'
import { type BulkJob, findJob } from './bulk-jobs.ts'
import { bulkSettings } from './bulk-levers.ts'
import type { Org } from './org.ts'

/** Jobs take their time: nobody may count on one being done at once. */
const BREATH_MS = 5

export async function breathe(): Promise<void> {
  await delay(BREATH_MS, undefined, { ref: false })
}

/** A job that is still to be worked on; undefined once it is over, or the org is closed. */
export function pendingJob({ store }: Org, id: string): BulkJob | undefined {
  if (!store.db.isOpen) return undefined
  const job = findJob(store, id)
  return job?.state === 'UploadComplete' || job?.state === 'InProgress' ? job : undefined
}

/** Lets others work, and stands still as long as jobs are to do so; false when the job is over by then. */
export async function mayGoOn(org: Org, id: string): Promise<boolean> {
  await breathe()
  while (pendingJob(org, id) && bulkSettings(org.store).stall) await breathe()
  return pendingJob(org, id) !== undefined
}
