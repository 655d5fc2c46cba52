import type { SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import { CsvFormat } from './bulk-csv.ts'
import { apiError, notFound } from './errors.ts'
import { nextId, to18 } from './ids.ts'
import type { Store } from './store.ts'

/** A statement is at most so long. */
const QUERY_MAX = 100_000

export const QueryDefinition = CsvFormat.extend({
  operation: z.enum(['query', 'queryAll']),
  query: z.string().min(1).max(QUERY_MAX),
})
export type QueryDefinition = z.infer<typeof QueryDefinition>

export const IngestDefinition = CsvFormat.extend({
  operation: z.enum(['insert', 'update', 'upsert']),
  object: z.string(),
  externalIdFieldName: z.string().optional(),
  assignmentRuleId: z.string().optional(),
})
export type IngestDefinition = z.infer<typeof IngestDefinition>

const STATES = ['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted'] as const
export type JobState = (typeof STATES)[number]

interface JobBase {
  readonly id: string
  readonly state: JobState
  readonly apiVersion: number
  /** The object that is read or written. */
  readonly object: string
  readonly userId: string
  readonly clientName: string | undefined
  readonly createdAt: number
  readonly changedAt: number
  /** Rows that are through, failed ones included. */
  readonly processed: number
  readonly failed: number
  readonly errorMessage: string | undefined
}
export type QueryJob = JobBase & { readonly kind: 'query'; readonly definition: QueryDefinition }
export type IngestJob = JobBase & { readonly kind: 'ingest'; readonly definition: IngestDefinition }
export type BulkJob = QueryJob | IngestJob

const Stored = z.object({ apiVersion: z.number(), object: z.string(), definition: z.unknown() })

function toJob(row: Record<string, SQLOutputValue>): BulkJob {
  const { apiVersion, object, definition } = Stored.parse(JSON.parse(String(row['definition'])))
  const base = {
    id: String(row['id']),
    state: z.enum(STATES).parse(row['state']),
    apiVersion,
    object,
    userId: String(row['user_id']),
    clientName: row['client_name'] === null ? undefined : String(row['client_name']),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
    processed: Number(row['processed']),
    failed: Number(row['failed']),
    errorMessage: row['error_message'] === null ? undefined : String(row['error_message']),
  }
  if (row['kind'] === 'query')
    return { ...base, kind: 'query', definition: QueryDefinition.parse(definition) }
  return { ...base, kind: 'ingest', definition: IngestDefinition.parse(definition) }
}

export type NewJob = Pick<JobBase, 'apiVersion' | 'object' | 'userId' | 'clientName'> &
  (Pick<QueryJob, 'kind' | 'definition'> | Pick<IngestJob, 'kind' | 'definition'>)

/** Writes down a new job: an ingest job is open for its upload, a query job waits for its turn. */
export function addJob(store: Store, job: NewJob, now: number): BulkJob {
  const { apiVersion, object, definition } = job
  const row = store
    .sql(
      `insert into bulk_job (id, kind, state, definition, user_id, client_name, created_at, changed_at)
       values (?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    )
    .get(
      nextId(store, 'Job'),
      job.kind,
      job.kind === 'ingest' ? 'Open' : 'UploadComplete',
      JSON.stringify({ apiVersion, object, definition }),
      job.userId,
      job.clientName ?? null,
      now,
      now,
    )
  if (!row) throw new Error('SQLite returned no row for an insert.')
  return toJob(row)
}

export function findJob(store: Store, id: string): BulkJob | undefined {
  const row = store.sql('select * from bulk_job where id = ?').get(to18(id) ?? id)
  return row && toJob(row)
}

/** @throws ApiError 404 */
export function queryJob(store: Store, id: string): QueryJob {
  const job = findJob(store, id)
  if (job?.kind === 'query') return job
  throw notFound()
}

/** @throws ApiError 404 */
export function ingestJob(store: Store, id: string): IngestJob {
  const job = findJob(store, id)
  if (job?.kind === 'ingest') return job
  throw notFound()
}

/** The jobs of a kind, the newest first. */
export function listJobs(store: Store, kind: BulkJob['kind']): BulkJob[] {
  return store
    .sql('select * from bulk_job where kind = ? order by created_at desc, id desc limit 1000')
    .all(kind)
    .map(toJob)
}

/** Jobs that a process before this one has not finished. */
export function unfinishedJobs(store: Store): BulkJob[] {
  return store
    .sql(`select * from bulk_job where state in ('UploadComplete', 'InProgress') order by id`)
    .all()
    .map(toJob)
}

export function setState(
  store: Store,
  id: string,
  state: JobState,
  now: number,
  errorMessage?: string,
): void {
  store
    .sql('update bulk_job set state = ?, changed_at = ?, error_message = ? where id = ?')
    .run(state, now, errorMessage ?? null, id)
}

export function addProgress(store: Store, id: string, rows: number, failed: number): void {
  store
    .sql('update bulk_job set processed = processed + ?, failed = failed + ? where id = ?')
    .run(rows, failed, id)
}

export function removeJob(store: Store, id: string): void {
  for (const table of ['bulk_line', 'bulk_upload'])
    store.sql(`delete from ${table} where job_id = ?`).run(id)
  store.sql('delete from bulk_job where id = ?').run(id)
}

const when = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000')

/** A job as the answers show it. */
export function jobView(job: BulkJob) {
  const { definition } = job
  return {
    id: job.id,
    operation: definition.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: when(job.createdAt),
    systemModstamp: when(job.changedAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: definition.contentType,
    apiVersion: job.apiVersion,
    lineEnding: definition.lineEnding,
    columnDelimiter: definition.columnDelimiter,
    ...('assignmentRuleId' in definition && { assignmentRuleId: definition.assignmentRuleId }),
    ...('externalIdFieldName' in definition && {
      externalIdFieldName: definition.externalIdFieldName,
    }),
    ...(job.kind === 'ingest' && {
      contentUrl: `services/data/v${job.apiVersion.toFixed(1)}/jobs/ingest/${job.id}/batches`,
    }),
  }
}

/** A job with how far it is. */
export function jobProgress(job: BulkJob) {
  return {
    ...jobView(job),
    jobType: job.kind === 'query' ? 'V2Query' : 'V2Ingest',
    numberRecordsProcessed: job.processed,
    ...(job.kind === 'ingest' && { numberRecordsFailed: job.failed }),
    ...(job.kind === 'query' && { isPkChunkingSupported: true }),
    retries: 0,
    totalProcessingTime: Math.max(0, job.changedAt - job.createdAt),
    ...(job.errorMessage !== undefined && { errorMessage: job.errorMessage }),
  }
}

/** What a job in this state does not take. */
export function wrongState(job: BulkJob, what: string) {
  return apiError(400, 'INVALIDJOBSTATE', `${what} is not possible: job ${job.id} is ${job.state}`)
}
