import type { Sleep } from '../http.ts'
import type { JobState } from './bulk-job.ts'
import { type BulkQueries, bulkQueries } from './bulk-query.ts'
import { type BulkUpdates, bulkUpdates } from './bulk-update.ts'
import type { SalesforceClient } from './client.ts'

/** Bulk API 2.0, one step at a time: job ids and locators are text, and survive in a position. */
export interface Bulk extends BulkQueries, BulkUpdates {
  /**
   * Asks for a job's state, with growing pauses, until it is working no more or `patienceMs` of pauses are over.
   * @returns the last state seen
   */
  settle(ask: () => Promise<JobState>, patienceMs: number): Promise<JobState>
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 20_000
const GROWTH = 1.6

export function createBulk(client: SalesforceClient, sleep: Sleep, signal?: AbortSignal): Bulk {
  return {
    ...bulkQueries(client),
    ...bulkUpdates(client),
    async settle(ask, patienceMs) {
      let pauseMs = FIRST_PAUSE_MS
      let leftMs = patienceMs
      let job = await ask()
      while (job.state === 'working' && leftMs > 0) {
        const ms = Math.min(pauseMs, leftMs)
        await sleep(ms, signal)
        leftMs -= ms
        pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)
        job = await ask()
      }
      return job
    },
  }
}
