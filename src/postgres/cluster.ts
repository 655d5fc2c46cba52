import { randomBytes, randomUUID } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, UserError } from '../errors.ts'
import type { Binaries } from './binaries.ts'
import { readIfThere, withAccess } from './files.ts'
import type { Place } from './place.ts'
import { run } from './spawn.ts'

export const SUPERUSER = 'postgres'

// 0.8 s on a quiet machine, 4 s under load.
const INITDB_TIMEOUT_MS = 120_000
const UNFINISHED = '.unfinished-'
const PASSWORD_BYTES = 24

/**
 * Makes sure that there is a cluster of the right major version with a known password.
 * @returns the superuser's password, which is safe inside a URL
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  initdbArguments: readonly string[],
): Promise<string> {
  const major = await readIfThere(join(place.dataDirectory, 'PG_VERSION'))
  if (major === null) return await createCluster(place, binaries, initdbArguments)
  assertMajor(Number(major), binaries.major, place.dataDirectory)
  const password = await readPassword(place.home)
  if (password !== null) return password
  throw new UserError(
    `The password of the database in ${place.dataDirectory} is missing. Restore ${passwordPath(place.home)}, ` +
      'or move the data folder away to start with an empty database.',
  )
}

/** The password kept in `home`; null before the first start. */
export async function readPassword(home: string): Promise<string | null> {
  const path = passwordPath(home)
  return (await withAccess(path, () => readIfThere(path)))?.trim() ?? null
}

function assertMajor(found: number, expected: number, dataDirectory: string): void {
  if (found === expected) return
  throw new UserError(
    `The data in ${dataDirectory} was written by Postgres ${found}, but Plumbline brings Postgres ${expected}. ` +
      `Dump it with a Postgres ${found} and load it into a new folder (--data DIR), or serve it with ` +
      `a Postgres ${found} and set DATABASE_URL.`,
  )
}

async function createCluster(
  place: Place,
  binaries: Binaries,
  initdbArguments: readonly string[],
): Promise<string> {
  const password = (await readPassword(place.home)) ?? (await createPassword(place.home))
  await removeUnfinished(place)
  // A killed initdb leaves a folder that looks finished: only a whole cluster gets the final name.
  const partial = `${place.dataDirectory}${UNFINISHED}${randomUUID()}`
  const passwordFile = `${partial}.password`
  await mkdir(partial, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (place.account !== null) {
    await chown(partial, place.account.uid, place.account.gid)
    await chown(passwordFile, place.account.uid, place.account.gid)
  }
  try {
    await initialise(partial, passwordFile, place, binaries, initdbArguments)
  } catch (cause) {
    throw new UserError(
      `Postgres could not prepare ${place.dataDirectory}. ${messageOf(cause)}\n` +
        'Repair what it names, choose another folder with --data DIR, or set DATABASE_URL.',
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(partial, place.dataDirectory)
  return password
}

/** The initdb of a killed owner may still be writing: it fails on the missing folder, hence the retries. */
async function removeUnfinished(place: Place): Promise<void> {
  for (const name of await readdir(place.home)) {
    if (!name.startsWith(basename(place.dataDirectory) + UNFINISHED)) continue
    const path = join(place.home, name)
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Postgres' own collation: a libc update or a machine without that locale cannot break the indexes. */
async function initialise(
  dataDirectory: string,
  passwordFile: string,
  place: Place,
  binaries: Binaries,
  initdbArguments: readonly string[],
): Promise<void> {
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`]
  await run(
    binaries.initdb,
    [`--pgdata=${dataDirectory}`, '--encoding=UTF8', ...locale, ...access, ...initdbArguments],
    { account: place.account, timeoutMs: INITDB_TIMEOUT_MS },
  )
}

/** Written under another name first: a half-written password would lock the owner out. */
async function createPassword(home: string): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const draft = `${passwordPath(home)}.draft`
  await writeFile(draft, `${password}\n`, { mode: 0o600 })
  await rename(draft, passwordPath(home))
  return password
}

function passwordPath(home: string): string {
  return join(home, 'password')
}
