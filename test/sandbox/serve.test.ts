import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { CLIENT, client, Page, PORTAL_ID, temporaryDirectory, V } from './portal.ts'
import { kill, startServing } from './serving.ts'

function start(file: string, ...more: string[]) {
  return startServing([
    ...['--file', file, '--portal-id', String(PORTAL_ID)],
    ...['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret],
    ...more,
  ])
}

test('a write outlives kill -9, and so does the install', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  const first = start(file, '--people', '20', '--seed', '1')
  const { url, counts } = await first.seen('ready')
  expect(counts['contacts']).toBe(20)
  const { access_token } = await client(url).install()
  const list = await client(url).json('GET', `/crm/objects/${V}/contacts`, undefined, access_token)
  const id = Page.parse(list.body).results[0]?.id ?? ''
  const path = `/crm/objects/${V}/contacts/${id}?properties=city`
  const properties = { city: 'Klagenfurt' }
  await client(url).json('PATCH', path, { properties }, access_token)
  await kill(first)

  const again = await start(file).seen('ready')
  expect(again.counts).toEqual(counts)
  const read = await client(again.url).json('GET', path, undefined, access_token)
  expect(read.body).toMatchObject({ properties })
})

test('a fill that is killed leaves no portal, and the next one begins anew', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'portal.db')
  const first = start(file, '--people', '20000')
  await first.seen('progress')
  await kill(first)
  expect(existsSync(file)).toBe(false)
  const second = start(file, '--people', '30')
  expect((await second.seen('ready')).counts).toMatchObject({ contacts: 30 })
  expect(readdirSync(directory).filter((name) => name.includes('filling'))).toEqual([])
  const last = second.events.findLast(({ event }) => event === 'progress')
  expect(last).toEqual({ event: 'progress', done: 30, total: 30 })
})

test('the same file is served again without another fill', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  const first = start(file, '--people', '10')
  await first.seen('ready')
  await kill(first)
  const second = start(file, '--people', '9999')
  expect((await second.seen('ready')).counts).toMatchObject({ contacts: 10 })
  expect(second.events.map(({ event }) => event)).toEqual(['ready'])
})

test('it ends when its stdin closes', async () => {
  const running = start(join(temporaryDirectory(), 'portal.db'), '--people', '5')
  await running.seen('ready')
  running.child.stdin?.end()
  expect(await running.exited).toEqual([0, null])
})

test('it ends on SIGTERM', async () => {
  const running = start(join(temporaryDirectory(), 'portal.db'), '--people', '5')
  await running.seen('ready')
  running.child.kill('SIGTERM')
  expect(await running.exited).toEqual([0, null])
})

test('what cannot work is said on stdout, with exit code 2', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'notes.txt')
  writeFileSync(file, 'not a portal at all, but dear to somebody')
  const foreign = start(file, '--people', '5')
  expect((await foreign.seen('error')).message).toContain(file)
  expect(await foreign.exited).toEqual([2, null])
  const empty = start(join(directory, 'portal.db'))
  expect((await empty.seen('error')).message).toContain('--people')
  const unnumbered = start(join(directory, 'portal.db'), '--people', 'many')
  expect((await unnumbered.seen('error')).message).toContain('--people must be a whole number')
})

test('the database of another program is left untouched', async () => {
  const file = join(temporaryDirectory(), 'theirs.db')
  const theirs = new DatabaseSync(file)
  theirs.exec('create table precious (a)')
  theirs.close()
  const running = start(file, '--people', '5')
  expect((await running.seen('error')).message).toContain('another program')
  const after = new DatabaseSync(file)
  onTestFinished(() => after.close())
  expect(after.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'delete' })
})

test('a file of another portal is not served under a new id', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  const first = start(file, '--people', '5')
  await first.seen('ready')
  await kill(first)
  const other = start(file, '--portal-id', '1')
  expect((await other.seen('error')).message).toContain(`is portal ${PORTAL_ID}, not 1`)
})
