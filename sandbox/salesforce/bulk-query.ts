import { z } from 'zod'
import {
  addJob,
  jobProgress,
  jobView,
  listJobs,
  QueryDefinition,
  type QueryJob,
  queryJob,
  removeJob,
  setState,
  wrongState,
} from './bulk-jobs.ts'
import { bulkSettings } from './bulk-levers.ts'
import { readLines } from './bulk-lines.ts'
import { openRows } from './bulk-query-run.ts'
import { versionOf } from './bulk-request.ts'
import { startJob } from './bulk-runner.ts'
import {
  type Answer,
  apiCall,
  bodyOf,
  type Endpoint,
  param,
  type SandboxRequest,
} from './endpoint.ts'
import { ApiError, apiError } from './errors.ts'
import type { Org } from './org.ts'
import { parseSoql } from './soql.ts'
import type { Store } from './store.ts'
import { namedActor } from './writer-headers.ts'

const DAY_MS = 86_400_000
const JOBS_PER_DAY = 10_000
const KEPT_MS = 7 * DAY_MS
/** Rows of a page that asks for no number of its own. */
const PAGE = 50_000

function refuseTooMany(store: Store, now: number): void {
  const row = store
    .sql(`select count(*) as n from bulk_job where kind = 'query' and created_at > ?`)
    .get(now - DAY_MS)
  if (Number(row?.['n']) >= JOBS_PER_DAY)
    throw apiError(403, 'REQUEST_LIMIT_EXCEEDED', 'Max bulk v2 query jobs per day limit exceeded.')
}

/** Bulk refuses a query in an envelope of its own. */
function refuseBadQuery(org: Org, job: Pick<QueryJob, 'definition' | 'userId'>): void {
  try {
    openRows(org, job)
  } catch (error) {
    if (!(error instanceof ApiError) || !Array.isArray(error.body)) throw error
    const [first] = error.body
    throw apiError(400, 'API_ERROR', `${first?.errorCode}: ${first?.message}`)
  }
}

function create(org: Org, request: SandboxRequest): Answer {
  refuseTooMany(org.store, request.now)
  const definition = bodyOf(request, QueryDefinition)
  const userId = request.user.id
  refuseBadQuery(org, { definition, userId })
  const job = addJob(
    org.store,
    {
      kind: 'query',
      definition,
      object: parseSoql(definition.query).sObject,
      apiVersion: versionOf(request),
      userId,
      clientName: namedActor(request).clientName,
    },
    request.now,
  )
  startJob(org, job.id)
  return { status: 200, body: jobView(job) }
}

const Abort = z.object({ state: z.literal('Aborted') })

function abort({ store }: Org, request: SandboxRequest): Answer {
  const job = queryJob(store, param(request, 'id'))
  const { state } = bodyOf(request, Abort)
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress')
    throw wrongState(job, 'Aborting')
  setState(store, job.id, state, request.now)
  return { status: 200, body: jobView(queryJob(store, job.id)) }
}

function remove({ store }: Org, request: SandboxRequest): Answer {
  const job = queryJob(store, param(request, 'id'))
  if (job.state === 'UploadComplete' || job.state === 'InProgress')
    throw wrongState(job, 'Deleting')
  removeJob(store, job.id)
  return { status: 204 }
}

/** Where the next page begins, in a form that says nothing. */
function locatorOf(store: Store, jobId: string, after: number): string {
  const text = `${jobId} ${bulkSettings(store).locatorAge} ${after}`
  return Buffer.from(text).toString('base64url')
}

/** @throws ApiError 400 for a locator that is not this job's, or not any more */
function placeOf(store: Store, jobId: string, locator: string | null): number {
  if (locator === null) return 0
  const [id, age, after = ''] = Buffer.from(locator, 'base64url').toString().split(' ')
  const isGood = id === jobId && age === String(bulkSettings(store).locatorAge)
  if (isGood && /^\d{1,9}$/.test(after)) return Number(after)
  throw apiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
}

function pageSize(text: string | null): number {
  if (text === null) return PAGE
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (size > 0) return size
  throw apiError(
    400,
    'INVALIDJOBPARAMETER',
    `maxRecords must be a whole number above zero: ${text}`,
  )
}

function results({ store }: Org, request: SandboxRequest): Answer {
  const job = queryJob(store, param(request, 'id'))
  if (job.state !== 'JobComplete') throw wrongState(job, 'Reading results')
  if (request.now > job.createdAt + KEPT_MS)
    throw apiError(404, 'NOT_FOUND', 'The results of this job have expired')
  const after = placeOf(store, job.id, request.query.get('locator'))
  const size = pageSize(request.query.get('maxRecords'))
  const { text, count, last } = readLines(store, job.id, 'row', after, size)
  const isEnd = last >= job.processed
  return {
    status: 200,
    csv: readLines(store, job.id, 'header').text + text,
    headers: {
      'Sforce-Locator': isEnd ? 'null' : locatorOf(store, job.id, last),
      'Sforce-NumberOfRecords': String(count),
    },
  }
}

/** Jobs that read: found once, then handed out page by page, each with its header row. */
export function queryJobEndpoints(org: Org): Endpoint[] {
  const endpoint = (method: Endpoint['method'], path: string, run: Endpoint['run']) =>
    apiCall(method, `/jobs/query${path}`, run)
  return [
    endpoint('post', '', (request) => create(org, request)),
    endpoint('get', '', () => {
      const records = listJobs(org.store, 'query').map(jobView)
      return { status: 200, body: { done: true, records, nextRecordsUrl: null } }
    }),
    endpoint('get', '/:id', (request) => ({
      status: 200,
      body: jobProgress(queryJob(org.store, param(request, 'id'))),
    })),
    endpoint('get', '/:id/results', (request) => results(org, request)),
    endpoint('patch', '/:id', (request) => abort(org, request)),
    endpoint('delete', '/:id', (request) => remove(org, request)),
  ]
}
