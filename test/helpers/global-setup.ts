import type { TestProject } from 'vitest/node'
import { startTestPostgres } from './postgres-server.ts'
import { startTestRedis } from './redis-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Server for this test run; every test file makes its own database on it. */
    postgresUrl: string
    /** Null where Redis is not installed. */
    redisUrl: string | null
  }
}

/** One Postgres and, where it is installed, one Redis for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres()
  const redis = await startTestRedis()
  project.provide('postgresUrl', postgres.url)
  project.provide('redisUrl', redis?.url ?? null)
  return async () => {
    await redis?.stop()
    await postgres.stop()
  }
}
