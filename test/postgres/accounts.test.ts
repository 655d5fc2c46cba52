import { execFileSync } from 'node:child_process'
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { installedPackage } from '../../src/postgres/binaries.ts'
import { readRunning, startPostgres } from '../../src/postgres/supervisor.ts'
import { fastInstallation } from '../helpers/postgres-server.ts'
import { end, forkOwner, query, serverPid, start, startOwner, testFolder } from './support.ts'

const runsAsRoot = process.getuid?.() === 0

function idOf(account: string): number | null {
  try {
    return Number(execFileSync('id', ['-u', account], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return null
  }
}

test('the server never runs as root', async () => {
  const { dataDirectory } = await start(await testFolder())
  const server = await stat(`/proc/${await serverPid(dataDirectory)}`)
  expect(server.uid).not.toBe(0)
  expect(server.uid).toBe((await stat(dataDirectory)).uid)
})

/** What only root can prepare; an ordinary user's run covers the ordinary cases in the other files. */
if (runsAsRoot) {
  describe('started by an ordinary user', startedByAnOrdinaryUser)
  describe('started by root', startedByRoot)
  describe('started by root below a home that nobody else may enter', startedInAClosedHome)
}

async function folderOf(account: string): Promise<{ folder: string; uid: number; gid: number }> {
  const folder = await testFolder()
  const uid = idOf(account) ?? Number.NaN
  const gid = Number(execFileSync('id', ['-g', account]))
  await chown(folder, uid, gid)
  return { folder, uid, gid }
}

function startedByAnOrdinaryUser() {
  test('the server runs as that user, and the next start adopts it', async () => {
    const { folder, uid, gid } = await folderOf('nobody')
    const first = await startOwner(join(folder, 'data'), { uid, gid })
    const pid = await serverPid(first.started.dataDirectory)
    expect((await stat(`/proc/${pid}`)).uid).toBe(uid)
    expect(await query(first.started.url, 'select 1')).toEqual([[1]])
    await end(first.child)

    const second = await startOwner(join(folder, 'data'), { uid, gid })
    expect(second.started).toMatchObject({ adopted: true, url: first.started.url })
    second.child.send('stop')
    await expect.poll(() => second.child.connected).toBe(false)
    expect(await readRunning(join(folder, 'data'))).toBeNull()
  })

  test('the data of another account is refused, naming both', async () => {
    const { folder, uid, gid } = await folderOf('nobody')
    const { dataDirectory, stop } = await start(
      join(folder, 'data'),
      {},
      { accounts: ['postgres', 'daemon'] },
    )
    await stop()
    const owner = (await stat(dataDirectory)).uid
    expect(await forkOwner(join(folder, 'data'), { uid, gid }).report).toEqual({
      name: 'UserError',
      failed: expect.stringContaining(
        `belongs to the account with uid ${owner}, but this is uid ${uid}`,
      ),
    })
  })

  test('a folder that it may not write is refused with the way out', async () => {
    const folder = await testFolder()
    const { uid, gid } = await folderOf('nobody')
    expect(await forkOwner(join(folder, 'data'), { uid, gid }).report).toEqual({
      name: 'UserError',
      failed: expect.stringMatching(/may not use .*\(EACCES\).*--data DIR, or set DATABASE_URL/),
    })
    expect(await forkOwner(folder, { uid, gid }).report).toEqual({
      name: 'UserError',
      failed: expect.stringMatching(/may not use .*\(EACCES\).*--data DIR, or set DATABASE_URL/),
    })
  })
}

function startedByRoot() {
  test('the account postgres runs the server where it exists, else nobody', async () => {
    const usual = await start(await testFolder())
    expect((await stat(usual.dataDirectory)).uid).toBe(idOf('postgres') ?? idOf('nobody'))
    const accounts = ['no-such-account', 'nobody']
    const without = await start(await testFolder(), {}, { accounts })
    expect((await stat(without.dataDirectory)).uid).toBe(idOf('nobody'))
  })

  test('existing data keeps its account, although a better one appeared since', async () => {
    const directory = await testFolder()
    const first = await start(directory, {}, { accounts: ['nobody'] })
    await first.stop()
    const next = await start(directory)
    expect((await stat(`/proc/${await serverPid(next.dataDirectory)}`)).uid).toBe(idOf('nobody'))
  })

  test('no account to run as is refused with the way out', async () => {
    const attempt = start(await testFolder(), {}, { accounts: ['no-such-account'] })
    await expect(attempt).rejects.toThrow(/no-such-account.*ordinary user, or set DATABASE_URL/)
  })

  test('data that belongs to root is refused with the command that gives it away', async () => {
    const directory = await testFolder()
    const { dataDirectory, stop } = await start(directory)
    await stop()
    await chown(dataDirectory, 0, 0)
    await expect(start(directory)).rejects.toThrow(/chown -R \w+: .*\/data/)
  })

  test('data whose owner has no account any more is refused', async () => {
    const directory = await testFolder()
    const { dataDirectory, stop } = await start(directory)
    await stop()
    await chown(dataDirectory, 54_321, 54_321)
    await expect(start(directory)).rejects.toThrow(/uid 54321, which has no account/)
  })
}

interface ClosedHome {
  home: string
  directory: string
  packageDirectory: string
  hostedRoot: string
}

async function closedHome(): Promise<ClosedHome> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'plumbline-home-')))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await chmod(home, 0o700)
  const packageDirectory = join(home, 'checkout', 'node_modules', 'package')
  await mkdir(join(home, 'checkout', 'node_modules'), { recursive: true })
  await cp(installedPackage(), packageDirectory, { recursive: true, verbatimSymlinks: true })
  const directory = join(home, 'checkout', '.plumbline', 'postgres')
  return { home, directory, packageDirectory, hostedRoot: join(await testFolder(), 'plumbline') }
}

