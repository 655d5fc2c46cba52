/**
 * A whole Plumbline as it is operated, every part a process of its own: two look-alike CRMs, Postgres, Redis, one web
 * process and two workers, with lines between them that can be disturbed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { steadyModel } from '../../bench/live/verdict.ts'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { listInstallations } from '../../src/store/installations.ts'
import { type Chance, chanceOf } from '../connectors/simulation/chance.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { type FaultProxy, startProxy } from './proxy.ts'
import { untilRead, untilWorkedOff } from './quiet.ts'
import { type LiveCrm, startCrm } from './stage-crm.ts'
import { type ChaosPostgres, startChaosPostgres } from './stage-postgres.ts'
import { describeProcess, type OurProcess } from './stage-process.ts'
import { type ChaosRedis, startChaosRedis } from './stage-redis.ts'
import type { ChaosStage, CrmStage } from './types.ts'

export interface StageOptions {
  /** Over both CRMs, half of them in each. */
  readonly people: number
  readonly seed: number
  readonly queue: 'redis' | 'postgres'
}

/** A CRM where Plumbline is installed. */
export type InstalledCrm = LiveCrm & CrmStage

export interface LiveStage extends Omit<ChaosStage, 'work' | 'since'> {
  readonly crms: readonly InstalledCrm[]
  readonly postgres: ChaosPostgres
  /** Null with the queue on Postgres. */
  readonly redis: ChaosRedis | null
  readonly lines: { readonly postgres: FaultProxy; readonly redis: FaultProxy | null }
  readonly web: OurProcess
  readonly workers: readonly [OurProcess, OurProcess]
  /** Where the web process is reached. */
  readonly webUrl: string
  /** The text of the model that is live. */
  readonly model: string
  /** What the processes say, a file each. */
  readonly logs: string
  close(): Promise<void>
}

type Closer = () => Promise<unknown>

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Everything running, both CRMs installed, everybody scored and written once. */
export async function startStage(options: StageOptions): Promise<LiveStage> {
  const closers: Closer[] = []
  const leave = () => void close().finally(() => process.exit(1))
  const close = async () => {
    for (const signal of SIGNALS) process.off(signal, leave)
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  // A run that is broken off must leave no database behind, and no worker that goes on.
  for (const signal of SIGNALS) process.once(signal, leave)
  try {
    return { ...(await start(options, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(options: StageOptions, closers: Closer[]): Promise<Omit<LiveStage, 'close'>> {
  const chance = chanceOf(options.seed)
  const directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-chaos-'))
  closers.push(() => rm(directory, { recursive: true, force: true }))
  // Whoever looks for the reason of a failed run needs them afterwards.
  const logs = await mkdtemp(path.join(os.tmpdir(), 'plumbline-chaos-logs-'))
  const infrastructure = await startInfrastructure(options.queue, chance, closers)
  const { postgres, lines } = infrastructure
  const db = openDatabase(postgres.url, () => {})
  closers.push(() => db.destroy())
  const crms = await startCrms(options, directory, chance, closers)
  const { file } = await steadyModel()
  const model = await readFile(file, 'utf8')
  const port = await freePort(0)
  const webUrl = `http://127.0.0.1:${port}`
  const environment = {
    DATABASE_URL: through(postgres.url, lines.postgres),
    ...(lines.redis && { REDIS_URL: `redis://127.0.0.1:${lines.redis.port}` }),
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_MODEL: file,
    PLUMBLINE_URL: webUrl,
    PORT: String(port),
    LOG_LEVEL: 'info',
    NIGHTLY_AT: farFromNow(new Date()),
    // What webhooks and events did not tell is read after a minute instead of five.
    DELTA_EVERY_MINUTES: '1',
    ...Object.assign({}, ...crms.map((crm) => crm.environment)),
  }
  const process = (name: string, role: 'web' | 'worker') => {
    const logFile = path.join(logs, `${name}.log`)
    const ours = describeProcess(name, { ...environment, PLUMBLINE_ROLE: role }, logFile)
    closers.push(() => ours.terminate())
    return ours
  }
  const web = process('web', 'web')
  const workers = [process('worker-1', 'worker'), process('worker-2', 'worker')] as const
  // The first one makes the tables.
  await web.start()
  await Promise.all(workers.map((worker) => worker.start()))
  const installed = await installEverywhere(db, crms, webUrl)
  const databaseUrl = postgres.url
  return { databaseUrl, db, crms: installed, ...infrastructure, web, workers, webUrl, model, logs }
}

async function startInfrastructure(
  queue: StageOptions['queue'],
  chance: Chance,
  closers: Closer[],
): Promise<Pick<LiveStage, 'postgres' | 'redis' | 'lines'>> {
  const postgres = await startChaosPostgres()
  closers.push(() => postgres.stop())
  const toPostgres = await startProxy(postgres.port, chance.next)
  closers.push(() => toPostgres.close())
  if (queue === 'postgres') {
    return { postgres, redis: null, lines: { postgres: toPostgres, redis: null } }
  }
  const redis = await startChaosRedis()
  closers.push(() => redis.stop())
  const toRedis = await startProxy(redis.port, chance.next)
  closers.push(() => toRedis.close())
  return { postgres, redis, lines: { postgres: toPostgres, redis: toRedis } }
}

async function startCrms(
  { people, seed }: StageOptions,
  directory: string,
  chance: Chance,
  closers: Closer[],
): Promise<readonly LiveCrm[]> {
  const half = { people: Math.ceil(people / 2), csv: [] }
  const crms: LiveCrm[] = []
  for (const crm of ['hubspot', 'salesforce'] as const) {
    const folder = path.join(directory, crm)
    // Other people in each.
    const choice = { ...half, crm, seed: crm === 'hubspot' ? seed : seed + 1_000 }
    const live = await startCrm(folder, choice, chance.next)
    closers.push(() => live.stop())
    crms.push(live)
  }
  return crms
}

async function installEverywhere(
  db: Db,
  crms: readonly LiveCrm[],
  webUrl: string,
): Promise<readonly InstalledCrm[]> {
  for (const { crm, control } of crms) {
    if (crm === 'hubspot') {
      const targetUrl = `${webUrl}/webhooks/hubspot`
      await control('POST', '__webhooks', { targetUrl, subscriptions: 'app' })
    }
    await giveConsent(webUrl, crm)
  }
  const installations = await listInstallations(db)
  const installed = crms.map((each) => {
    const found = installations.find(({ accountId }) => accountId === each.accountId)
    if (!found) throw new Error(`nothing was installed in ${each.crm}`)
    return { ...each, installationId: found.id }
  })
  const never = new Date(0)
  for (const { installationId } of installed) await untilRead(db, installationId, never)
  await untilWorkedOff(db)
  return installed
}

function through(url: string, { port }: FaultProxy): string {
  const led = new URL(url)
  led.port = String(port)
  return led.href
}

/** No nightly reading comes by itself: the portal and the org are in UTC. */
function farFromNow(now: Date): string {
  return `${String((now.getUTCHours() + 12) % 24).padStart(2, '0')}:00`
}
