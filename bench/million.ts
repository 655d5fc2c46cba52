/**
 * The nightly jobs of one large portal: everybody read again, everybody's score as time has changed it, everybody scored
 * by another model. `npm run bench:million -- --people 100000,1000000 --jobs resync,decay,publish --report FILE`;
 * `--kill` kills Plumbline in the middle of each job, `--keep DIR` keeps the seeded database for further runs of one
 * size, `--profile DIR` writes CPU profiles, `--statements` tells
 * the costliest statements. The CRM's pace is lifted; the report says what it alone would take.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../src/store/database.ts'
import { listInstallations } from '../src/store/installations.ts'
import { JOB_NAMES, JOBS, type JobName } from './million/jobs.ts'
import { untilDone, watchMemory } from './million/progress.ts'
import { type Measured, reportOf } from './million/report.ts'
import { forgetStatements, tellStatements } from './million/statements.ts'
import { type ScaleCrm, startScaleCrm } from './scale/crm.ts'
import {
  type ScalePostgres,
  scaleBox,
  startScalePlumbline,
  startScalePostgres,
} from './scale/process.ts'
import { seedTenant, settleStorage } from './scale/seed.ts'

const DAY_MS = 86_400_000
const ACTIVITIES = 10
const COUNTED = { shared_preload_libraries: 'pg_stat_statements', track_io_timing: 'on' }

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: JOB_NAMES.join() },
    report: { type: 'string' },
    kill: { type: 'boolean', default: false },
    keep: { type: 'string' },
    profile: { type: 'string' },
    statements: { type: 'boolean', default: false },
  },
})
const sizes = values.people.split(',').map(Number)
const jobs = z.array(z.enum(JOB_NAMES)).parse(values.jobs.split(','))

async function main(): Promise<void> {
  const measured: Measured[] = []
  for (const people of sizes) {
    // Everything happened before it was read.
    const anchor = (Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS
    const tenant = { portalId: 4711, people, activitiesPerPerson: ACTIVITIES, anchor }
    const crm = await startScaleCrm([tenant])
    const postgres = await startScalePostgres(values.keep, values.statements ? COUNTED : {})
    try {
      await seeded(postgres.db, tenant)
      for (const job of jobs) measured.push(await measure(job, people, crm, postgres))
    } finally {
      await crm.stop()
      await postgres.stop()
    }
  }
  const report = reportOf(measured)
  console.log(`\n${report}`)
  if (values.report !== undefined) await writeFile(values.report, report)
}

/** Read, scored and written yesterday; what time changes of it is not due before a job says so. */
async function seeded(db: Db, tenant: Parameters<typeof startScaleCrm>[0][number]): Promise<void> {
  const there = await listInstallations(db)
  if (there.length > 0) return
  const began = performance.now()
  const at = new Date(Date.now() - DAY_MS)
  const dueAt = new Date(Date.now() + 30 * DAY_MS)
  await seedTenant(db, scaleBox(), { ...tenant, at, dueAt })
  await settleStorage(db)
  const seconds = (performance.now() - began) / 1_000
  console.log(`seeded ${tenant.people.toLocaleString('en')} people in ${seconds.toFixed(0)} s`)
}

async function measure(
  name: JobName,
  people: number,
  crm: ScaleCrm,
  { db, url, pid }: ScalePostgres,
): Promise<Measured> {
  const [installation] = await listInstallations(db)
  if (!installation) throw new Error('nothing was seeded')
  const nodeOptions = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []
  const start = () => startScalePlumbline({ databaseUrl: url, crmUrl: crm.url, nodeOptions })
  await crm.resetLedger()
  if (values.statements) await forgetStatements(db)
  const walBefore = await walPosition(db)
  const course = await JOBS[name].begin({ db, installationId: installation.id, people })
  let plumbline = await start()
  const watch = watchMemory(plumbline, pid)
  let resumed: string | undefined
  const seconds = await untilDone(name, course.look, watch, async ({ done }) => {
    if (!values.kill) return
    await plumbline.kill()
    const kept = await course.look()
    plumbline = await start()
    watch.follow(plumbline)
    resumed = `killed when ${done.toLocaleString('en')} were done, went on from ${kept.done.toLocaleString('en')}`
    console.log(`${name.padEnd(8)} ${resumed}`)
  })
  await watch.stop()
  await plumbline.stop()
  if (values.statements) await tellStatements(db)
  const { byPortal } = await crm.ledger()
  const calls = Object.values(byPortal).reduce((sum, portal) => sum + portal.calls, 0)
  return {
    job: name,
    people,
    seconds,
    plumblineMb: watch.peaks.plumbline,
    postgresMb: watch.peaks.postgres,
    diskMb: await databaseSize(db),
    walMb: (await walPosition(db)) - walBefore,
    calls,
    outcome: await course.outcome(),
    ...(resumed !== undefined && { resumed }),
  }
}

async function databaseSize(db: Db): Promise<number> {
  const { rows } = await sql<{ mb: number }>`
    select pg_database_size(current_database()) / 1048576.0::float8 as mb`.execute(db)
  return rows[0]?.mb ?? 0
}

async function walPosition(db: Db): Promise<number> {
  const { rows } = await sql<{ mb: number }>`
    select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 / 1048576 as mb`.execute(db)
  return rows[0]?.mb ?? 0
}

await main()
