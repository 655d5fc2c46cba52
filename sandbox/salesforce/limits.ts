import type { Endpoint } from './endpoint.ts'
import type { Org } from './org.ts'

const DAY_MS = 86_400_000
/** Allowances of an Enterprise org that this connector could use up. */
const BULK_QUERY_JOBS = 10_000
const BULK_BATCHES = 15_000
const BULK_RESULTS_MB = 976_562
const EVENTS_DELIVERED = 25_000

const untouched = (max: number) => ({ Max: max, Remaining: max })

function bulkQueries({ store }: Org, now: number): number {
  const row = store
    .sql("select count(*) as n from bulk_job where kind = 'query' and created_at > ?")
    .get(now - DAY_MS)
  return Number(row?.['n'])
}

/** What is left of the org's allowances. */
export function limitEndpoints(org: Org): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/services/data/:version/limits',
      counted: true,
      auth: 'bearer',
      run: ({ now }) => {
        const { limit } = org.usage
        const jobs = BULK_QUERY_JOBS - bulkQueries(org, now)
        const body = {
          DailyApiRequests: { Max: limit, Remaining: Math.max(0, limit - org.usage.used(now)) },
          DailyBulkApiBatches: untouched(BULK_BATCHES),
          DailyBulkV2QueryJobs: { Max: BULK_QUERY_JOBS, Remaining: Math.max(0, jobs) },
          DailyBulkV2QueryFileStorageMB: untouched(BULK_RESULTS_MB),
          DailyDeliveredPlatformEvents: untouched(EVENTS_DELIVERED),
        }
        return { status: 200, body }
      },
    },
  ]
}
