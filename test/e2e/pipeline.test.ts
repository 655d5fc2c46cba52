import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { requestSync } from '../../jobs/schedule.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import { mark } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { peopleCounts } from '../../src/store/overview.ts'
import type { RunKind } from '../../src/store/sync-runs.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  installIn,
  starterJudges,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'
import { judgePortal } from './oracle.ts'

const PEOPLE = 600

const BACKENDS = [
  { backend: 'Postgres', redis: () => null },
  ...(inject('redisUrl') ? [{ backend: 'Redis', redis: () => inject('redisUrl') }] : []),
]

describe.each(BACKENDS)('the whole pipeline with its queue on $backend', ({ redis }) => {
  const database = useDatabase()
  let portal: TestPortal
  let installation: Installation
  beforeAll(async () => {
    portal = await startPortal(PEOPLE)
    await emptyRedis(redis())
  })
  afterAll(() => portal.close())

  const start = async () => startStack(await testConfig(database.url, portal, redis()))
  const judge = async () => judgePortal(portal.url, SANDBOX_APP, await starterJudges())
  const readAgain = async (plumbline: Plumbline, kind: RunKind) => {
    const since = new Date()
    await requestSync(plumbline.db, installation.id, kind, since)
    await plumbline.deps.wake('sync', installation.id)
    await untilQuiet(plumbline, installation.id, since)
  }

  test('every live contact and company carries what a fresh computation gives; deleted ones nothing', async () => {
    const plumbline = await start()
    const since = new Date()
    installation = await installIn(plumbline)
    await untilQuiet(plumbline, installation.id, since)
    const { updateCalls, recordsWritten } = await portal.ledger()
    const verdict = await judge()
    expect(verdict).toMatchObject({ contacts: PEOPLE, differences: [] })
    // Each once: accounts wait until all their people have been read and scored.
    expect(recordsWritten).toBe(PEOPLE + verdict.companies)
    expect(updateCalls).toBe(PEOPLE / 100 + Math.ceil(verdict.companies / 100))
  })

  test('reading everything again writes nothing', async () => {
    const plumbline = await start()
    await portal.resetLedger()
    await readAgain(plumbline, 'full')
    expect(await portal.ledger()).toMatchObject({ updateCalls: 0, recordsWritten: 0 })
  })

  test('an incremental reading after our own writing writes nothing', async () => {
    const plumbline = await start()
    await portal.resetLedger()
    await readAgain(plumbline, 'delta')
    expect(await portal.ledger()).toMatchObject({ updateCalls: 0, recordsWritten: 0 })
  })

  test('one changed contact is one update of it and one of its account', async () => {
    const plumbline = await start()
    const id = await someId(plumbline, `s.score < 50 and not p.facts ? 'title'`)
    const properties = { jobtitle: 'Chief Executive Officer' }
    await portal.mutate({ op: 'update', type: 'contacts', id, properties })
    await portal.resetLedger()
    await readAgain(plumbline, 'delta')
    // The company has a decision maker now.
    expect(await portal.ledger()).toMatchObject({ updateCalls: 2, recordsWritten: 2 })
    expect(await judge()).toMatchObject({ differences: [] })
  })

  test('a contact who moves to another company is scored with the new one', async () => {
    const plumbline = await start()
    const big = `(c.facts->>'employees')::int >= 1000`
    const { rows } = await sql<{ id: string }>`select c.id from company c
      where c.installation_id = ${installation.id} and ${sql.raw(big)} limit 1`.execute(
      plumbline.db,
    )
    const id = await someId(
      plumbline,
      `s.score < 50 and not exists (select from company c where c.id = p.company_id and ${big})`,
    )
    const to = { type: 'companies', id: rows[0]?.id, primary: true }
    await portal.mutate({ op: 'associate', type: 'contacts', id, to })
    await portal.resetLedger()
    await readAgain(plumbline, 'full')
    expect(await portal.ledger()).toMatchObject({ recordsWritten: 1 })
    expect(await judge()).toMatchObject({ differences: [] })
  })

  test('a contact deleted in the CRM leaves the lists', async () => {
    const plumbline = await start()
    const before = await peopleCounts(plumbline.db, installation.id, new Date())
    await portal.mutate({ op: 'archive', type: 'contacts', id: await someId(plumbline, 'true') })
    await readAgain(plumbline, 'full')
    const after = await peopleCounts(plumbline.db, installation.id, new Date())
    expect(after).toMatchObject({ people: before.people - 1, scored: before.scored - 1 })
  })

  test('a duplicate merged in the CRM gives its history to the survivor', async () => {
    const plumbline = await start()
    const loser = await someId(
      plumbline,
      `exists (select from activity a where a.person_id = p.id)`,
    )
    const winner = await someId(plumbline, `p.id <> '${loser}'`)
    await portal.mutate({ op: 'merge', type: 'contacts', id: winner, loserId: loser })
    await readAgain(plumbline, 'full')
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from activity
      where installation_id = ${installation.id} and person_id = ${loser}`.execute(plumbline.db)
    expect(rows[0]?.n).toBe(0)
  })

  test('work whose wake-ups were all lost is done all the same', async () => {
    const plumbline = await start()
    const ids = await peopleIds(plumbline)
    await portal.resetLedger()
    // Marked, as a crash between commit and wake would leave it; on Redis the queues are gone as well.
    await sql`update score set written_values = '{}', inputs_hash = ''`.execute(plumbline.db)
    await sql`delete from written`.execute(plumbline.db)
    await mark(plumbline.db, installation.id, 'score', 'person', ids, new Date())
    await emptyRedis(redis())
    await untilQuiet(plumbline, installation.id, new Date(0))
    expect((await portal.ledger()).recordsWritten).toBe(ids.length)
  })

  async function someId(plumbline: Plumbline, condition: string): Promise<string> {
    const { rows } = await sql<{ id: string }>`select p.id from person p
      join score s on s.installation_id = p.installation_id and s.person_id = p.id
      where p.installation_id = ${installation.id} and ${sql.raw(condition)}
      order by p.id limit 1`.execute(plumbline.db)
    const [row] = rows
    if (!row) throw new Error(`no person with ${condition}`)
    return row.id
  }

  async function peopleIds(plumbline: Plumbline): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`select person_id as id from score
      where installation_id = ${installation.id}`.execute(plumbline.db)
    return rows.map(({ id }) => id)
  }
})

test('the pipeline ran on Redis too, or the run said that it did not', () => {
  expect(BACKENDS).toHaveLength(inject('redisUrl') ? 2 : 1)
})

async function emptyRedis(url: string | null): Promise<void> {
  if (!url) return
  const redis = new Redis(url)
  await redis.flushall()
  redis.disconnect()
}
