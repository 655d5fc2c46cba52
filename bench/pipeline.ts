/**
 * What a first reading costs: everybody read, enriched, scored and written, with the queue on Postgres and on Redis,
 * beside the bare minimum (the same lists read page by page, each page stored as it came, the same batches written) with
 * plain requests. All against the same look-alike and without the pace of HubSpot's limits, which would hide ours; one
 * after the other in one run: `npm run bench -- 10000`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { requestSync } from '../jobs/schedule.ts'
import type { Db } from '../src/store/database.ts'
import { backlog } from '../src/store/due-backlog.ts'
import { newestRun } from '../src/store/sync-runs.ts'
import { startTestRedis } from '../test/helpers/redis-server.ts'
import { cpuSeconds } from './scale/cpu.ts'
import { type ScaleCrm, startScaleCrm } from './scale/crm.ts'
import { memoryOf } from './scale/memory.ts'
import { scaleBox, startScalePlumbline, startScalePostgres } from './scale/process.ts'
import { installTenant } from './scale/seed.ts'

const PORTAL = 4711
const TYPES = ['companies', 'deals', 'calls', 'emails', 'meetings', 'communications', 'contacts']
/** Those that our values are written into. */
const SCORED = ['companies', 'contacts']
const Page = z.object({
  results: z.array(z.object({ id: z.string() })),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})

interface Cost {
  readonly name: string
  readonly seconds: number
  readonly calls: number
  /** CPU seconds: of who does the work, of Postgres, of Redis. */
  readonly cpu: { readonly work: number; readonly postgres: number; readonly redis: number }
  /** The most memory of who does the work. */
  readonly mb: number
  /** What the database has grown by. */
  readonly diskMb: number
}

async function bareMinimum(crm: ScaleCrm): Promise<Cost> {
  const postgres = await startScalePostgres()
  const before = await databaseMb(postgres.db)
  await crm.resetLedger()
  const [cpuBefore, postgresBefore] = [process.cpuUsage(), await cpuSeconds(postgres.pid)]
  const seconds = await timed(async () => {
    await sql`create table page (type text, body text)`.execute(postgres.db)
    for (const type of TYPES) await readAndWrite(crm.url, type, postgres.db)
  })
  const { user, system } = process.cpuUsage(cpuBefore)
  const cost = {
    name: 'bare minimum',
    seconds,
    calls: await callsOf(crm),
    cpu: {
      work: (user + system) / 1e6,
      postgres: (await cpuSeconds(postgres.pid)) - postgresBefore,
      redis: 0,
    },
    mb: (await memoryOf(process.pid))?.peak ?? 0,
    diskMb: (await databaseMb(postgres.db)) - before,
  }
  await postgres.stop()
  return cost
}

async function readAndWrite(url: string, type: string, db: Db): Promise<void> {
  const headers = {
    authorization: `Bearer scale-${PORTAL}`,
    'content-type': 'application/json',
  }
  let after: string | undefined
  do {
    const query = new URLSearchParams({
      limit: '100',
      associations: 'contacts,companies',
      ...(after && { after }),
    })
    const answer = await fetch(`${url}/crm/objects/2026-09/${type}?${query}`, { headers })
    const body = await answer.text()
    const page = Page.parse(JSON.parse(body))
    await sql`insert into page (type, body) values (${type}, ${body})`.execute(db)
    if (SCORED.includes(type)) await writeBack(url, headers, type, page.results)
    after = page.paging?.next.after
  } while (after)
}

/** Something every portal has stands in for our values: the number of writes is what counts. */
async function writeBack(
  url: string,
  headers: Readonly<Record<string, string>>,
  type: string,
  records: readonly { id: string }[],
): Promise<void> {
  const inputs = records.map(({ id }) => ({ id, properties: { lifecyclestage: 'lead' } }))
  const path = `${url}/crm/objects/2026-09/${type}/batch/update`
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ inputs }) })
  if (!answer.ok) throw new Error(await answer.text())
}

