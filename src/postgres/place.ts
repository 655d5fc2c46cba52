import { createHash } from 'node:crypto'
import { chmod, mkdir, realpath, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { ifThere, readIfThere, statIfThere, withAccess } from './files.ts'
import { closedFolder, serverAccount } from './identity.ts'
import type { Account } from './spawn.ts'

const NOTE = 'where-the-data-is.txt'

/** Where everything of one server lies: the data, the password, the owner's ticket. */
export interface Place {
  home: string
  dataDirectory: string
  /** The account the server runs as; null where that is the account of this process. */
  account: Account | null
}

/**
 * Prepares the place for `directory`: the directory itself, or, where root starts Plumbline and the server's
 * account may not enter it, a folder below `hostedRoot` that a note in `directory` names from then on.
 */
export async function preparePlace(
  directory: string,
  hostedRoot: string,
  accounts: readonly string[],
  log: Log,
): Promise<Place> {
  await withAccess(directory, () => mkdir(directory, { recursive: true }))
  const root = await realpath(directory)
  const noted = await notedHome(root)
  if (noted !== null) await makeOpen(dirname(noted), noted)
  const home = noted ?? root
  const account = await withAccess(home, () => serverAccount(join(home, 'data'), accounts))
  const closed = account && (await closedFolder(account, home))
  if (account === null || closed === null) return placeAt(home, account)
  if (noted !== null) throw unreachable(account, closed)
  return await hostedPlace(root, hostedRoot, account, closed, log)
}

/** The folder that holds the data of `directory` if it was ever started; touches nothing. */
export async function findHome(directory: string): Promise<string | null> {
  const root = await ifThere(() => realpath(directory))
  return root && ((await notedHome(root)) ?? root)
}

export function placeAt(home: string, account: Account | null): Place {
  // pg_ctl hands its paths to a shell between double quotes.
  if (/["$`\n]/.test(home)) {
    throw new UserError(
      `Postgres cannot keep its data in ${JSON.stringify(home)}: the path holds a quote, a dollar sign, ` +
        'a backtick or a line break. Choose another folder with --data DIR.',
    )
  }
  return { home, dataDirectory: join(home, 'data'), account }
}

async function hostedPlace(
  root: string,
  hostedRoot: string,
  account: Account,
  closed: string,
  log: Log,
): Promise<Place> {
  // Going elsewhere would look as if all data had vanished.
  if ((await statIfThere(join(root, 'data'))) !== null) {
    throw new UserError(
      `The data lies in ${root}, but Postgres, which must run as ${account.name} here, may not enter ${closed}. ` +
        `Move ${root} to a folder that ${account.name} can reach and use it with --data DIR, or set DATABASE_URL.`,
    )
  }
  const home = join(hostedRoot, createHash('sha256').update(root).digest('hex').slice(0, 12))
  await makeOpen(hostedRoot, home)
  const closedToo = await closedFolder(account, home)
  if (closedToo !== null) throw unreachable(account, closedToo)
  await writeNote(root, home, account, closed)
  // A warning, so that it is seen at every usual level: the data is not where one looks for it first.
  log.warn(
    { home, closed, account: account.name },
    `Postgres keeps its data in ${home}: ${account.name} may not enter ${closed}`,
  )
  return placeAt(home, account)
}

/** Modes are set only on folders made here, so that a strict umask does not close them again. */
async function makeOpen(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const made = await withAccess(folder, () => mkdir(folder, { recursive: true }))
    if (made !== undefined) await chmod(folder, 0o755)
  }
}

function unreachable(account: Account, closed: string): UserError {
  return new UserError(
    `Postgres must run as ${account.name} here, but that account may not enter ${closed}. ` +
      'Choose a folder that it can reach with --data DIR, or set DATABASE_URL.',
  )
}

async function writeNote(
  root: string,
  home: string,
  account: Account,
  closed: string,
): Promise<void> {
  const text = `The Postgres data of this folder is in
  ${home}

Plumbline was started as root here. Postgres refuses to run as root, so it runs as the account
${account.name}, which may not enter ${closed}.
Plumbline reads this file to find the data again. To start with an empty database, stop Plumbline
and delete that folder.
`
  const draft = join(root, `${NOTE}.draft`)
  await writeFile(draft, text)
  await rename(draft, join(root, NOTE))
}

async function notedHome(root: string): Promise<string | null> {
  const path = join(root, NOTE)
  const text = await withAccess(path, () => readIfThere(path))
  if (text === null) return null
  const home = /^ {2}(\/.+)$/m.exec(text)?.[1]
  if (home !== undefined) return home
  throw new UserError(
    `${path} should name the folder with the data, but no line of it is an indented absolute path. ` +
      'Restore that line, or delete the file if the data is not needed any more.',
  )
}
