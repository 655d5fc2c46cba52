import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { createLog } from '../../src/log.ts'
import { startPostgres } from '../../src/postgres/supervisor.ts'
import { type Db, migrate, openDatabase } from '../../src/store/database.ts'
import { createSecretBox, type SecretBox } from '../../src/store/secret-box.ts'
import { TEST_SECRET } from '../../test/helpers/secret.ts'

/** Seals what the processes of `startScalePlumbline` open. */
export function scaleBox(): SecretBox {
  return createSecretBox(TEST_SECRET)
}

/** A migrated database on a server of its own, with the settings that the product gives it: safe on disk. */
export interface ScalePostgres {
  readonly url: string
  readonly db: Db
  /** Of the postmaster. */
  readonly pid: number
  stop(): Promise<void>
}

/**
 * @param directory kept where given, so that a seeded database can be used again; otherwise a new one, removed at the
 * end
 * @param settings of the server over the product's, e.g. to log slow statements
 */
export async function startScalePostgres(
  directory?: string,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<ScalePostgres> {
  const home = directory ?? (await openFolder())
  const postgres = await startPostgres({ directory: home, log: createLog('error'), settings })
  const db = openDatabase(postgres.url, () => {})
  await migrate(db)
  const pidFile = await readFile(path.join(postgres.dataDirectory, 'postmaster.pid'), 'utf8')
  return {
    url: postgres.url,
    db,
    pid: Number.parseInt(pidFile, 10),
    async stop() {
      await db.destroy()
      await postgres.stop()
      if (directory === undefined) await rm(home, { recursive: true, force: true })
    },
  }
}

/** Every account may enter it: the server does not run as root. */
async function openFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'plumbline-scale-')))
  await chmod(folder, 0o755)
  return folder
}

/** A Plumbline in a process of its own. */
export interface ScalePlumbline {
  readonly pid: number
  /** Where its web role listens. */
  readonly url: string
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface PlumblineOptions {
  readonly databaseUrl: string
  readonly crmUrl: string
  /** `all` unless given, as `npm start` runs it. */
  readonly role?: 'all' | 'web' | 'worker'
  /** Where BullMQ keeps its jobs; Postgres unless given. */
  readonly redisUrl?: string
  /** Megabytes of heap; those of `npm start` unless given. */
  readonly heapMb?: number
  /** `NAME=value` for Node itself, e.g. `--cpu-prof`. */
  readonly nodeOptions?: readonly string[]
}

const HEAP_MB = 512

/** Starts Plumbline without the pace of the CRM's limits, and waits until it works. */
export async function startScalePlumbline(options: PlumblineOptions): Promise<ScalePlumbline> {
  const {
    databaseUrl,
    crmUrl,
    role = 'all',
    redisUrl,
    heapMb = HEAP_MB,
    nodeOptions = [],
  } = options
  const port = await freePort(0)
  const url = `http://127.0.0.1:${port}`
  const child = fork(path.resolve(import.meta.dirname, 'plumbline-process.ts'), [], {
    execArgv: [`--max-old-space-size=${heapMb}`, ...nodeOptions],
    env: {
      DATABASE_URL: databaseUrl,
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      PLUMBLINE_ROLE: role,
      PLUMBLINE_SECRET: TEST_SECRET,
      PLUMBLINE_URL: url,
      PORT: String(port),
      LOG_LEVEL: 'error',
      HUBSPOT_CLIENT_ID: SANDBOX_APP.clientId,
      HUBSPOT_CLIENT_SECRET: SANDBOX_APP.clientSecret,
      HUBSPOT_API_URL: crmUrl,
    },
  })
  await Promise.race([once(child, 'message'), failed(child)])
  if (child.pid === undefined) throw new Error('Plumbline did not start')
  return {
    pid: child.pid,
    url,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  }
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`Plumbline ended with ${code} before it worked`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
