import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { takeOwnership } from '../../src/postgres/lock.ts'
import { processStatus } from '../../src/postgres/processes.ts'
import {
  end,
  forkOwner,
  query,
  start,
  startOwner,
  strangerLike,
  testFolder,
  zombieLike,
} from './support.ts'

test('a folder whose owner lives is refused, naming its pid and the way out', async () => {
  const directory = await testFolder()
  const { child, started } = await startOwner(directory)
  const failure: unknown = await start(directory).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect(failure).toMatchObject({
    message: `Another Plumbline (pid ${child.pid}) is using ${directory}. Stop it first, or give this one a folder of its own with --data DIR.`,
  })
  expect(await query(started.url, 'select 1')).toEqual([[1]])
})

test('the same process cannot own a folder twice, but again after a stop', async () => {
  const directory = await testFolder()
  const first = await start(directory)
  await expect(start(directory)).rejects.toThrow(`(pid ${process.pid})`)
  await first.stop()
  await expect(start(directory)).resolves.toMatchObject({ adopted: false })
})

test('a folder is free for another process after a stop', async () => {
  const directory = await testFolder()
  const { stop } = await start(directory)
  await stop()
  const { started } = await startOwner(directory)
  expect(await query(started.url, 'select 1')).toEqual([[1]])
})

test('of several processes that start at once exactly one wins', async () => {
  const directory = await testFolder()
  const owners = [forkOwner(directory), forkOwner(directory), forkOwner(directory)]
  const reports = await Promise.all(owners.map((owner) => owner.report))
  const winners = reports.flatMap((report) => ('started' in report ? [report.started] : []))
  const losers = reports.flatMap((report) => ('failed' in report ? [report] : []))
  expect(winners).toHaveLength(1)
  for (const loser of losers) {
    expect(loser).toEqual({
      name: 'UserError',
      failed: expect.stringMatching(/^Another Plumbline \(pid [0-9]+\) is using/),
    })
  }
})

test('of several processes that find a dead owner exactly one takes over', async () => {
  const directory = await testFolder()
  await end((await startOwner(directory)).child)
  const owners = [forkOwner(directory), forkOwner(directory), forkOwner(directory)]
  const reports = await Promise.all(owners.map((owner) => owner.report))
  const winners = reports.flatMap((report) => ('started' in report ? [report.started] : []))
  expect(winners).toMatchObject([{ adopted: true }])
})

test('of many rivals for a stale ticket exactly one wins, round after round', async () => {
  const home = await testFolder()
  const rivals = Array.from({ length: 12 })
  for (let round = 0; round < 20; round += 1) {
    const results = await Promise.allSettled(rivals.map(() => takeOwnership(home)))
    const winners = results.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    )
    expect(winners).toHaveLength(1)
    await winners[0]?.release()
  }
  expect(await readdir(home)).toEqual(['owner-20.json'])
})

async function ticketOf(pid: number): Promise<object> {
  const status = await processStatus(pid)
  return { pid, startedAt: status?.startedAt ?? null, released: false }
}

async function recycled(folder: string): Promise<string> {
  const pid = await strangerLike(folder)
  return JSON.stringify({ ...(await ticketOf(pid)), startedAt: '1' })
}

async function ofZombie(folder: string): Promise<string> {
  return JSON.stringify(await ticketOf(await zombieLike(folder)))
}

async function ofDeadOwner(folder: string): Promise<string> {
  const { child } = await startOwner(folder)
  await end(child)
  const [name] = (await readdir(folder)).filter((entry) => entry.startsWith('owner-'))
  return await readFile(join(folder, name ?? ''), 'utf8')
}

test.for([
  { named: 'a killed owner', text: ofDeadOwner },
  { named: 'a later process with the same pid', text: recycled },
  { named: 'a zombie', text: ofZombie },
  { named: 'nobody, after a crash of the machine', text: async () => '' },
])('a ticket of $named is stale', async ({ text }) => {
  const folder = await testFolder()
  await writeFile(join(folder, 'owner-41.json'), await text(await testFolder()))
  const ownership = await takeOwnership(folder)
  expect(await readdir(folder)).toEqual(['owner-42.json'])
  await ownership.release()
})

test('where the system does not tell start times, a living pid holds the folder', async () => {
  const folder = await testFolder()
  const pid = await strangerLike(folder)
  await writeFile(
    join(folder, 'owner-3.json'),
    JSON.stringify({ pid, startedAt: null, released: false }),
  )
  await expect(takeOwnership(folder)).rejects.toThrow(`(pid ${pid})`)
})
