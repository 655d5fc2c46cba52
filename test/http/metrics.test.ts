import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../config/env.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { systemClock } from '../../src/clock.ts'
import { startMetrics } from '../../src/metrics/start.ts'
import { databaseOn, openPool } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { reject } from '../../src/store/rejections.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const database = useDatabase()
const portals: TestPortal[] = []
afterEach(async () => {
  await Promise.all(portals.splice(0).map((each) => each.close()))
  // The next process would read their changes, and take what the next portal has in store for its own account.
  await sql`update installation set status = 'disconnected'`.execute(database.db)
})

/** The settings of one process that tells metrics. */
async function settings(role: Config['role'], people: number): Promise<Config & Ports> {
  const portal = await startPortal(people)
  portals.push(portal)
  const config = await testConfig(database.url, portal, null)
  return { ...config, role, metricsPort: await freePort(0) }
}

interface Ports {
  readonly metricsPort: number
}

async function scrape({ metricsPort }: Ports): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/plain')
  return answer.text()
}

/** The figure of a series as it is written; NaN where it is not there. */
function figure(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
}

describe('a process that does not work', () => {
  let text = ''
  let accountId = ''
  beforeAll(async () => {
    const { db } = database
    const { id } = await makeInstallation(db)
    accountId = id
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)
    await mark(db, id, 'score', 'person', ['1'], ago(1_000))
    await mark(db, id, 'score', 'person', ['2'], ago(10))
    await mark(db, id, 'score', 'person', ['3'], ago(-1_000))
    await reject(db, id, 'write_back', [{ kind: 'person', id: '1', reason: 'no' }], ago(5))
    const config = await settings('web', 2)
    await startStack(config)
    const webhook = (crm: string) =>
      fetch(`http://127.0.0.1:${config.port}/webhooks/${crm}`, { method: 'POST', body: '[]' })
    await webhook('hubspot')
    await webhook('a-name-that-strangers-think-up')
    text = await scrape(config)
  })

  test('tells what waits and how long the oldest has', () => {
    expect(figure(text, 'plumbline_due_rows{crm="hubspot",stage="score"}')).toBe(2)
    const age = figure(text, 'plumbline_oldest_due_age_seconds{crm="hubspot",stage="score"}')
    expect(age).toBeGreaterThanOrEqual(1_000)
    expect(age).toBeLessThan(1_200)
    expect(figure(text, 'plumbline_due_rows{crm="hubspot",stage="fetch"}')).toBe(0)
    const labels = `{crm="hubspot",installation="${accountId}"}`
    expect(figure(text, `plumbline_installation_due_rows${labels}`)).toBe(2)
  })

  test('tells rejections, accounts and readings', () => {
    expect(figure(text, 'plumbline_open_rejections{crm="hubspot",stage="write_back"}')).toBe(1)
    expect(figure(text, 'plumbline_open_rejections{crm="hubspot",stage="score"}')).toBe(0)
    expect(figure(text, 'plumbline_installations{crm="hubspot",status="active"}')).toBe(1)
    expect(figure(text, 'plumbline_installations{crm="hubspot",status="paused"}')).toBe(0)
    expect(figure(text, 'plumbline_full_readings_overdue{crm="hubspot"}')).toBe(0)
    expect(figure(text, 'plumbline_database_answers')).toBe(1)
  })

  test('tells which webhooks were refused, and not what strangers call themselves', () => {
    const refused = (crm: string, outcome: string) =>
      figure(text, `plumbline_webhook_requests_total{crm="${crm}",outcome="${outcome}"}`)
    expect(refused('hubspot', 'not_genuine')).toBe(1)
    expect(refused('hubspot', 'stored')).toBe(0)
    expect(refused('unknown', 'unknown_crm')).toBe(1)
    expect(text).not.toContain('strangers')
  })

  test('tells how it is itself', () => {
    expect(figure(text, 'plumbline_database_waiting')).toBe(0)
    expect(figure(text, 'plumbline_database_connections{state="busy"}')).toBeGreaterThanOrEqual(0)
    expect(figure(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(0)
  })
})

describe('a process that works', () => {
  test('counts jobs, calls and refusals, and tells nothing of anybody', async () => {
    const { db } = database
    const config = await settings('all', 30)
    const plumbline = await startStack(config)
    const began = new Date()
    const { id } = await installIn(plumbline)
    await untilQuiet(plumbline, id, began)
    const text = await scrape(config)

    const counted = (series: string) => figure(text, series)
    expect(counted('plumbline_job_seconds_count{stage="score",outcome="done"}')).toBeGreaterThan(0)
    expect(counted('plumbline_job_seconds_count{stage="score",outcome="failed"}')).toBe(0)
    const calls = 'plumbline_crm_request_seconds_count{crm="hubspot",status='
    expect(counted(`${calls}"2xx"}`)).toBeGreaterThan(5)
    expect(counted(`${calls}"5xx"}`)).toBe(0)
    const spent = counted('plumbline_crm_request_seconds_sum{crm="hubspot",status="2xx"}')
    expect(spent).toBeGreaterThan(0)
    const waiting = counted('plumbline_budget_wait_seconds{crm="hubspot",key="general"}')
    expect(waiting).toBeLessThan(60)

    const { rows } = await sql<{ value: string }>`
      select value from person, jsonb_each_text(facts) where key in ('email', 'firstName', 'lastName', 'phone', 'title')
      union select value from company, jsonb_each_text(facts) where key in ('name', 'domain')`.execute(
      db,
    )
    const values = rows.map(({ value }) => value).filter((value) => value.length > 3)
    expect(values.length).toBeGreaterThan(50)
    const told = labelValues(text)
    expect(values.filter((value) => told.includes(value))).toEqual([])
    expect(text).not.toContain('@')
    expect(strangeLabels(text, id)).toEqual([])

    const until = (series: string) =>
      expect
        .poll(async () => figure(await scrape(config), series), { timeout: 30_000 })
        .toBeGreaterThan(0)
    const [portal] = portals
    await portal?.faults({ match: { times: 1 }, do: { kind: 'status', status: 401 } })
    await mark(db, id, 'sync', 'run', ['full'], began)
    await until('plumbline_token_renewals_total{crm="hubspot",outcome="renewed"}')
    await until(`${calls}"401"}`)
    await portal?.faults({ do: { kind: 'status', status: 403 } })
    await mark(db, id, 'sync', 'run', ['full'], began)
    await until('plumbline_batches_returned_total{crm="hubspot",stage="sync",error="rejected"}')
    await until(`${calls}"403"}`)
  })

  /** What stands in quotes. */
  function labelValues(text: string): readonly string[] {
    return [...new Set([...text.matchAll(/="([^"]*)"/g)].map(([, value]) => value ?? ''))]
  }

  /** Ours are words of ours, statuses, times of buckets and ids of installations; the rest are Node's own. */
  function strangeLabels(text: string, installation: string): readonly string[] {
    const ours = text.split('\n').filter((line) => line.startsWith('plumbline_'))
    const word = /^[a-z0-9_]{1,20}$|^[\d.]+$|^\+Inf$/
    const plain = (value: string) => word.test(value) || UUID.test(value)
    const numbers = /^\d{4,}$/
    const shown = labelValues(ours.join('\n')).filter((value) => value !== installation)
    return shown.filter((value) => !plain(value) || numbers.test(value))
  }
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/
})

test('a worker tells, too, and says whether it lives', async () => {
  const config = await settings('worker', 2)
  await startStack(config)
  expect(await scrape(config)).toContain('plumbline_job_seconds_bucket')
  const answers = ['livez', 'readyz', 'elsewhere'].map(async (path) => {
    const { status } = await fetch(`http://127.0.0.1:${config.metricsPort}/${path}`)
    return status
  })
  expect(await Promise.all(answers)).toEqual([200, 200, 404])
})

test('nothing is told on the port that the world may reach, nor anywhere unless asked', async () => {
  const config = await settings('web', 2)
  await startStack(config)
  const { status } = await fetch(`http://127.0.0.1:${config.port}/metrics`)
  expect(status).toBe(404)
  const off = await startMetrics({ ...(await partsOf(database.url)), host: '127.0.0.1' })
  expect(off).toBeNull()
})

test('without the database a process still tells how it is itself', async () => {
  const parts = await partsOf('postgres://nobody@127.0.0.1:1/none')
  const server = await startMetrics({ ...parts, host: '127.0.0.1', metricsPort: 0 })
  try {
    const text = await scrape({ metricsPort: server?.port ?? 0 })
    expect(figure(text, 'plumbline_database_answers')).toBe(0)
    expect(text).not.toMatch(/^plumbline_due_rows[{ ]/m)
    expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(0)
  } finally {
    await server?.close()
    await parts.db.destroy()
  }
})

test('a port that is taken names its setting', async () => {
  const parts = await partsOf(database.url)
  const first = await startMetrics({ ...parts, host: '127.0.0.1', metricsPort: 0 })
  const second = startMetrics({ ...parts, host: '127.0.0.1', metricsPort: first?.port ?? 0 })
  await expect(second).rejects.toThrow('METRICS_PORT')
  await first?.close()
  await parts.db.destroy()
})

async function partsOf(databaseUrl: string) {
  const pool = openPool(databaseUrl, () => {})
  const db = databaseOn(pool)
  return {
    databaseUrl,
    pools: [pool],
    db,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    crms: ['hubspot'],
  }
}
