import { ingestEndpoints } from './bulk-ingest.ts'
import { queryJobEndpoints } from './bulk-query.ts'
import { resumeJobs } from './bulk-runner.ts'
import type { Endpoint } from './endpoint.ts'
import type { Org } from './org.ts'

/** Bulk API 2.0. Jobs that were under way when the org was closed go on. */
export function bulkEndpoints(org: Org): Endpoint[] {
  resumeJobs(org)
  return [...queryJobEndpoints(org), ...ingestEndpoints(org)]
}
