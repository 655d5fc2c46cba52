import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Config, readConfig } from '../config/env.ts'
import { loadScannerRule } from '../config/scanner-rule.ts'
import type { Connector } from '../connectors/connector.ts'
import { createCrmAccess } from '../jobs/connections.ts'
import type { Deps } from '../jobs/deps.ts'
import { redoOutdated } from '../jobs/enrich.ts'
import { startInboxCleaner } from '../jobs/inbox.ts'
import { startJournalPoller } from '../jobs/journal.ts'
import { startKeepAlive } from '../jobs/keep-alive.ts'
import { createModels, parseModelText } from '../jobs/models.ts'
import { startQueueClock } from '../jobs/queue-clock.ts'
import { createQueues, prepareQueues, type QueueBackend } from '../jobs/queues.ts'
import { redoRetractions } from '../jobs/retract-scanner-clicks.ts'
import { createTimetable, readMissedChanges, startSweeper } from '../jobs/schedule.ts'
import { startSharedClock } from '../jobs/shared-clock.ts'
import { startWorkers } from '../jobs/worker.ts'
import { type Clock, systemClock } from './clock.ts'
import { createConnectors } from './configured-connectors.ts'
import { UserError } from './errors.ts'
import { firstSteps } from './http/admin/setup-link.ts'
import { createApp, listen } from './http/server.ts'
import { install } from './install.ts'
import { createLog, type Log } from './log.ts'
import { safeWords } from './log-redaction.ts'
import { startMetrics } from './metrics/start.ts'
import { startPostgres } from './postgres/supervisor.ts'
import { keptSecret } from './secret.ts'
import { type Db, databaseOn, openPool, POOL_LIMITS, prepareDatabase } from './store/database.ts'
import { createSecretBox } from './store/secret-box.ts'
import { openTenantAccess } from './store/tenant-access.ts'

/** A running process. */
export interface Plumbline {
  readonly db: Db
  readonly deps: Deps
  /** Where the web role listens; absent in a pure worker. */
  readonly port?: number
  /** Drains and stops everything, in the reverse order of starting. Safe to call twice. */
  close(): Promise<void>
}

type Closer = () => Promise<void>

/**
 * Connections of a process, by role: the tenants' are for stages and cards, the owner's for everything that concerns
 * several installations, such as webhooks. Together as many as one pool has.
 */
const CONNECTIONS = {
  web: { owner: 8, tenants: 4 },
  worker: { owner: 3, tenants: 9 },
  all: { owner: 5, tenants: 7 },
} as const

/** The connectors of the CRMs that the config knows an app of, by name. */
type Connectors = (config: Config) => Promise<ReadonlyMap<string, Connector>>

/**
 * Builds everything and starts the roles the config asks for. What was started is stopped if a later part fails.
 * @param clock the machine's, corrected by the database's, unless given
 * @param connectorsOf another choice of connectors, for benchmarks
 */