async function wholePipeline(
  crm: ScaleCrm,
  redis: { readonly url: string; readonly pid: number } | null,
): Promise<Cost> {
  const postgres = await startScalePostgres()
  const { db, url, pid } = postgres
  const { id } = await installTenant(db, scaleBox(), { portalId: PORTAL }, new Date())
  const plumbline = await startScalePlumbline({
    databaseUrl: url,
    crmUrl: crm.url,
    ...(redis && { redisUrl: redis.url }),
  })
  await crm.resetLedger()
  const watched = { work: plumbline.pid, postgres: pid, ...(redis && { redis: redis.pid }) }
  const [disk, before] = [await databaseMb(db), await usedBy(watched)]
  const seconds = await timed(async () => {
    const since = new Date()
    await requestSync(db, id, 'full', since)
    await untilDone(db, id, since)
  })
  const after = await usedBy(watched)
  const cost = {
    name: `queue on ${redis ? 'Redis' : 'Postgres'}`,
    seconds,
    calls: await callsOf(crm),
    cpu: {
      work: after.work - before.work,
      postgres: after.postgres - before.postgres,
      redis: after.redis - before.redis,
    },
    mb: (await memoryOf(plumbline.pid))?.peak ?? 0,
    diskMb: (await databaseMb(db)) - disk,
  }
  await plumbline.stop()
  await postgres.stop()
  return cost
}

async function usedBy(pids: { work: number; postgres: number; redis?: number }) {
  return {
    work: await cpuSeconds(pids.work),
    postgres: await cpuSeconds(pids.postgres),
    redis: pids.redis === undefined ? 0 : await cpuSeconds(pids.redis),
  }
}

async function untilDone(db: Db, installationId: string, since: Date): Promise<void> {
  for (;;) {
    const newest = await newestRun(db, installationId)
    const due = await backlog(db, installationId, new Date())
    const isRead = newest?.run.finishedAt && newest.run.startedAt >= since
    if (isRead && Object.values(due).every((n) => n === 0)) return
    await sleep(100)
  }
}

async function databaseMb(db: Db): Promise<number> {
  const { rows } = await sql<{ mb: number }>`
    select pg_database_size(current_database()) / 1048576.0::float8 as mb`.execute(db)
  return rows[0]?.mb ?? 0
}

async function callsOf(crm: ScaleCrm): Promise<number> {
  const { byPortal } = await crm.ledger()
  return Object.values(byPortal).reduce((sum, { calls }) => sum + calls, 0)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function tableOf(costs: readonly Cost[], people: number): readonly string[] {
  const head =
    '                      s  people/s  calls   CPU s: work  Postgres  Redis   MB peak  MB disk'
  const [bare] = costs
  const rows = costs.map(({ name, seconds, calls, cpu, mb, diskMb }) =>
    [
      name.padEnd(18),
      seconds.toFixed(1).padStart(6),
      String(Math.round(people / seconds)).padStart(9),
      String(calls).padStart(7),
      cpu.work.toFixed(1).padStart(13),
      cpu.postgres.toFixed(1).padStart(9),
      cpu.redis.toFixed(1).padStart(6),
      mb.toFixed(0).padStart(9),
      diskMb.toFixed(0).padStart(8),
    ].join(' '),
  )
  const ratios = costs.slice(1).map(({ name, seconds, cpu }) => {
    const all = (each: Cost['cpu']) => each.work + each.postgres + each.redis
    const times = (ours: number, theirs: number) => (ours / theirs).toFixed(2)
    return bare
      ? `${name}: ${times(seconds, bare.seconds)} times the time and ${times(all(cpu), all(bare.cpu))} times the CPU of the bare minimum`
      : ''
  })
  const perThousand = costs.slice(1).map(({ name, calls, cpu, diskMb }) => {
    const each = (sum: number, digits: number) => ((sum * 1_000) / people).toFixed(digits)
    const used = each(cpu.work + cpu.postgres + cpu.redis, 2)
    return `${name}, a thousand people: ${each(calls, 1)} calls, ${used} CPU s, ${each(diskMb, 2)} MB on disk`
  })
  return [head, ...rows, '', ...ratios, ...perThousand]
}

const people = Number(process.argv[2] ?? 10_000)
const crm = await startScaleCrm([{ portalId: PORTAL, people, activitiesPerPerson: 10 }])
const redis = await startTestRedis()
const costs = [await bareMinimum(crm), await wholePipeline(crm, null)]
if (redis) costs.push(await wholePipeline(crm, redis))
await redis?.stop()
await crm.stop()
console.log(`${people.toLocaleString('en')} people with ten activities each\n`)
for (const line of tableOf(costs, people)) console.log(line)
