import { createPostgresBackend, type Job, Worker, withBackend } from 'bullmq'
import { tell } from '../src/diagnostics.ts'
import { safeWords } from '../src/log-redaction.ts'
import { DUE_STAGES, type DueStage } from '../src/store/due.ts'
import type { DbOf } from '../src/store/tenants.ts'
import type { Deps } from './deps.ts'
import { PIPELINE } from './pipeline.ts'
import {
  LANES_QUEUE,
  LanePayload,
  QUEUE_NAMES,
  QUEUE_PREFIX,
  QUEUE_SCHEMA,
  type QueueBackend,
  WakePayload,
} from './queues.ts'

/**
 * A killed worker's job is taken over after the lock has run out and the next check for stalled jobs has
 * come: 6 s + 2 s at the most, against BullMQ's default of about a minute. The lock is renewed at half its
 * time, so only a blocked process loses it; a job done twice does no harm.
 */
export const LOCK_MS = 6_000
export const STALLED_CHECK_MS = 2_000
const OPTIONS = {
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  maxStalledCount: 3,
} as const

/** Installations worked on at the same time, per stage and process. */
const AT_ONCE = 5
/**
 * Lanes of large installations worked on beside them, per process. A process computes on one core; the second lane
 * computes while the first one waits for the database. A process lends no more, so that lanes spread over processes.
 */
const LANES_AT_ONCE = 2

const { Worker: PostgresWorker } = withBackend(createPostgresBackend)

export interface Workers {
  /** Takes no new job and waits for the running slices. */
  close(): Promise<void>
}

/**
 * Starts one worker per stage, and one for the lanes of large installations.
 * @param dbOf what a job works with: the database as its installation may see it
 */
export function startWorkers(backend: QueueBackend, deps: Deps, dbOf: DbOf): Workers {
  const stages = DUE_STAGES.map((stage) => {
    const run = (job: Job) => handle(stage, job, deps, dbOf)
    return startWorker(backend, { name: QUEUE_NAMES[stage], concurrency: AT_ONCE, run }, deps)
  })
  const help = (job: Job) => handle(LanePayload.parse(job.data).stage, job, deps, dbOf)
  const lanes = { name: LANES_QUEUE, concurrency: LANES_AT_ONCE, run: help }
  const workers = [...stages, startWorker(backend, lanes, deps)]
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}

interface Work {
  readonly name: string
  readonly concurrency: number
  readonly run: (job: Job) => Promise<void>
}

function startWorker(backend: QueueBackend, { name, concurrency, run }: Work, { log }: Deps) {
  const options = { ...OPTIONS, concurrency }
  const worker =
    backend.kind === 'redis'
      ? new Worker(name, run, {
          ...options,
          connection: { url: backend.url, maxRetriesPerRequest: null },
          prefix: QUEUE_PREFIX,
        })
      : new PostgresWorker(name, run, {
          ...options,
          connection: { connectionString: backend.url, max: concurrency, schema: QUEUE_SCHEMA },
        })
  worker.on('error', (error) => log.warn({ queue: name, error }, 'worker'))
  worker.on('failed', (_job, error) =>
    log.error({ queue: name, error }, 'job failed; its rows stay due'),
  )
  return worker
}

async function handle(stage: DueStage, job: Job, deps: Deps, dbOf: DbOf): Promise<void> {
  const began = performance.now()
  const ended = (outcome: 'done' | 'failed') =>
    tell('job', { stage, outcome, ms: performance.now() - began })
  try {
    const wake = WakePayload.parse(job.data)
    deps.log.debug({ stage, ...wake }, 'job begins')
    await PIPELINE[stage](wake, { ...deps, db: dbOf(wake.installationId) })
    ended('done')
  } catch (error) {
    ended('failed')
    // BullMQ stores the text in its tables, where nobody erases people; a NUL in it would make the job hang.
    throw new Error(safeWords(error).toWellFormed().replaceAll('\u0000', ''), { cause: error })
  }
}
