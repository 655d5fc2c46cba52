import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findRunning } from '../../src/postgres/adopt.ts'
import { serves } from '../../src/postgres/connection.ts'
import { processStatus } from '../../src/postgres/processes.ts'
import {
  end,
  forkOwner,
  ownPackage,
  query,
  serverPid,
  start,
  startOwner,
  strangerLike,
  testFolder,
  untilEntry,
  untilGone,
  zombieLike,
} from './support.ts'

test('the server survives a kill -9 of its owner, and the next start adopts it', async () => {
  const directory = await testFolder()
  const { child, started } = await startOwner(directory)
  await query(started.url, 'create table kept as select 7 as answer')
  const pid = await serverPid(started.dataDirectory)
  await end(child)

  const next = await start(directory)
  expect(next).toMatchObject({ adopted: true, url: started.url, port: started.port })
  expect(await serverPid(next.dataDirectory)).toBe(pid)
  expect(await query(next.url, 'select answer from kept')).toEqual([[7]])

  await next.stop()
  await untilGone(pid)
})

test('Ctrl-C in the terminal of the owner does not reach the server', async () => {
  const directory = await testFolder()
  const { child, started } = await startOwner(directory)
  const exited = once(child, 'exit')
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT')
  await exited
  expect(await query(started.url, 'select 1')).toEqual([[1]])
  expect(await start(directory)).toMatchObject({ adopted: true })
})

const BUSY = "do $$ begin while clock_timestamp() < now() + interval '3 s' loop end loop; end $$"

test('after a kill -9 of the server, with sessions still at work, the next start recovers the data', async () => {
  const directory = await testFolder()
  const { child, started } = await startOwner(directory)
  await query(started.url, 'create table kept as select 9 as answer')
  const busy = query(started.url, BUSY).catch(() => undefined)
  await expect
    .poll(() => query(started.url, "select state from pg_stat_activity where query like 'do $$%'"))
    .toEqual([['active']])
  await end(child)
  process.kill(await serverPid(started.dataDirectory), 'SIGKILL')

  const next = await start(directory)
  expect(next.adopted).toBe(false)
  expect(await query(next.url, 'select answer from kept')).toEqual([[9]])
  await busy
})

test('a server that hangs is adopted when it answers again, not started a second time', async () => {
  const directory = await testFolder()
  const { child, started } = await startOwner(directory)
  await end(child)
  const pid = await serverPid(started.dataDirectory)
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(pid, 'SIGCONT'))
  const starting = start(directory)
  await untilEntry(directory, 'owner-2')
  process.kill(pid, 'SIGCONT')
  expect(await starting).toMatchObject({ adopted: true, port: started.port })
})

test('a server that a killed owner was still starting is adopted, not fought', async () => {
  const packageDirectory = await ownPackage()
  const pgCtl = join(packageDirectory, 'native', 'bin', 'pg_ctl')
  await rename(pgCtl, `${pgCtl}-real`)
  const twice = '[ "$1" != start ] || "$0-real" "$@"\nexec "$0-real" "$@"\n'
  await writeFile(pgCtl, `#!/bin/sh\n${twice}`, { mode: 0o755 })

  const { adopted, url } = await start(await testFolder(), {}, { packageDirectory })
  expect(adopted).toBe(true)
  expect(await query(url, 'select 1')).toEqual([[1]])
})

test('a server that stays silent is named, with its folder', async () => {
  const { dataDirectory, url } = await start(await testFolder())
  const pid = await serverPid(dataDirectory)
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(pid, 'SIGCONT'))
  const looking = findRunning(dataDirectory, new URL(url).password, 100)
  await expect(looking).rejects.toThrow(`The Postgres with pid ${pid} holds ${dataDirectory}`)
})

test('a server of another folder is never adopted, whatever a stale file says', async () => {
  const one = await start(await testFolder())
  const other = await start(await testFolder())
  const address = { port: one.port, password: new URL(one.url).password }
  expect(await serves(address, one.dataDirectory)).toBe(true)
  expect(await serves(address, other.dataDirectory)).toBe(false)
})

test('stop does not fail when the server has died before', async () => {
  const postgres = await start(await testFolder())
  const pid = await serverPid(postgres.dataDirectory)
  process.kill(pid, 'SIGKILL')
  await untilGone(pid)
  await expect(postgres.stop()).resolves.toBeUndefined()
})

async function deadPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' })
  await once(child, 'exit')
  return child.pid ?? 0
}

async function foreignServerPid(): Promise<number> {
  const other = await start(await testFolder())
  return await serverPid(other.dataDirectory)
}

test.for([
  { named: 'a dead process', pidFor: deadPid },
  { named: 'a living process that is no Postgres', pidFor: strangerLike },
  { named: 'a zombie', pidFor: zombieLike },
  { named: 'the Postgres of another folder', pidFor: foreignServerPid },
  { named: 'nothing, after a crash of the machine', pidFor: async () => '' },
])('a stale postmaster.pid that names $named does not block the start', async ({ pidFor }) => {
  const directory = await testFolder()
  const first = await start(directory)
  const pidPath = join(first.dataDirectory, 'postmaster.pid')
  const lines = (await readFile(pidPath, 'utf8')).split('\n')
  await first.stop()
  const pid = await pidFor(first.dataDirectory)
  await writeFile(pidPath, pid === '' ? '' : [pid, ...lines.slice(1)].join('\n'))

  const next = await start(directory)
  expect(next.adopted).toBe(false)
  expect(await query(next.url, 'show data_directory')).toEqual([[next.dataDirectory]])
})

test('stop never signals a stranger that took over the pid of the server', async () => {
  const postgres = await start(await testFolder())
  const pidPath = join(postgres.dataDirectory, 'postmaster.pid')
  const text = await readFile(pidPath, 'utf8')
  const pid = await serverPid(postgres.dataDirectory)
  process.kill(pid, 'SIGKILL')
  await untilGone(pid)
  const stranger = await strangerLike(postgres.dataDirectory)
  await writeFile(pidPath, text.replace(String(pid), String(stranger)))

  await postgres.stop()
  expect((await processStatus(stranger))?.state).toBe('running')
})

test('an owner killed in the middle of its first start leaves nothing that blocks the next one', async () => {
  const directory = await testFolder()
  const { child, report } = forkOwner(directory)
  report.catch(() => undefined)
  await untilEntry(directory, 'data.unfinished-')
  await end(child)

  const { url } = await start(directory)
  expect(await query(url, 'select current_database()')).toEqual([['plumbline']])
  const left = (await readdir(directory)).filter((name) => name.includes('unfinished'))
  expect(left).toEqual([])
})
