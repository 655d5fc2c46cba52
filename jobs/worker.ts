import { createPostgresBackend, type Job, Worker, withBackend } from 'bullmq'
import { tell } from '../src/diagnostics.ts'
import { safeWords } from '../src/log-redaction.ts'
import { DUE_STAGES, type DueStage } from '../src/store/due.ts'
import type { DbOf } from '../src/store/tenants.ts'
import type { Deps } from './deps.ts'
import { PIPELINE } from './pipeline.ts'
import {
  QUEUE_NAMES,
  QUEUE_PREFIX,
  QUEUE_SCHEMA,
  type QueueBackend,
  WakePayload,
} from './queues.ts'

/**
 * A killed worker's job is taken over after the lock has run out and the next check for stalled jobs has
 * come: 10 s + 4 s at the most, against BullMQ's default of about a minute. The lock is renewed at half its
 * time, so only a blocked process loses it; a job done twice does no harm.
 */
const OPTIONS = {
  lockDuration: 10_000,
  stalledInterval: 4_000,
  maxStalledCount: 3,
  // Installations worked on at the same time, per stage and process.
  concurrency: 5,
} as const

const { Worker: PostgresWorker } = withBackend(createPostgresBackend)

export interface Workers {
  /** Takes no new job and waits for the running slices. */
  close(): Promise<void>
}

/**
 * Starts one worker per stage.
 * @param dbOf what a job works with: the database as its installation may see it
 */
export function startWorkers(backend: QueueBackend, deps: Deps, dbOf: DbOf): Workers {
  const workers = DUE_STAGES.map((stage) => startWorker(backend, stage, deps, dbOf))
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}

function startWorker(backend: QueueBackend, stage: DueStage, deps: Deps, dbOf: DbOf) {
  const run = (job: Job) => handle(stage, job, deps, dbOf)
  const name = QUEUE_NAMES[stage]
  const worker =
    backend.kind === 'redis'
      ? new Worker(name, run, {
          ...OPTIONS,
          connection: { url: backend.url, maxRetriesPerRequest: null },
          prefix: QUEUE_PREFIX,
        })
      : new PostgresWorker(name, run, {
          ...OPTIONS,
          connection: { connectionString: backend.url, max: 5, schema: QUEUE_SCHEMA },
        })
  worker.on('error', (error) => deps.log.warn({ queue: name, error }, 'worker'))
  worker.on('failed', (_job, error) =>
    deps.log.error({ queue: name, error }, 'job failed; its rows stay due'),
  )
  return worker
}

async function handle(stage: DueStage, job: Job, deps: Deps, dbOf: DbOf): Promise<void> {
  const began = performance.now()
  const ended = (outcome: 'done' | 'failed') =>
    tell('job', { stage, outcome, ms: performance.now() - began })
  try {
    const wake = WakePayload.parse(job.data)
    await PIPELINE[stage](wake, { ...deps, db: dbOf(wake.installationId) })
    ended('done')
  } catch (error) {
    ended('failed')
    // BullMQ stores the text in its tables, where nobody erases people; a NUL in it would make the job hang.
    throw new Error(safeWords(error).toWellFormed().replaceAll('\u0000', ''), { cause: error })
  }
}
