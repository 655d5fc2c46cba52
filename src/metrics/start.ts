import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { createMetricsApp } from '../http/metrics.ts'
import { type HttpServer, listen } from '../http/server.ts'
import type { Log } from '../log.ts'
import { type Db, databaseOn, openPool } from '../store/database.ts'
import { createMetrics } from './metrics.ts'

interface MetricsSettings {
  /** Absent: metrics are off. */
  readonly metricsPort?: number
  readonly host: string
  readonly databaseUrl: string
  /** What the process works with, and the pools below it. */
  readonly db: Db
  readonly pools: readonly Pool[]
  readonly clock: Clock
  readonly log: Log
  /** The CRMs that are configured. */
  readonly crms: readonly string[]
}

/** One connection, so one statement at a time; below the 10 s that Prometheus waits for a scrape. */
const LIMITS = { connections: 1, patience: 2_000, statement: 5_000 }

/**
 * Counts from now on and tells it on a port of its own, where one is set.
 * @returns null where none is
 * @throws PortTaken
 */
export async function startMetrics(settings: MetricsSettings): Promise<HttpServer | null> {
  const { metricsPort, host, databaseUrl, db, pools, clock, log, crms } = settings
  if (metricsPort === undefined) return null
  const own = openPool(databaseUrl, (error) => log.warn({ error }, 'database'), LIMITS)
  const reading = databaseOn(own)
  const metrics = createMetrics({ db: reading, clock, log, pools, crms })
  const end = async () => {
    metrics.close()
    await reading.destroy()
  }
  try {
    const app = createMetricsApp({ metrics, db, log })
    const server = await listen(app, metricsPort, host, 'METRICS_PORT')
    return { port: server.port, close: () => server.close().then(end) }
  } catch (error) {
    await end()
    throw error
  }
}