export async function startPlumbline(
  config: Config,
  log: Log,
  clock?: Clock,
  connectorsOf: Connectors = createConnectors,
): Promise<Plumbline> {
  const closers: Closer[] = []
  const close = closeOnce(closers)
  try {
    return { ...(await start(config, log, clock, connectorsOf, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  config: Config,
  log: Log,
  given: Clock | undefined,
  connectorsOf: Connectors,
  closers: Closer[],
): Promise<Omit<Plumbline, 'close'>> {
  if (config.tracing)
    closers.push(await beginTraces(config, config.tracing, log, given ?? systemClock))
  const databaseUrl = config.databaseUrl ?? (await embeddedDatabase(config, log, closers))
  const share = CONNECTIONS[config.role]
  const onError = (error: Error) => log.warn({ error }, 'database')
  const pool = openPool(databaseUrl, onError, { ...POOL_LIMITS, connections: share.owner })
  const db = databaseOn(pool)
  closers.push(() => db.destroy())
  await prepareDatabase(db, databaseUrl)
  const clock = given ?? (await sharedClock(db, log, closers))

  const backend: QueueBackend = config.redisUrl
    ? { kind: 'redis', url: config.redisUrl }
    : { kind: 'postgres', url: databaseUrl }
  await prepareQueues(backend)
  const queues = createQueues(backend, log)
  closers.push(() => queues.close())

  const secret = config.secret ?? (await keptSecret(config.dataDirectory))
  const box = createSecretBox(secret, config.previousSecret)
  const access = { db, databaseUrl, tenantUrl: config.tenantUrl, secret, onError }
  const tenants = await openTenantAccess({ ...access, connections: share.tenants })
  closers.push(() => tenants.close())
  const { dbOf } = tenants
  const connectors = await connectorsOf(config)
  const crms = [...connectors.keys()]
  const pools = [pool, tenants.pool]
  const metrics = await startMetrics({ ...config, databaseUrl, db, pools, clock, log, crms })
  if (metrics) closers.push(() => metrics.close())
  const timetable = createTimetable(config.schedule)
  const { wake } = queues
  const deps: Deps = {
    db,
    clock,
    log,
    wake,
    timetable,
    crm: createCrmAccess({ dbOf, box, clock, log, connectors }),
    ...createModels(dbOf),
    scannerRule: await loadScannerRule(config.scannerRuleFile),
  }
  if (config.role !== 'web') {
    await redoOutdated(deps)
    await redoRetractions(deps)
    const workers = startWorkers(backend, deps, dbOf)
    closers.push(() => workers.close(), startSweeper(deps), startQueueClock(backend, deps))
    closers.push(startInboxCleaner(deps), startJournalPoller({ ...deps, connectors }))
    closers.push(startKeepAlive(deps))
  }
  if (config.role === 'worker') return { db, deps }

  const starterModel = parseModelText(await readModel(config.modelFile), config.modelFile)
  const parts = { db, box, clock, log, wake, timetable, starterModel }
  const app = createApp({
    db,
    dbOf,
    clock,
    log,
    wake,
    queues: queues.all,
    publicUrl: config.publicUrl,
    secret,
    previousSecret: config.previousSecret,
    trustProxy: config.trustProxy,
    connectors,
    install: (connector, grant) => install(parts, connector, grant),
  })
  const server = await listen(app, config.port, config.host)
  closers.push(() => server.close())
  // The usual readings find them, too, some minutes later.
  await readMissedChanges(db, clock.now()).catch((error: unknown) =>
    log.warn({ error }, 'missed changes are not read at once'),
  )
  return { db, deps, port: server.port }
}

/** The SDK is loaded only where it is used. */
async function beginTraces(
  { role }: Config,
  settings: NonNullable<Config['tracing']>,
  log: Log,
  clock: Clock,
): Promise<Closer> {
  const { startTracing } = await import('./tracing/start.ts')
  return startTracing(settings, role, log, clock)
}

async function sharedClock(db: Db, log: Log, closers: Closer[]): Promise<Clock> {
  const { clock, close } = await startSharedClock({ db, log, local: systemClock })
  closers.push(close)
  return clock
}

function readModel(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`Cannot read the model ${file}; check PLUMBLINE_MODEL`, { cause })
  })
}

async function embeddedDatabase(config: Config, log: Log, closers: Closer[]): Promise<string> {
  const directory = path.join(config.dataDirectory, 'postgres')
  const postgres = await startPostgres({ directory, log })
  closers.push(() => postgres.stop())
  return postgres.url
}

/** Runs the closers backwards; one that fails does not keep the others from closing. */
function closeOnce(closers: Closer[]): Closer {
  let closing: Promise<void> | undefined
  const closeAll = async () => {
    const failures: unknown[] = []
    for (const closer of closers.toReversed()) {
      await closer().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything closed cleanly')
  }
  return () => {
    closing ??= closeAll()
    return closing
  }
}

/** Resolves with the name of the signal that asks the process to end. */
export function untilStopped(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  return promise
}

/** Node would print the error with all its properties; a database error's name the values of the row. */
function endWith(log: Log, error: unknown): never {
  log.fatal({ error }, 'an error that nobody expected')
  process.exit(1)
}

/** Not through the log, which is kept: whoever has the link becomes an admin. That it fails stops nothing. */
async function tellFirstSteps(db: Db, { publicUrl }: Config, log: Log): Promise<void> {
  try {
    const text = await firstSteps(db, publicUrl, systemClock.now())
    if (text !== null) process.stderr.write(text)
  } catch (error) {
    log.warn({ error }, 'no link for the first administrator could be made')
  }
}

/** Orchestrators wait 30 s before they kill. */
const DRAINED_WITHIN_MS = 27_000

/**
 * Closing waits for the database and the queue, and does so for ever where one of them is away in that moment. What
 * has not ended in time stays due; others take it when its lease has run out.
 */
async function drain(plumbline: Plumbline, log: Log): Promise<void> {
  setTimeout(() => {
    log.warn('not everything has ended in time; what is left stays due')
    process.exit(1)
  }, DRAINED_WITHIN_MS)
  await plumbline.close()
  log.info('stopped')
  // A connection of a library's that broke, and of which it has lost sight, would keep the process for ever.
  process.exit(0)
}

async function main(): Promise<void> {
  const config = readConfig()
  const log = createLog(config.logLevel)
  process.on('uncaughtException', (error) => endWith(log, error))
  // Listened for from the beginning: a signal during the start is obeyed right after it.
  const stopped = untilStopped()
  const plumbline = await startPlumbline(config, log)
  log.info({ role: config.role, port: plumbline.port }, 'started')
  if (plumbline.port !== undefined) await tellFirstSteps(plumbline.db, config, log)
  log.info({ signal: await stopped }, 'draining')
  await drain(plumbline, log)
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`${safeWords(error)}\n`)
    process.exitCode = 1
  })
}