function startedInAClosedHome() {
  test('data and programs go to a place of their own, which a note names', async () => {
    const { home, directory, packageDirectory, hostedRoot } = await closedHome()
    const lines: string[] = []
    const log = pino({ base: null }, { write: (line: string) => lines.push(line) })
    const { dataDirectory, url } = await start(directory, { log }, { packageDirectory, hostedRoot })

    expect(dataDirectory).toMatch(new RegExp(`^${hostedRoot}/[0-9a-f]{12}/data$`))
    expect(await query(url, 'select 1')).toEqual([[1]])
    const pid = await serverPid(dataDirectory)
    expect(await readlink(`/proc/${pid}/exe`)).toContain(hostedRoot)
    const note = await readFile(join(directory, 'where-the-data-is.txt'), 'utf8')
    expect(note).toContain(`\n  ${dataDirectory.slice(0, -'/data'.length)}\n`)
    expect(note).toContain(`may not enter ${home}`)
    expect(lines.filter((line) => line.includes('Postgres keeps its data in'))).toHaveLength(1)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect(await readRunning(directory)).toEqual({ url })
  })

  test('the next start uses the same place, and the copy again', async () => {
    const { directory, packageDirectory, hostedRoot } = await closedHome()
    const installation = { packageDirectory, hostedRoot }
    const first = await start(directory, {}, installation)
    await query(first.url, 'create table kept as select 5 as answer')
    await first.stop()
    const place = first.dataDirectory.slice(0, -'/data'.length)
    const copied = (await readdir(place)).filter((name) => name.startsWith('binaries-'))
    const made = await stat(join(place, copied[0] ?? ''))

    const elsewhere = { ...installation, hostedRoot: join(await testFolder(), 'unused') }
    const second = await start(directory, {}, elsewhere)
    expect(second.dataDirectory).toBe(first.dataDirectory)
    expect(await query(second.url, 'select answer from kept')).toEqual([[5]])
    expect((await stat(join(place, copied[0] ?? ''))).ino).toBe(made.ino)
  })

  test('a strict umask, now or at install time, does not close the place', async () => {
    const { directory, packageDirectory, hostedRoot } = await closedHome()
    execFileSync('chmod', ['-R', 'go-rwx', packageDirectory])
    const before = process.umask(0o077)
    onTestFinished(() => {
      process.umask(before)
    })
    const { url } = await start(directory, {}, { packageDirectory, hostedRoot })
    expect(await query(url, 'select 1')).toEqual([[1]])
  })

  test('a copied checkout cannot start a second owner on the same data', async () => {
    const { home, directory, packageDirectory, hostedRoot } = await closedHome()
    await start(directory, {}, { packageDirectory, hostedRoot })
    const copy = join(home, 'copy')
    await cp(directory, copy, { recursive: true })
    await expect(start(copy, {}, { packageDirectory, hostedRoot })).rejects.toThrow(
      `Another Plumbline (pid ${process.pid})`,
    )
  })

  test('data that was reachable once is not silently replaced by an empty database', async () => {
    const folder = await testFolder()
    const { dataDirectory, stop } = await start(join(folder, 'data'))
    await stop()
    await chmod(folder, 0o700)
    const hostedRoot = join(await testFolder(), 'plumbline')
    await expect(start(join(folder, 'data'), {}, { hostedRoot })).rejects.toThrow(
      `may not enter ${folder}`,
    )
    expect((await stat(join(dataDirectory, 'PG_VERSION'))).isFile()).toBe(true)
  })

  test('a place that was closed since is refused, not replaced', async () => {
    const { home, directory, packageDirectory } = await closedHome()
    const hostedRoot = await testFolder()
    const installation = { packageDirectory, hostedRoot }
    await (await start(directory, {}, installation)).stop()
    await chmod(hostedRoot, 0o700)
    const elsewhere = { packageDirectory, hostedRoot: await testFolder() }
    await expect(start(directory, {}, elsewhere)).rejects.toThrow(`may not enter ${hostedRoot}`)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
  })

  test('a place that the account cannot enter either is refused with the way out', async () => {
    const { home, directory, packageDirectory } = await closedHome()
    const attempt = startPostgres(
      { directory, log: pino({ level: 'silent' }) },
      { ...fastInstallation(), packageDirectory, hostedRoot: join(home, 'hosted') },
    )
    await expect(attempt).rejects.toThrow(/may not enter .*--data DIR, or set DATABASE_URL/)
  })
}
