import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../src/cli/demo/free-port.ts'

export interface TestRedis {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** A Redis of its own for this test run; null, said loudly, where `redis-server` is not installed. */
export async function startTestRedis(): Promise<TestRedis | null> {
  const port = await freePort(0)
  const directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-redis-'))
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
    ],
    { stdio: 'ignore' },
  )
  const started = await Promise.race([
    new Promise<false>((resolve) => child.once('error', () => resolve(false))),
    answers(port),
  ])
  if (!started || child.pid === undefined) {
    await rm(directory, { recursive: true, force: true })
    process.stderr.write(
      '\n*** redis-server is not installed: the tests on Redis DID NOT RUN (apt-get install redis-server) ***\n\n',
    )
    return null
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function answers(port: number): Promise<true> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  await redis.ping()
  redis.disconnect()
  return true
}
