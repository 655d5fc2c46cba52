import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../src/cli/demo/free-port.ts'

/** A Redis with an append-only file that can be killed and started again on it. */
export interface ChaosRedis {
  readonly port: number
  /** Loses everything. */
  flush(): Promise<void>
  kill(): Promise<void>
  /** Does nothing while it runs. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** @throws Error where `redis-server` is not installed */
export async function startChaosRedis(): Promise<ChaosRedis> {
  const port = await freePort(0)
  const directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-chaos-redis-'))
  let child: ChildProcess | null = await start(port, directory)
  const kill = async () => {
    if (!child) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    child = null
  }
  return {
    port,
    flush: () => ask(port, (redis) => redis.flushall()),
    kill,
    async restart() {
      child ??= await start(port, directory)
    },
    async stop() {
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function start(port: number, directory: string): Promise<ChildProcess> {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  }
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn('redis-server', words, { stdio: 'ignore' })
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('redis-server does not start; install it, or use --queue postgres', {
      cause: error,
    })
  })
  await Promise.race([failed, ask(port, (redis) => redis.ping())])
  return child
}

async function ask(port: number, question: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  await question(redis)
  redis.disconnect()
}
