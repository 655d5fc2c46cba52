/** A web and a worker process of Plumbline on a Postgres that waits for its disk, portals to read from, and a sender. */
import { sql } from 'kysely'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Db } from '../../src/store/database.ts'
import { type ScaleCrm, startScaleCrm } from '../scale/crm.ts'
import {
  type ScalePlumbline,
  scaleBox,
  startScalePlumbline,
  startScalePostgres,
} from '../scale/process.ts'
import { seedTenant, settleStorage } from '../scale/seed.ts'
import { personId, type Tenant } from '../scale/world.ts'
import { type Sender, startSender } from './sender.ts'
import type { Step } from './step.ts'

export interface LoadStage {
  readonly db: Db
  readonly crm: ScaleCrm
  readonly sender: Sender
  /** Of every process, by what it is. */
  readonly pids: Readonly<Record<string, number>>
  /** What is the same in all steps. */
  readonly target: Pick<Step, 'url' | 'clientSecret' | 'portals' | 'people' | 'firstContact'>
  close(): Promise<void>
}

const FIRST_PORTAL = 1_000
const ACTIVITIES = 3
/** The web process and the worker have more pools than the product's own Postgres has connections for. */
const SETTINGS = { max_connections: 200 }

/** @param people in each portal: known, scored and written */
export async function startLoadStage(portals: number, people: number): Promise<LoadStage> {
  const tenants: readonly Tenant[] = Array.from({ length: portals }, (_, index) => ({
    portalId: FIRST_PORTAL + index,
    people,
    activitiesPerPerson: ACTIVITIES,
  }))
  const crm = await startScaleCrm(tenants)
  const postgres = await startScalePostgres(undefined, SETTINGS)
  for (const tenant of tenants) await seedTenant(postgres.db, scaleBox(), tenant)
  await settleStorage(postgres.db)
  const places = { databaseUrl: postgres.url, crmUrl: crm.url }
  const web = await startScalePlumbline({ ...places, role: 'web' })
  const worker = await startScalePlumbline({ ...places, role: 'worker' })
  const sender = startSender()
  return {
    db: postgres.db,
    crm,
    sender,
    pids: {
      web: web.pid,
      worker: worker.pid,
      Postgres: postgres.pid,
      CRM: crm.pid,
      sender: sender.pid,
    },
    target: {
      url: `${web.url}/webhooks/hubspot`,
      clientSecret: SANDBOX_APP.clientSecret,
      portals: tenants.map(({ portalId }) => portalId),
      people,
      firstContact: Number(personId(0)),
    },
    async close() {
      await sender.stop()
      await stopAll(web, worker)
      await crm.stop()
      await postgres.stop()
    },
  }
}

async function stopAll(...processes: readonly ScalePlumbline[]): Promise<void> {
  await Promise.all(processes.map((each) => each.stop()))
}

/** Everybody gets another title, so that who is read again is also scored again. */
export async function changeEverybody({ crm, target }: LoadStage): Promise<void> {
  const ids = Array.from({ length: target.people }, (_, index) => personId(index))
  for (const portalId of target.portals) await crm.touch(portalId, 'contacts', ids)
}

const COMMITS = 50

/** How long a commit of next to nothing takes, in ms: what the disk costs whoever stores one webhook at a time. */
export async function commitMs(db: Db): Promise<number> {
  const began = performance.now()
  for (let index = 0; index < COMMITS; index++) {
    await sql`select pg_logical_emit_message(true, 'bench', 'x')`.execute(db)
  }
  return (performance.now() - began) / COMMITS
}
