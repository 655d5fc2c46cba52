import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '../../src/log.ts'
import { readPidFile } from '../../src/postgres/adopt.ts'
import { processStatus } from '../../src/postgres/processes.ts'
import { type EmbeddedPostgres, startPostgres } from '../../src/postgres/supervisor.ts'
import { fastInstallation, openFolder } from '../helpers/postgres-server.ts'

/**
 * What was committed must survive a `kill -9` of the server, but not a power cut: a commit reaches the operating
 * system and does not wait for the disk. Three processes with the queue on Postgres take up to 200 connections.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: 400 }

/** A Postgres that can be killed and started again on its data, on the same port. */
export interface ChaosPostgres {
  /** Straight to the server. */
  readonly url: string
  readonly port: number
  kill(): Promise<void>
  /** Does nothing while it runs. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startChaosPostgres(): Promise<ChaosPostgres> {
  const directory = await openFolder()
  const start = (port: number) =>
    startPostgres(
      { directory, log: createLog('silent'), settings: SETTINGS, port },
      fastInstallation(),
    )
  let running: EmbeddedPostgres | null = await start(somePort())
  const { url, port, dataDirectory } = running
  return {
    url,
    port,
    async kill() {
      if (!running) return
      await killServer(dataDirectory)
      // Gives the folder up; there is nothing left to stop.
      await running.stop()
      running = null
    },
    async restart() {
      running ??= await start(port)
      if (running.port !== port) throw new Error(`somebody has taken the port ${port} of Postgres`)
    },
    async stop() {
      await running?.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Other runs beside this one must not take the port while the server is down, as they would the first free one. */
function somePort(): number {
  return 27_000 + Math.floor(Math.random() * 4_000)
}

async function killServer(dataDirectory: string): Promise<void> {
  const pid = (await readPidFile(dataDirectory))?.pid
  if (!pid) throw new Error(`no Postgres runs on ${dataDirectory}`)
  process.kill(pid, 'SIGKILL')
  while ((await processStatus(pid))?.state === 'running') await sleep(10)
}
