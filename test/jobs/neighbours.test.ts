import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../connectors/connector.ts'
import type { Page } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import type { CrmAccess } from '../../jobs/deps.ts'
import { createQueues, prepareQueues, type QueueBackend, type Queues } from '../../jobs/queues.ts'
import { requestSync, startSweeper } from '../../jobs/schedule.ts'
import { startWorkers, type Workers } from '../../jobs/worker.ts'
import { systemClock } from '../../src/clock.ts'
import { CrmUnavailable } from '../../src/errors.ts'
import { mark } from '../../src/store/due.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import type { Installation } from '../../src/store/installations.ts'
import { MANY_ROWS } from '../../src/store/lanes.ts'
import { peopleCounts } from '../../src/store/overview.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const NEIGHBOURS = 12
const BORN = new Date('2026-11-01T12:00:00Z')
/** The first two troubles last for ever; how long the third one does is looked at. */
const PATIENCE = { timeout: 60_000 }

/** A CRM of one person who carries what is written. */
const healthy: Connection = {
  ...unusedConnection,
  provision: async () => {},
  async pullAll() {
    const ann = { id: '1', facts: { title: 'CEO' }, createdAt: BORN, updatedAt: BORN }
    return { ...EMPTY_PAGE, people: [ann], records: 1 }
  },
  push: async (writes) => writes.map(({ subject: { id } }) => ({ id, status: 'written' })),
}

describe('one account in trouble', () => {
  const database = useDatabase()
  const hanging = Promise.withResolvers<Page>()
  const troubles = new Map<string, Connection>()
  let queues: Queues
  let running: { workers: Workers; stopSweeper: () => Promise<void> }
  let neighbours: readonly Installation[]
  beforeEach(async () => {
    const backend: QueueBackend = { kind: 'postgres', url: database.url }
    await prepareQueues(backend)
    const access = ({ id }: Installation) =>
      crmOf(troubles.get(id) ?? healthy, { fullPhases: [['contacts']] })
    const crm: CrmAccess = {
      open: (installation) => access(installation).open(installation),
      writesAtOnce: () => 1,
    }
    const deps = stageDeps(database.db, systemClock, { crm })
    queues = createQueues(backend, deps.log)
    const working = { ...deps, wake: queues.wake }
    running = {
      workers: startWorkers(backend, working, () => database.db),
      stopSweeper: startSweeper(working),
    }
    neighbours = await Promise.all(
      Array.from({ length: NEIGHBOURS }, () => makeInstallation(database.db)),
    )
  })
  afterEach(async () => {
    hanging.resolve(EMPTY_PAGE)
    await running.stopSweeper()
    await running.workers.close()
    await queues.close()
    troubles.clear()
  })

  const read = async ({ id }: Installation) => {
    await requestSync(database.db, id, 'full', new Date())
    await queues.wake('sync', id)
  }
  const written = async () => {
    const since = new Date(0)
    const counts = neighbours.map(({ id }) => peopleCounts(database.db, id, since))
    return (await Promise.all(counts)).reduce((sum, each) => sum + each.written, 0)
  }

  test.each([
    ['whose CRM never answers', () => hanging.promise],
    [
      'whose CRM is always out of order',
      () => Promise.reject(new CrmUnavailable('hubspot', '503')),
    ],
  ])('%s delays nobody else', async (_, pullAll) => {
    const troubled = await makeInstallation(database.db)
    troubles.set(troubled.id, { ...healthy, pullAll })
    await read(troubled)
    for (const each of neighbours) await read(each)
    await expect.poll(written, PATIENCE).toBe(NEIGHBOURS)
  })

  test('that has very much to do delays nobody else', async () => {
    const large = await makeInstallation(database.db)
    const ids = Array.from({ length: 20 * MANY_ROWS }, (_, n) => `nobody-${n}`)
    await mark(database.db, large.id, 'score', 'person', ids, new Date())
    await queues.wake('score', large.id)
    for (const each of neighbours) await read(each)
    await expect.poll(written, PATIENCE).toBe(NEIGHBOURS)
    const { score } = await backlog(database.db, large.id, new Date())
    expect(score).toBeGreaterThan(0)
  })
})
