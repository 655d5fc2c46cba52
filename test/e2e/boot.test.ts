import { once } from 'node:events'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { startProxy } from '../chaos/proxy.ts'
import { runNode } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const database = useDatabase()

/** Type stripping refuses what the test runner would accept, so the program itself has to start. */
test.each(['web', 'worker', 'all'])(
  'node src/main.ts boots as %s and drains on SIGTERM',
  async (role) => {
    expect(process.versions.node.split('.')[0]).toBe('24')
    const port = await freePort(0)
    const { child, ended } = runNode('src/main.ts', [], {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      PLUMBLINE_ROLE: role,
      PORT: String(port),
    })
    await untilPrinted(child.stderr, 'started')
    expect(await answers(port, 'livez')).toBe(role !== 'worker')
    expect(await answers(port, 'readyz')).toBe(role !== 'worker')
    child.kill('SIGTERM')
    const { code, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('stopped')
  },
)

test('what webhooks may have told while no web process was there is read when one starts', async () => {
  const { id } = await makeInstallation(database.db)
  const { child, ended } = runNode('src/main.ts', [], {
    DATABASE_URL: database.url,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_ROLE: 'web',
    PORT: String(await freePort(0)),
  })
  await untilPrinted(child.stderr, 'started')
  const { rows } = await sql`select subject_id as run from due
    where installation_id = ${id} and stage = 'sync'`.execute(database.db)
  expect(rows).toEqual([{ run: 'delta' }])
  child.kill('SIGTERM')
  await ended
})

test('a worker whose database does not answer any more ends before it would be killed', async () => {
  const server = new URL(database.url)
  const line = await startProxy(Number(server.port), () => 0.5)
  onTestFinished(() => line.close())
  server.port = String(line.port)
  const { child, ended } = runNode('src/main.ts', [], {
    DATABASE_URL: server.href,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_ROLE: 'worker',
  })
  await untilPrinted(child.stderr, 'started')
  line.disturb({ isSilent: true })
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect(code, stderr).toBe(1)
  expect(stderr).toContain('stays due')
})

test('a connection that a library has lost sight of does not keep a process that has stopped', async () => {
  const { child, ended } = runNode('src/main.ts', [], {
    DATABASE_URL: database.url,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_ROLE: 'worker',
    NODE_OPTIONS: '--import=data:text/javascript,setInterval(()=>{},1e6)',
  })
  await untilPrinted(child.stderr, 'started')
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect(code, stderr).toBe(0)
  expect(stderr).toContain('stopped')
})

test('a wrong setting ends the start with its name and no stack', async () => {
  const { code, stderr } = await runNode('src/main.ts', [], { PORT: 'many' }).ended
  expect(code).toBe(1)
  expect(stderr).toContain('PORT')
  expect(stderr).not.toContain('    at ')
})

test.each([
  [
    'DATABASE_URL',
    'postgres://somebody:secret@127.0.0.1:1/x',
    /127\.0\.0\.1:1.*Check DATABASE_URL/,
  ],
  ['REDIS_URL', 'redis://:secret@127.0.0.1:1', /127\.0\.0\.1:1.*Check REDIS_URL/],
])(
  'a %s where nobody answers is told with the remedy, and without the password',
  async (name, url, words) => {
    const settings = { DATABASE_URL: database.url, PLUMBLINE_SECRET: TEST_SECRET, PORT: '0' }
    const { code, stderr } = await runNode('src/main.ts', [], { ...settings, [name]: url }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('secret')
    expect(stderr).not.toContain('    at ')
  },
)

async function untilPrinted(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  let printed = ''
  while (stream && !printed.includes(text)) {
    const [chunk] = await once(stream, 'data')
    printed += chunk
  }
}

/** Whether a web server on the port says that all is well; a pure worker has none. */
async function answers(port: number, page: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/${page}`).catch(() => null)
  return answer?.status === 200
}
