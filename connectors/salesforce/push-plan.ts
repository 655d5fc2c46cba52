import { bulkUpdateCalls } from './bulk-costs.ts'
import type { SubjectObject } from './definitions.ts'
import { BATCH } from './limits.ts'

/** How many writes are sent, and the API requests that it takes of the org's day when all goes well. */
export interface WritePlan {
  readonly way: 'collections' | 'bulk'
  readonly calls: number
}

/**
 * The way of fewer requests: 200 records to a call, or one Bulk API 2.0 job, which costs the same for two records as
 * for 10,000. Leads never go by bulk: what a job does with assignment rules when nothing is said is not documented,
 * and a lead's owner must not move because its score did.
 */
export function writePlan(sObject: SubjectObject, count: number): WritePlan {
  const collections = Math.ceil(count / BATCH)
  const bulk = bulkUpdateCalls()
  return sObject !== 'Lead' && bulk < collections
    ? { way: 'bulk', calls: bulk }
    : { way: 'collections', calls: collections }
}
