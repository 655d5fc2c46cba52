import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createQueues, prepareQueues, type QueueBackend, type Queues } from '../../jobs/queues.ts'
import { startWorkers, type Workers } from '../../jobs/worker.ts'
import { systemClock } from '../../src/clock.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { stageDeps } from '../helpers/deps.ts'

const redisUrl = inject('redisUrl')
const database = useDatabase()
const BACKENDS = [
  { kind: 'postgres', url: () => database.url },
  ...(redisUrl ? [{ kind: 'redis', url: () => redisUrl } as const] : []),
] as const

describe.each(BACKENDS)('a job that failed, with the queue on $kind', ({ kind, url }) => {
  let running: { queues: Queues; workers: Workers }
  afterEach(async () => {
    await running.workers.close()
    await running.queues.close()
  })

  test('leaves the queue to others, as does a wake-up that is to come later', async () => {
    const backend: QueueBackend = { kind, url: url() }
    await prepareQueues(backend)
    const { id } = await makeInstallation(database.db)
    const { log } = stageDeps(database.db, systemClock)
    const queues = createQueues(backend, log)
    running = { queues, workers: { close: async () => {} } }
    const fetching = queues.all.find(({ name }) => name === 'fetch')
    const counts = () => fetching?.getJobCounts('delayed', 'waiting')
    await queues.wake('fetch', id, 600_000)
    expect(await counts()).toEqual({ delayed: 0, waiting: 0 })
    await queues.wake('fetch', id)
    expect(await counts()).toEqual({ delayed: 0, waiting: 1 })
  })

  test('waits for nothing, so that the next wake-up is not swallowed', async () => {
    const backend: QueueBackend = { kind, url: url() }
    await prepareQueues(backend)
    const { id } = await makeInstallation(database.db)
    const deps = stageDeps(database.db, systemClock)
    const queues = createQueues(backend, deps.log)
    let asked = 0
    const workers = startWorkers(backend, deps, (installationId) => {
      if (installationId === id) asked += 1
      if (asked === 1) throw new Error('the database is away')
      return database.db
    })
    running = { queues, workers }
    const score = queues.all.find(({ name }) => name === 'score')
    const counts = () => score?.getJobCounts('delayed', 'waiting', 'active', 'failed')

    await queues.wake('score', id)
    await vi.waitUntil(async () => (await counts())?.['failed'] === 1, { timeout: 20_000 })
    expect(await counts()).toMatchObject({ delayed: 0, waiting: 0, active: 0 })
    await queues.wake('score', id)
    await vi.waitUntil(() => asked === 2, { timeout: 20_000 })
  })
})
