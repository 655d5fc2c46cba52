import { createPostgresBackend, Queue, runMigrations, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { z } from 'zod'
import { messageOf, UserError } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import { DUE_STAGES, type DueStage } from '../src/store/due.ts'
import { createAlarms } from './alarms.ts'

/** One queue per stage; the names are what operators see. */
export const QUEUE_NAMES: Readonly<Record<DueStage, string>> = {
  sync: 'sync',
  fetch: 'fetch',
  enrich: 'enrich',
  score: 'score',
  write_back: 'write-back',
  task: 'task',
  route: 'route',
  listen: 'listen',
  erase: 'erase',
}

/**
 * Of jobs that help with one lane of a large installation. Apart from the stages' own queues, so that helpers never
 * stand in line before somebody's only job.
 */
export const LANES_QUEUE = 'lanes'

/**
 * A job says "go and look", never what to do: the work is in the table `due`.
 * `lane`: the only one that a helper takes; absent in the job that every wake-up starts.
 */
export const WakePayload = z.object({
  installationId: z.uuid(),
  lane: z.int().positive().optional(),
})
/** Of a job in the queue of lanes, which serves several stages. */
export const LanePayload = z.object({ stage: z.enum(DUE_STAGES) })
export type WakePayload = z.infer<typeof WakePayload>

type JobData = WakePayload & Partial<z.infer<typeof LanePayload>>

/** Where BullMQ keeps its jobs. */
export type QueueBackend =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'redis'; readonly url: string }

/** Tells the workers of a stage that an installation has something due; from lane 1 on, that one lane needs a helper. */
export type Wake = (
  stage: DueStage,
  installationId: string,
  delayMs?: number,
  lane?: number,
) => Promise<void>

export interface Queues {
  /** For looking at. */
  readonly all: readonly AnyQueue[]
  readonly wake: Wake
  close(): Promise<void>
}

/** BullMQ's tables live apart from ours; their names are generic. */
export const QUEUE_SCHEMA = 'bullmq'
/** And its Redis keys apart from other programs'. */
export const QUEUE_PREFIX = 'plumbline'

/**
 * Makes the queue's place ready: creates or upgrades its tables on Postgres, asks Redis whether it is there.
 * Safe to run from many processes.
 * @throws UserError when Redis does not answer; later outages are survived, a wrong address is not
 */
export function prepareQueues(backend: QueueBackend): Promise<void> {
  return backend.kind === 'redis' ? pingRedis(backend.url) : migrateQueues(backend.url)
}

async function migrateQueues(url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'plumbline queues' })
  await client.connect()
  try {
    await runMigrations(client, QUEUE_SCHEMA)
  } finally {
    await client.end()
  }
}

async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  let reason = ''
  redis.on('error', (error) => {
    reason = error.message
  })
  try {
    await redis.connect()
    await redis.ping()
  } catch (cause) {
    const host = URL.canParse(url) ? new URL(url).host : 'the given address'
    throw new UserError(
      `Redis at ${host} does not answer (${reason || messageOf(cause)}). Check REDIS_URL, or unset it to run the queue on Postgres.`,
      { cause },
    )
  } finally {
    redis.disconnect()
  }
}

const JOB_OPTIONS = {
  // A handler fails only when the database does; the sweeper wakes it again. A retry of the queue's own would wait by the
  // clock of the machine that failed and, until then, swallow every wake-up of that stage and installation.
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: { age: 24 * 3600 },
} as const

const { Queue: PostgresQueue } = withBackend(createPostgresBackend)

/** Opens the producing side of all queues. */
export function createQueues(backend: QueueBackend, log: Log): Queues {
  const queues = new Map(
    Object.entries(QUEUE_NAMES).map(([stage, name]) => [stage, openQueue(backend, name, log)]),
  )
  const lanes = openQueue(backend, LANES_QUEUE, log)
  const alarms = createAlarms(log)
  const add = async (stage: DueStage, installationId: string, lane: number) => {
    if (lane === 0) {
      await queues.get(stage)?.add('wake', { installationId }, optionsOf(installationId))
      return
    }
    const options = optionsOf(`${installationId} ${stage} ${lane}`)
    await lanes.add('help', { installationId, stage, lane }, options)
  }
  return {
    all: [...queues.values(), lanes],
    async wake(stage, installationId, delayMs = 0, lane = 0) {
      if (delayMs === 0) return add(stage, installationId, lane)
      alarms.set(`${stage} ${installationId} ${lane}`, delayMs, () =>
        add(stage, installationId, lane),
      )
    },
    async close() {
      alarms.stop()
      await Promise.all([...queues.values(), lanes].map((queue) => queue.close()))
    },
  }
}

/** A queue on either backend. */
export type AnyQueue = ReturnType<typeof openQueue>

/** "Keep last if active": news that arrives while such a job runs makes it run once more. */
function optionsOf(id: string) {
  return { ...JOB_OPTIONS, deduplication: { id, keepLastIfActive: true } }
}

function openQueue(backend: QueueBackend, name: string, log: Log) {
  const queue =
    backend.kind === 'redis'
      ? new Queue<JobData>(name, {
          // Fail at once while Redis is away: the sweeper repeats every wake-up that was lost.
          connection: { url: backend.url, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
          prefix: QUEUE_PREFIX,
        })
      : new PostgresQueue<JobData>(name, {
          connection: { connectionString: backend.url, max: 2, schema: QUEUE_SCHEMA },
        })
  queue.on('error', (error) => log.warn({ queue: name, error }, 'queue connection'))
  return queue
}
