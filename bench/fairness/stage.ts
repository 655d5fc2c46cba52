/** One deployment of a large customer and many small ones: a web process and two workers. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { parseModelText } from '../../jobs/models.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { SLICE_MS } from '../../jobs/slice.ts'
import type { Db } from '../../src/store/database.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import { type Installation, setStatus } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { type ScaleCrm, startScaleCrm } from '../scale/crm.ts'
import {
  type ScalePlumbline,
  scaleBox,
  startScalePlumbline,
  startScalePostgres,
} from '../scale/process.ts'
import { seedTenant, settleStorage } from '../scale/seed.ts'
import type { Tenant } from '../scale/world.ts'
import { copyTenant } from './copy-tenant.ts'
import { removeDelays } from './loop-delay.ts'

export interface Sizes {
  readonly big: number
  readonly tenants: number
  readonly small: number
  readonly activities: number
}

export interface Fair {
  readonly db: Db
  readonly crm: ScaleCrm
  readonly webUrl: string
  readonly big: Installation
  readonly small: readonly Installation[]
  readonly pids: Readonly<Record<string, number>>
  close(): Promise<void>
}

const BIG_PORTAL = 1_000
const SETTINGS = { max_connections: 300 }
const DELAYS = path.resolve(import.meta.dirname, 'loop-delay-process.ts')

export async function startFair(sizes: Sizes): Promise<Fair> {
  const [big, ...small] = tenantsOf(sizes)
  if (!big || small.length === 0) throw new RangeError('two tenants at least')
  const crm = await startScaleCrm([big, ...small])
  const postgres = await startScalePostgres(undefined, SETTINGS)
  const installed = await seedAll(postgres.db, big, small)
  const places = { databaseUrl: postgres.url, crmUrl: crm.url, nodeOptions: ['--import', DELAYS] }
  const web = await startScalePlumbline({ ...places, role: 'web' })
  const first = await startScalePlumbline({ ...places, role: 'worker' })
  const second = await startScalePlumbline({ ...places, role: 'worker' })
  const all: readonly ScalePlumbline[] = [web, first, second]
  return {
    ...installed,
    db: postgres.db,
    crm,
    webUrl: web.url,
    pids: {
      web: web.pid,
      'worker 1': first.pid,
      'worker 2': second.pid,
      Postgres: postgres.pid,
      CRM: crm.pid,
    },
    async close() {
      await Promise.all(all.map((each) => each.stop()))
      await removeDelays(all.map(({ pid }) => pid))
      await crm.stop()
      await postgres.stop()
    },
  }
}

function tenantsOf({ big, tenants, small, activities }: Sizes): readonly Tenant[] {
  return Array.from({ length: tenants }, (_, index) => ({
    portalId: BIG_PORTAL + index,
    people: index === 0 ? big : small,
    activitiesPerPerson: activities,
  }))
}

/** The first small one is read; the others get its people, which differ from what their CRM says. */
async function seedAll(
  db: Db,
  big: Tenant,
  [first, ...others]: readonly Tenant[],
): Promise<{ readonly big: Installation; readonly small: readonly Installation[] }> {
  const box = scaleBox()
  if (!first) throw new RangeError('two tenants at least')
  const model = await seedTenant(db, box, first)
  const copies: Installation[] = []
  for (const tenant of others) copies.push(await seedTenant(db, box, { ...tenant, people: 0 }))
  await copyTenant(
    db,
    model.id,
    copies.map(({ id }) => id),
  )
  const seeded = { big: await seedTenant(db, box, big), small: [model, ...copies] }
  await settleStorage(db)
  return seeded
}

/** The large customer's nightly reading, now. */
export async function beginResync({ db, big }: Fair): Promise<void> {
  await requestSync(db, big.id, 'full', new Date())
}

const MODEL = 'config/models/b2b-starter.yaml'

/** Publishes another model for the large customer, after which everybody there is scored and most are written. */
export async function beginRescore({ db, big }: Fair): Promise<void> {
  const text = await readFile(MODEL, 'utf8')
  const another = text.replace(/points: (\d+)/g, (_, points) => `points: ${Number(points) + 5}`)
  if (another === text) throw new Error(`${MODEL} gives points in another way by now`)
  const decision = { actor: 'bench', reason: 'everybody anew', at: new Date() }
  await publish(db, big.id, parseModelText(another, MODEL), decision)
}

/** How many rows of the large customer are due: 0 when it has nothing under way any more. */
export async function bigDue({ db, big }: Fair): Promise<number> {
  const stages = await backlog(db, big.id, new Date())
  return Object.values(stages).reduce((sum, rows) => sum + rows, 0)
}

/** Ends what the large customer has under way, and forgets what is left of it. */
export async function endBigWork({ db, big }: Fair): Promise<void> {
  await setStatus(db, big.id, 'paused', 'the next part of the benchmark', new Date())
  // Slices under way end by themselves, and what they leave must not be found later.
  await sleep(SLICE_MS + 3_000)
  await sql`delete from due where installation_id = ${big.id}`.execute(db)
  await setStatus(db, big.id, 'active', null, new Date())
}
