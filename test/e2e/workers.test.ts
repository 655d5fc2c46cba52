import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { listInstallations } from '../../src/store/installations.ts'
import { peopleCounts } from '../../src/store/overview.ts'
import { useDatabase } from '../helpers/database.ts'
import { starterJudges, startPortal, type TestPortal, untilQuiet } from '../helpers/portal.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { judgePortal } from './oracle.ts'
import { type RoleProcess, startRole } from './worker-processes.ts'

const PEOPLE = 1_000
/** Marked beside them, so that one installation has enough to do for lanes: ids that nobody has. */
const NOBODIES = 12_000
const PARTS = 20
/** The lease of 8 s and a look every 2 s; or the queue's lock of 6 s and its check every 2 s. */
const WITHIN_MS = 20_000
const BACKENDS = inject('redisUrl') ? ['Postgres', 'Redis'] : ['Postgres']

describe.each(BACKENDS)('two workers on one installation, with the queue on %s', (backend) => {
  const database = useDatabase()
  const running: RoleProcess[] = []
  let portal: TestPortal
  let start: (role: 'web' | 'worker') => Promise<RoleProcess>
  let web: string
  beforeEach(async () => {
    portal = await startPortal(PEOPLE)
    const port = await freePort(0)
    web = `http://127.0.0.1:${port}`
    const environment = {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      PLUMBLINE_URL: web,
      PORT: String(port),
      HUBSPOT_CLIENT_ID: SANDBOX_APP.clientId,
      HUBSPOT_CLIENT_SECRET: SANDBOX_APP.clientSecret,
      HUBSPOT_API_URL: portal.url,
      HUBSPOT_AUTHORIZE_URL: `${portal.url}/oauth/authorize`,
      ...(backend === 'Redis' && { REDIS_URL: await emptyRedis() }),
    }
    start = async (role) => {
      const process = await startRole(role, environment)
      running.push(process)
      return process
    }
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
    await portal.close()
  })

  test('share its lanes; one that is killed delays its share by seconds, and nothing is lost or done twice', async () => {
    await start('web')
    const workers = [await start('worker'), await start('worker')] as const
    const { db } = database
    await giveConsent(web)
    const [installation] = await listInstallations(db)
    if (!installation) throw new Error('nothing was installed')
    const { id } = installation
    await untilQuiet(database, id, new Date(0))

    const since = new Date()
    await everybodyAgain(db, id)
    const [, killed] = workers
    const scoredAgain = () => receiptsSince(db, id, since)
    await reached(async () => {
      const both = workers.every((each) => helped(each) > 0)
      return both && (await scoredAgain()) > 0
    })
    const heldAt = new Date()
    await killed.kill()
    const done = await scoredAgain()
    await expect.poll(() => heldBefore(db, id, heldAt), { timeout: WITHIN_MS }).toBe(0)
    await untilQuiet(database, id, new Date(0))

    const counts = await peopleCounts(db, id, since)
    expect(counts).toMatchObject({ scored: PEOPLE, writtenSince: PEOPLE, rejected: 0 })
    expect({ done, receipts: await scoredAgain() }).toEqual({ done, receipts: PEOPLE })
    expect(done).toBeLessThan(PEOPLE)
    const verdict = await judgePortal(portal.url, SANDBOX_APP, await starterJudges())
    expect(verdict).toMatchObject({ contacts: PEOPLE, differences: [] })
  }, 180_000)
})

/** As if a publication had changed everybody's score. */
async function everybodyAgain(db: Db, id: string): Promise<void> {
  await sql`update score set written_values = '{}', inputs_hash = '' where installation_id = ${id}`.execute(
    db,
  )
  await sql`delete from written where installation_id = ${id} and subject_kind = 'person'`.execute(
    db,
  )
  const { rows } = await sql<{ id: string }>`
    select person_id as id from score where installation_id = ${id}`.execute(db)
  const nobodies = Array.from({ length: NOBODIES }, (_, n) => `nobody-${n}`)
  const now = Date.now()
  await inTransaction(db, async (transaction) => {
    for (let part = 0; part < PARTS; part += 1) {
      const ids = [...nobodies, ...rows.map((row) => row.id)].filter((_, n) => n % PARTS === part)
      // The longest waiting come first: the people's turns are spread over the whole.
      await mark(transaction, id, 'score', 'person', ids, new Date(now - PARTS + part))
    }
  })
}

function helped(worker: RoleProcess): number {
  return worker.logged('job begins').filter(({ lane }) => lane !== undefined).length
}

async function receiptsSince(db: Db, id: string, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from score_receipt
    where installation_id = ${id} and as_of >= ${since}`.execute(db)
  return rows[0]?.n ?? 0
}

/** Rows that were claimed before this moment and are not settled yet. */
async function heldBefore(db: Db, id: string, moment: Date): Promise<number> {
  const leased = new Date(moment.getTime() + 8_000)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from due
    where installation_id = ${id} and stage = 'score' and lease_until <= ${leased}`.execute(db)
  return rows[0]?.n ?? 0
}

async function reached(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function emptyRedis(): Promise<string> {
  const url = inject('redisUrl') ?? ''
  const redis = new Redis(url)
  await redis.flushall()
  redis.disconnect()
  return url
}
