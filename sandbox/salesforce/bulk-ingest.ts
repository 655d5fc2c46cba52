import { z } from 'zod'
import { csvLine } from './bulk-csv.ts'
import { unprocessedRows, uploadHeader } from './bulk-ingest-run.ts'
import {
  addJob,
  IngestDefinition,
  type IngestJob,
  ingestJob,
  jobProgress,
  jobView,
  listJobs,
  removeJob,
  setState,
  wrongState,
} from './bulk-jobs.ts'
import { readLines } from './bulk-lines.ts'
import { versionOf } from './bulk-request.ts'
import { startJob } from './bulk-runner.ts'
import {
  type Answer,
  apiCall,
  bodyOf,
  type Endpoint,
  param,
  type SandboxRequest,
  typeNamed,
} from './endpoint.ts'
import { apiError } from './errors.ts'
import { findField } from './objects.ts'
import type { Org } from './org.ts'
import { namedActor } from './writer-headers.ts'

const UPLOAD_MAX = 150_000_000
const DONE = ['JobComplete', 'Failed', 'Aborted']

function create(org: Org, request: SandboxRequest): Answer {
  const definition = bodyOf(request, IngestDefinition)
  const object = typeNamed(org, definition.object)
  const { operation, externalIdFieldName: external } = definition
  if (operation === 'upsert' && (!external || !findField(org.store, object, external)))
    throw apiError(
      400,
      'INVALIDJOB',
      'InvalidJob : externalIdFieldName is missing or no such field',
    )
  const job = addJob(
    org.store,
    {
      kind: 'ingest',
      definition,
      object,
      apiVersion: versionOf(request),
      userId: request.user.id,
      clientName: namedActor(request).clientName,
    },
    request.now,
  )
  return { status: 200, body: jobView(job) }
}

function upload({ store }: Org, request: SandboxRequest): Answer {
  const job = ingestJob(store, param(request, 'id'))
  if (job.state !== 'Open') throw wrongState(job, 'An upload')
  if (Buffer.byteLength(request.text) > UPLOAD_MAX)
    throw apiError(400, 'CLIENTINPUTERROR', 'The upload is larger than 150 MB')
  const { changes } = store
    .sql('insert or ignore into bulk_upload values (?, ?)')
    .run(job.id, request.text)
  if (changes > 0) return { status: 201 }
  throw apiError(
    400,
    'INVALIDJOB',
    `Found multiple contents for job: <${job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job ` +
      `then create a new Job and make sure you only do 'PUT' once on a given Job.`,
  )
}

const Closing = z.object({ state: z.enum(['UploadComplete', 'Aborted']) })

function close(org: Org, request: SandboxRequest): Answer {
  const job = ingestJob(org.store, param(request, 'id'))
  const { state } = bodyOf(request, Closing)
  const isOpen = job.state === 'Open'
  if (state === 'UploadComplete' ? !isOpen : DONE.includes(job.state))
    throw wrongState(job, `The state ${state}`)
  setState(org.store, job.id, state, request.now)
  if (state === 'UploadComplete') startJob(org, job.id)
  return { status: 200, body: jobView(ingestJob(org.store, job.id)) }
}

function remove({ store }: Org, request: SandboxRequest): Answer {
  const job = ingestJob(store, param(request, 'id'))
  if (!DONE.includes(job.state) && job.state !== 'UploadComplete') throw wrongState(job, 'Deleting')
  removeJob(store, job.id)
  return { status: 204 }
}

const OWN_COLUMNS = { success: ['sf__Id', 'sf__Created'], failure: ['sf__Id', 'sf__Error'] }

/** The rows of one outcome with their header. */
function outcome(org: Org, job: IngestJob, kind: 'success' | 'failure'): Answer {
  if (!DONE.includes(job.state)) throw wrongState(job, 'Reading results')
  const header = csvLine([...OWN_COLUMNS[kind], ...uploadHeader(org, job)], job.definition)
  return { status: 200, csv: header + readLines(org.store, job.id, kind).text }
}

function unprocessed(org: Org, job: IngestJob): Answer {
  if (!DONE.includes(job.state)) throw wrongState(job, 'Reading results')
  return { status: 200, csv: unprocessedRows(org, job) }
}

/** Jobs that write: created, filled once, closed, worked on, and read row by row. */
export function ingestEndpoints(org: Org): Endpoint[] {
  const endpoint = (method: Endpoint['method'], path: string, run: Endpoint['run']) =>
    apiCall(method, `/jobs/ingest${path}`, run)
  const jobIn = (request: SandboxRequest) => ingestJob(org.store, param(request, 'id'))
  return [
    endpoint('post', '', (request) => create(org, request)),
    endpoint('get', '', () => {
      const records = listJobs(org.store, 'ingest').map(jobView)
      return { status: 200, body: { done: true, records, nextRecordsUrl: null } }
    }),
    endpoint('put', '/:id/batches', (request) => upload(org, request)),
    endpoint('patch', '/:id', (request) => close(org, request)),
    endpoint('get', '/:id', (request) => ({ status: 200, body: jobProgress(jobIn(request)) })),
    endpoint('delete', '/:id', (request) => remove(org, request)),
    endpoint('get', '/:id/successfulResults', (request) => outcome(org, jobIn(request), 'success')),
    endpoint('get', '/:id/failedResults', (request) => outcome(org, jobIn(request), 'failure')),
    endpoint('get', '/:id/unprocessedrecords', (request) => unprocessed(org, jobIn(request))),
  ]
}
