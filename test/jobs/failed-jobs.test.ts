import { sql } from 'kysely'
import { afterEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { startQueueClock } from '../../jobs/queue-clock.ts'
import { createQueues, prepareQueues, type QueueBackend, type Queues } from '../../jobs/queues.ts'
import { startSweeper } from '../../jobs/schedule.ts'
import { startWorkers, type Workers } from '../../jobs/worker.ts'
import { systemClock } from '../../src/clock.ts'
import { mark } from '../../src/store/due.ts'
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

test('a job that died on a machine whose clock is ahead keeps nobody from working', async () => {
  const backend: QueueBackend = { kind: 'postgres', url: database.url }
  await prepareQueues(backend)
  const { id } = await makeInstallation(database.db)
  const inAnHour = Date.now() + 3_600_000
  await sql`
    insert into bullmq.job (queue, id, seq, name, state, data, opts, added_at_ms, processed_at_ms, lock_token,
      locked_until_ms, attempts_started, dedup_id)
    values ('score', 'dead', 1000000, 'wake', 'active', ${JSON.stringify({ installationId: id })}::jsonb,
      '{}', 1, 1, 'of a dead process', ${inAnHour}, 1, ${id})`.execute(database.db)
  await sql`insert into bullmq.dedup (queue, dedup_id, job_id) values ('score', ${id}, 'dead')`.execute(
    database.db,
  )
  // It has looked for stalled jobs, too: by its clock an hour from now.
  await sql`
    insert into bullmq.meta (queue, field, value) values ('score', 'stalled-check', ${String(inAnHour)})
    on conflict (queue, field) do update set value = excluded.value`.execute(database.db)
  await mark(database.db, id, 'score', 'person', ['1'], new Date())
  const deps = stageDeps(database.db, systemClock)
  const queues = createQueues(backend, deps.log)
  const working = { ...deps, wake: queues.wake }
  const workers = startWorkers(backend, working, () => database.db)
  const stop = [startSweeper(working), startQueueClock(backend, working)]
  onTestFinished(async () => {
    for (const each of stop) await each()
    await workers.close()
    await queues.close()
  })
  await vi.waitUntil(
    async () => {
      const { rows } = await sql`select from due where installation_id = ${id}`.execute(database.db)
      return rows.length === 0
    },
    { timeout: 20_000 },
  )
})
