import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { createLog } from '../../src/log.ts'
import { readPidFile } from '../../src/postgres/adopt.ts'
import { installedPackage } from '../../src/postgres/binaries.ts'
import { processStatus, serverProcess } from '../../src/postgres/processes.ts'
import {
  type EmbeddedPostgres,
  type Installation,
  type PostgresOptions,
  startPostgres,
} from '../../src/postgres/supervisor.ts'
import { fastInstallation, openFolder } from '../helpers/postgres-server.ts'

/** No waiting for the disk, but what was committed survives a kill of the server. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off' }

const WAIT = { timeout: 60_000, interval: 20 }

const Report = z.union([
  z.object({
    started: z.object({
      url: z.string(),
      adopted: z.boolean(),
      port: z.number(),
      dataDirectory: z.string(),
    }),
  }),
  z.object({ failed: z.string(), name: z.string() }),
])
/** A folder of this test: when it ends, any server left in it is ended and the folder removed. */
export async function testFolder(): Promise<string> {
  const folder = await openFolder()
  onTestFinished(async () => {
    await endServersIn(folder)
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/** A copy of the installed package that a test may damage. */
export async function ownPackage(): Promise<string> {
  const copy = join(await testFolder(), 'package')
  await cp(installedPackage(), copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** Starts as the owner in this process; stopped when the test ends. */
export async function start(
  directory: string,
  options: Partial<PostgresOptions> = {},
  installation: Partial<Installation> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres(
    {
      directory,
      log: createLog('silent'),
      ...options,
      settings: { ...SETTINGS, ...options.settings },
    },
    { ...fastInstallation(), ...installation },
  )
  onTestFinished(() => postgres.stop())
  return postgres
}

/** Forks a process that becomes the owner of `directory`; killed when the test ends. */
export function forkOwner(directory: string, account: { uid?: number; gid?: number } = {}) {
  const script = fileURLToPath(new URL('./owner-process.ts', import.meta.url))
  const child = fork(script, [directory], {
    execArgv: [],
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...account,
  })
  onTestFinished(() => end(child))
  const report = once(child, 'message').then(([message]) => Report.parse(message))
  return { child, report }
}

/** Forks an owner that must succeed. */
export async function startOwner(
  directory: string,
  account: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; started: Omit<EmbeddedPostgres, 'stop'> }> {
  const { child, report } = forkOwner(directory, account)
  const answer = await report
  if (!('started' in answer)) throw new Error(answer.failed)
  return { child, started: answer.started }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

export async function query(url: string, text: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const answer = await client.query<unknown[]>({ text, rowMode: 'array' })
    return answer.rows
  } finally {
    await client.end()
  }
}

/** The pid that the server wrote into its own lock file. */
export async function serverPid(dataDirectory: string): Promise<number> {
  const pidFile = await readPidFile(dataDirectory)
  if (pidFile === null) throw new Error(`no postmaster.pid in ${dataDirectory}`)
  return pidFile.pid
}

export async function untilGone(pid: number): Promise<void> {
  await vi.waitUntil(async () => {
    const status = await processStatus(pid)
    return status === null || status.state === 'zombie'
  }, WAIT)
}

/** A harmless process under the account that owns `path`, as one with a recycled pid would be. */
export async function strangerLike(path: string): Promise<number> {
  const { uid, gid } = await stat(path)
  const child = spawn('sleep', ['600'], { cwd: '/', stdio: 'ignore', uid, gid })
  onTestFinished(() => end(child))
  await once(child, 'spawn')
  return child.pid ?? 0
}

/** A process that has ended but whose parent never asks for its result. */
export async function zombieLike(path: string): Promise<number> {
  const { uid, gid } = await stat(path)
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    uid,
    gid,
  })
  onTestFinished(() => end(parent))
  const [line] = await once(createInterface(parent.stdout), 'line')
  const pid = Number(line)
  // The shell would collect its child; the sleep that takes its place does not.
  await vi.waitUntil(
    async () => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')) === 'sleep\n',
    WAIT,
  )
  process.kill(pid, 'SIGKILL')
  await vi.waitUntil(async () => (await processStatus(pid))?.state === 'zombie', WAIT)
  return pid
}

/** Waits until a folder holds an entry whose name starts like this. */
export async function untilEntry(folder: string, prefix: string): Promise<void> {
  await vi.waitUntil(async () => {
    const names = await readdir(folder).catch(() => [])
    return names.some((name) => name.startsWith(prefix))
  }, WAIT)
}

async function endServersIn(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('postmaster.pid')) continue
    const dataDirectory = `${folder}/${entry.slice(0, -'/postmaster.pid'.length)}`
    const pid = Number((await readFile(`${folder}/${entry}`, 'utf8')).split('\n')[0])
    // A signal to 0 would end this test run.
    if (pid <= 0 || (await serverProcess(pid, dataDirectory)) !== 'likely') continue
    process.kill(pid, 'SIGQUIT')
    await untilGone(pid)
  }
}
