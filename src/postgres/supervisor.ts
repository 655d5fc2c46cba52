import type { Log } from '../log.ts'
import { findRunning, runningPort } from './adopt.ts'
import { type Binaries, installedPackage, readyBinaries } from './binaries.ts'
import { ensureCluster, readPassword } from './cluster.ts'
import { DATABASE, databaseUrl, ensureDatabase } from './connection.ts'
import { halt, launch, type Settings } from './launch.ts'
import { type Ownership, takeOwnership } from './lock.ts'
import { findHome, type Place, placeAt, preparePlace } from './place.ts'

/** Uncommon, and below the ports that Linux hands out to outgoing connections. */
const DEFAULT_PORT = 25_432

export interface PostgresOptions {
  /** Where the data, the password and the owner's ticket live, e.g. `<checkout>/.plumbline/postgres`. */
  directory: string
  log: Log
  /** The first port to try; where it is taken, the next free one is used. */
  port?: number
  /** Server settings by their Postgres names, over the defaults; not applied to an adopted server. */
  settings?: Settings
}

/** How Postgres is installed on this machine; only tests describe another one. */
export interface Installation {
  /** The folder of the npm package with the server's programs. */
  packageDirectory: string
  /** Where root keeps what the server's account cannot reach in its usual folder. */
  hostedRoot: string
  /** The accounts that may run the server in place of root, best first. */
  accounts: readonly string[]
  initdbArguments: readonly string[]
}

export interface EmbeddedPostgres {
  /** With the password; never log it. */
  url: string
  /** True when the server was already running, left behind by an owner that was killed. */
  adopted: boolean
  port: number
  dataDirectory: string
  /** Stops the server and gives the folder up; a second call waits for the first. */
  stop(): Promise<void>
}

export function installedPostgres(): Installation {
  return {
    packageDirectory: installedPackage(),
    hostedRoot: '/var/lib/plumbline',
    accounts: ['postgres', 'nobody'],
    initdbArguments: [],
  }
}

/**
 * Starts (or adopts) the Postgres of a folder and makes this process its only owner. The server lives on if
 * the process is killed; the next start adopts it. Throws a `UserError` with the remedy when the folder
 * has another living owner, holds data of another major version, cannot be used, or the server fails.
 */
export async function startPostgres(
  options: PostgresOptions,
  installation: Installation = installedPostgres(),
): Promise<EmbeddedPostgres> {
  const { hostedRoot, accounts } = installation
  const place = await preparePlace(options.directory, hostedRoot, accounts, options.log)
  const ownership = await takeOwnership(place.home)
  try {
    return await startOwned(options, installation, place, ownership)
  } catch (error) {
    await ownership.release()
    throw error
  }
}

/** The URL of the server that runs on a folder, for a second process; null when none runs. Changes nothing. */
export async function readRunning(directory: string): Promise<{ url: string } | null> {
  const home = await findHome(directory)
  const password = home && (await readPassword(home))
  if (home === null || password === null) return null
  const port = await runningPort(placeAt(home, null).dataDirectory, password)
  return port === null ? null : { url: databaseUrl({ port, password }, DATABASE) }
}

async function startOwned(
  options: PostgresOptions,
  installation: Installation,
  place: Place,
  ownership: Ownership,
): Promise<EmbeddedPostgres> {
  const { packageDirectory, initdbArguments } = installation
  const { log } = options
  const binaries = await readyBinaries(packageDirectory, place.home, place.account, log)
  const password = await ensureCluster(place, binaries, initdbArguments)
  const { port, adopted } = await launchOrAdopt(place, binaries, password, options)
  try {
    await ensureDatabase({ port, password })
  } catch (error) {
    await halt(place, binaries)
    throw error
  }
  const { dataDirectory } = place
  log.info({ port, dataDirectory, adopted }, adopted ? 'Postgres adopted' : 'Postgres started')
  const url = databaseUrl({ port, password }, DATABASE)
  return { url, adopted, port, dataDirectory, stop: stopOnce(place, binaries, ownership, log) }
}

async function launchOrAdopt(
  place: Place,
  binaries: Binaries,
  password: string,
  options: PostgresOptions,
): Promise<{ port: number; adopted: boolean }> {
  const running = await findRunning(place.dataDirectory, password)
  if (running !== null) return { port: running, adopted: true }
  try {
    const { port = DEFAULT_PORT, settings = {} } = options
    return { port: await launch(place, binaries, port, settings), adopted: false }
  } catch (error) {
    // The pg_ctl of an owner that was killed meanwhile may have been faster.
    const late = await findRunning(place.dataDirectory, password)
    if (late === null) throw error
    return { port: late, adopted: true }
  }
}

function stopOnce(
  place: Place,
  binaries: Binaries,
  ownership: Ownership,
  log: Log,
): () => Promise<void> {
  let stopping: Promise<void> | undefined
  async function stop(): Promise<void> {
    try {
      await halt(place, binaries)
      log.info({ dataDirectory: place.dataDirectory }, 'Postgres stopped')
    } finally {
      await ownership.release()
    }
  }
  return () => {
    stopping ??= stop()
    return stopping
  }
}
