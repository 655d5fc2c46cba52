import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import { statIfThere } from './files.ts'
import { type Account, ProgramFailed, run } from './spawn.ts'

const LOOKUP_TIMEOUT_MS = 10_000

/**
 * The account the server must run as. An existing data directory decides by its owner, because Postgres
 * starts for nobody else; a new one gets the first of `names` that exists.
 * @returns null where the server runs as this process does
 */
export async function serverAccount(
  dataDirectory: string,
  names: readonly string[],
): Promise<Account | null> {
  const self = process.getuid?.()
  if (self === undefined) return null
  const owner = (await statIfThere(dataDirectory))?.uid ?? null
  if (self !== 0) return ownedBySelf(dataDirectory, owner, self)
  if (owner === null) return await firstAccount(names)
  if (owner !== 0) return await existingAccount(String(owner), dataDirectory)
  const { name } = await firstAccount(names)
  throw new UserError(
    `The data in ${dataDirectory} belongs to root, and Postgres refuses to run as root. ` +
      `Give it to the account ${name}: chown -R ${name}: ${dataDirectory}`,
  )
}

/**
 * The first folder on the way down to `directory`, itself included, that the account may not enter;
 * null when it may enter all of them.
 */
export async function closedFolder(account: Account, directory: string): Promise<string | null> {
  const script = 'for d; do cd -- "$d" 2>/dev/null || { printf %s "$d"; exit 0; }; done'
  const closed = await run('/bin/sh', ['-c', script, 'sh', ...ancestors(directory)], {
    account,
    timeoutMs: LOOKUP_TIMEOUT_MS,
  })
  return closed === '' ? null : closed
}

function ancestors(directory: string): string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [...ancestors(parent), directory]
}

function ownedBySelf(dataDirectory: string, owner: number | null, self: number): null {
  if (owner === null || owner === self) return null
  throw new UserError(
    `The data in ${dataDirectory} belongs to the account with uid ${owner}, but this is uid ${self}. ` +
      'Run Plumbline as that account (or as root), choose another folder with --data DIR, or set DATABASE_URL.',
  )
}

async function firstAccount(names: readonly string[]): Promise<Account> {
  for (const name of names) {
    const account = await lookUp(name)
    if (account !== null) return account
  }
  throw new UserError(
    `Postgres refuses to run as root, and none of these accounts exists: ${names.join(', ')}. ` +
      'Run Plumbline as an ordinary user, or set DATABASE_URL.',
  )
}

async function existingAccount(uid: string, dataDirectory: string): Promise<Account> {
  const account = await lookUp(uid)
  if (account !== null) return account
  throw new UserError(
    `The data in ${dataDirectory} belongs to uid ${uid}, which has no account on this machine, so Postgres ` +
      'cannot run as its owner. Create that account, chown the folder to one that exists, or set DATABASE_URL.',
  )
}

/** `id` asks the machine's account database, so a uid that Postgres itself could not look up is not found. */
async function lookUp(nameOrUid: string): Promise<Account | null> {
  const ask = (flag: string) =>
    run('/usr/bin/id', [flag, nameOrUid], { account: null, timeoutMs: LOOKUP_TIMEOUT_MS })
  try {
    const [name, uid, gid] = await Promise.all([ask('-un'), ask('-u'), ask('-g')])
    return { name: name.trim(), uid: Number(uid), gid: Number(gid) }
  } catch (error) {
    if (error instanceof ProgramFailed) return null
    throw error
  }
}
