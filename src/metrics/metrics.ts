import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import { createFigures, readFigures } from './figures.ts'
import { createStoredGauges } from './stored.ts'
import { createToldMetrics } from './told.ts'

/** How busy the connections to the database are. */
interface PoolCounts {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

interface MetricsParts {
  /** One connection of its own: where the others are all in use, that must be told, too. */
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  /** The owner's and the tenants'. */
  readonly pools: readonly PoolCounts[]
  /** The CRMs that are configured. */
  readonly crms: readonly string[]
}

/** What this process and the database say about how the work goes. */
export interface Metrics {
  readonly contentType: string
  /** Everything as Prometheus reads it. Never fails for want of the database. */
  text(): Promise<string>
  /** Ends the counting. */
  close(): void
}

/** Counts from now on; nothing is read before it is asked for. */
export function createMetrics({ db, clock, log, pools, crms }: MetricsParts): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerPools(registry, pools)
  const endCounting = createToldMetrics(registry, crms)
  const show = createStoredGauges(registry)
  const figures = createFigures({ read: (at) => readFigures(db, at), clock, log })
  return {
    contentType: registry.contentType,
    async text() {
      show(await figures())
      return registry.metrics()
    },
    close() {
      endCounting()
      registry.clear()
    },
  }
}

function registerPools(registry: Registry, pools: readonly PoolCounts[]): void {
  const registers = [registry]
  const sum = (count: keyof PoolCounts) => pools.reduce((all, pool) => all + pool[count], 0)
  new Gauge({
    name: 'plumbline_database_connections',
    help: 'Connections of this process to the database',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, sum('idleCount'))
      this.set({ state: 'busy' }, sum('totalCount') - sum('idleCount'))
    },
  })
  new Gauge({
    name: 'plumbline_database_waiting',
    help: 'Statements of this process that wait for a connection',
    registers,
    collect() {
      this.set(sum('waitingCount'))
    },
  })
}
