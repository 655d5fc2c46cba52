import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ScaleCrm, startScaleCrm } from '../../bench/scale/crm.ts'
import { scaleBox } from '../../bench/scale/process.ts'
import { seedTenant } from '../../bench/scale/seed.ts'
import { companyId, personId } from '../../bench/scale/world.ts'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { createCrmAccess } from '../../jobs/connections.ts'
import { enrich } from '../../jobs/enrich.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { sync } from '../../jobs/sync.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Db } from '../../src/store/database.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import type { Installation } from '../../src/store/installations.ts'
import { useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'

const database = useDatabase()
const small = { portalId: 901, people: 500, activitiesPerPerson: 10 }
/** More than the block that the product's own code stores. */
const large = { portalId: 902, people: 2_500, activitiesPerPerson: 10 }
const touched = { portalId: 904, people: 100, activitiesPerPerson: 10 }
const crm: { running?: ScaleCrm } = {}

beforeAll(async () => {
  crm.running = await startScaleCrm([small, large, touched])
})

afterAll(() => crm.running?.stop())

function running(): ScaleCrm {
  if (!crm.running) throw new Error('the look-alike runs only while tests do')
  return crm.running
}

function depsAt(db: Db, now: Date) {
  const clock = movableClock(now)
  const app = {
    ...SANDBOX_APP,
    apiUrl: running().url,
    authorizeUrl: running().url,
    redirectUrl: running().url,
  }
  const connectors = new Map([['hubspot', createHubspotConnector(app)]])
  const log = stageDeps(db, clock).log
  const access = createCrmAccess({ dbOf: () => db, box: scaleBox(), clock, log, connectors })
  return stageDeps(db, clock, { crm: access })
}

async function rowCounts(db: Db, { id }: Installation): Promise<readonly number[]> {
  const tables = ['person', 'company', 'deal', 'activity', 'fact_version', 'person_key', 'written']
  const counts = tables.map(async (table) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)} where installation_id = ${id}`.execute(db)
    return rows[0]?.n ?? 0
  })
  return Promise.all(counts)
}

test.each([small, large])(
  'a full reading of $people seeded people finds nothing new',
  async (tenant) => {
    const { db } = database
    const now = new Date()
    const installation = await seedTenant(db, scaleBox(), {
      ...tenant,
      at: new Date(now.getTime() - 60_000),
    })
    const before = await rowCounts(db, installation)
    const deps = depsAt(db, now)
    await requestSync(db, installation.id, 'full', now)

    await sync({ installationId: installation.id }, deps)

    const due = await backlog(db, installation.id, now)
    expect(due).toMatchObject({ sync: 0, fetch: 0, enrich: 0, score: 0, write_back: 0 })
    expect(await rowCounts(db, installation)).toEqual(before)
    expect(before.slice(0, 4)).toEqual([
      tenant.people,
      tenant.people / 10,
      tenant.people / 20,
      tenant.people * 10,
    ])
  },
)

test('what somebody changes is found by the incremental reading, and only that', async () => {
  const { db } = database
  const installation = await seedTenant(db, scaleBox(), touched)
  await running().touch(touched.portalId, 'contacts', [personId(7), personId(8)])
  const deps = depsAt(db, new Date(Date.now() + 1_000))
  await requestSync(db, installation.id, 'delta', new Date())

  await sync({ installationId: installation.id }, deps)
  expect(await backlog(db, installation.id, deps.clock.now())).toMatchObject({ enrich: 2 })
  await enrich({ installationId: installation.id }, deps)

  expect(await backlog(db, installation.id, deps.clock.now())).toMatchObject({
    enrich: 0,
    score: 2,
  })
})

test('people beyond the first block have their own address, company and hash', async () => {
  const { db } = database
  const installation = await seedTenant(db, scaleBox(), { ...large, portalId: 903 })
  const { rows } = await sql<Record<string, unknown>>`
    select p.facts->>'email' as email, p.company_id as company, s.account_id as account,
      count(*) over (partition by s.inputs_hash)::int as alike
    from person p join score s on s.installation_id = p.installation_id and s.person_id = p.id
    where p.installation_id = ${installation.id}`.execute(db)
  expect(new Set(rows.map(({ email }) => email)).size).toBe(large.people)
  expect(rows.every(({ alike }) => alike === 1)).toBe(true)
  expect(rows.filter(({ account }) => account === companyId(249)).length).toBeGreaterThan(0)
})
