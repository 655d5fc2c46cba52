import { once } from 'node:events'
import { rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { readRunning } from '../../src/postgres/supervisor.ts'
import { query, serverPid, start, testFolder, untilGone } from './support.ts'

/** A listener on a port of the system's choice, which is then taken. */
async function takenPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a first start makes the database plumbline, for this machine and with a password only', async () => {
  const directory = join(await testFolder(), 'fresh', '.plumbline', 'postgres')
  const { url, adopted, port, dataDirectory } = await start(directory)

  expect(new URL(url)).toMatchObject({
    protocol: 'postgres:',
    username: 'postgres',
    host: `127.0.0.1:${port}`,
    pathname: '/plumbline',
  })
  expect({ adopted, dataDirectory }).toEqual({
    adopted: false,
    dataDirectory: join(directory, 'data'),
  })
  const methods = await query(url, 'select distinct auth_method from pg_hba_file_rules')
  expect(methods).toEqual([['scram-sha-256']])
  await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/)
  expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600)
})

test('the server listens on 127.0.0.1 only, sized for one process with many pools', async () => {
  const { url } = await start(await testFolder())
  const settings = await query(
    url,
    `select name, current_setting(name) from pg_settings where name in ('listen_addresses',
     'unix_socket_directories', 'max_connections', 'deadlock_timeout', 'shared_buffers', 'TimeZone',
     'server_encoding') order by name collate "C"`,
  )
  expect(settings).toEqual([
    ['TimeZone', 'UTC'],
    ['deadlock_timeout', '200ms'],
    ['listen_addresses', '127.0.0.1'],
    ['max_connections', '120'],
    ['server_encoding', 'UTF8'],
    ['shared_buffers', '128MB'],
    ['unix_socket_directories', ''],
  ])
})

test('settings of the caller win over the defaults', async () => {
  const { url } = await start(await testFolder(), {
    settings: { max_connections: 33, work_mem: '5MB' },
  })
  expect(await query(url, 'show max_connections')).toEqual([['33']])
  expect(await query(url, 'show work_mem')).toEqual([['5MB']])
})

test('a setting that a shell would interpret is refused', async () => {
  const attempt = start(await testFolder(), { settings: { work_mem: '1MB; touch /tmp/x' } })
  await expect(attempt).rejects.toThrow(/setting work_mem="1MB; touch \/tmp\/x" cannot be passed/)
})

test('text is compared and folded as Unicode', async () => {
  const { url } = await start(await testFolder())
  expect(await query(url, "select lower('ÉCLAIR'), length('日本')")).toEqual([['éclair', 2]])
})

test('after a stop the server is gone, and a new start finds the data and the password', async () => {
  const directory = await testFolder()
  const first = await start(directory)
  await query(first.url, 'create table kept as select 42 as answer')
  const pid = await serverPid(first.dataDirectory)
  await Promise.all([first.stop(), first.stop()])
  await first.stop()
  await untilGone(pid)

  const second = await start(directory)
  expect(second.adopted).toBe(false)
  expect(new URL(second.url).password).toBe(new URL(first.url).password)
  expect(await query(second.url, 'select answer from kept')).toEqual([[42]])
})

test('a stop ends the sessions that are still open', async () => {
  const postgres = await start(await testFolder())
  const endless = query(postgres.url, 'select pg_sleep(600)')
  const ended = expect(endless).rejects.toThrow()
  await expect
    .poll(() =>
      query(postgres.url, "select 1 from pg_stat_activity where query = 'select pg_sleep(600)'"),
    )
    .toEqual([[1]])
  await postgres.stop()
  await ended
})

test('a second process reads the URL of the running server without owning it', async () => {
  const directory = join(await testFolder(), 'data')
  expect(await readRunning(directory)).toBeNull()
  const { url, stop } = await start(directory)
  expect(await readRunning(directory)).toEqual({ url })
  await stop()
  expect(await readRunning(directory)).toBeNull()
})

test('where the port is taken, the next free one is used and readers find it', async () => {
  const directory = await testFolder()
  const taken = await takenPort()
  const { url, port } = await start(directory, { port: taken })
  expect(port).toBeGreaterThan(taken)
  expect(await query(url, 'select inet_server_port()')).toEqual([[port]])
  expect(await readRunning(directory)).toEqual({ url })
})

test('two folders started at once get a port each', async () => {
  const [one, other] = [await testFolder(), await testFolder()]
  // Without the first-time work both look for a port at the same moment.
  for (const folder of [one, other]) await (await start(folder)).stop()
  const [first, second] = await Promise.all([start(one), start(other)])
  expect(first.port).not.toBe(second.port)
  expect(await query(first.url, 'show data_directory')).toEqual([[first.dataDirectory]])
  expect(await query(second.url, 'show data_directory')).toEqual([[second.dataDirectory]])
})

test('a start that fails shows the end of the server log, names the remedy and frees the folder', async () => {
  const directory = await testFolder()
  const failure: unknown = await start(directory, { settings: { work_mem: 'plenty' } }).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(UserError)
  expect(String(failure)).toContain('invalid value for parameter "work_mem": "plenty"')
  expect(String(failure)).toContain(join(directory, 'data', 'server.log'))
  expect(String(failure)).toContain('DATABASE_URL')

  const { url } = await start(directory)
  expect(await query(url, 'select 1')).toEqual([[1]])
})

test('the log shown after a failure holds nothing from earlier starts', async () => {
  const directory = await testFolder()
  await expect(start(directory, { settings: { work_mem: 'before' } })).rejects.toThrow(/"before"/)
  await expect(start(directory, { settings: { work_mem: 'after' } })).rejects.toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('before') }),
  )
})

test('data of another major version is refused with the way out', async () => {
  const directory = await testFolder()
  const { dataDirectory, stop } = await start(directory)
  await stop()
  await writeFile(join(dataDirectory, 'PG_VERSION'), '17\n')
  await expect(start(directory)).rejects.toThrow(
    /written by Postgres 17.*brings Postgres 18.*Dump it/,
  )
})

test('data without its password is refused, naming the file', async () => {
  const directory = await testFolder()
  const { stop } = await start(directory)
  await stop()
  await rm(join(directory, 'password'))
  await expect(start(directory)).rejects.toThrow(join(directory, 'password'))
})

test('a running server whose password was replaced is not taken for a silent one', async () => {
  const directory = await testFolder()
  await start(directory)
  await writeFile(join(directory, 'password'), 'another\n')
  await expect(readRunning(directory)).rejects.toThrow(/refuses the password/)
})

test('a folder name that a shell would interpret is refused, one with spaces works', async () => {
  const folder = await testFolder()
  await expect(start(join(folder, 'cost$HOME'))).rejects.toThrow(/dollar sign.*--data DIR/)
  const { url } = await start(join(folder, 'two words'))
  expect(await query(url, 'select 1')).toEqual([[1]])
})
