import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Config } from '../../config/env.ts'
import { webhookSubscriptions } from '../../connectors/hubspot/webhook-subscriptions.ts'
import { systemClock } from '../../src/clock.ts'
import { startPlumbline } from '../../src/main.ts'
import { mark } from '../../src/store/due.ts'
import { inRequest } from '../../src/tracing/spans.ts'
import { startTracing } from '../../src/tracing/start.ts'
import { type Collector, type Span, startCollector } from '../helpers/collector.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const PATIENCE_MS = 60_000

async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`${what} does not come about`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const database = useDatabase()
let portal: TestPortal
let config: Config
let people: readonly string[]
let open: Collector[]

beforeEach(async () => {
  await sql`truncate installation, journal_position cascade`.execute(database.db)
  open = []
  portal = await startPortal(30)
  config = await testConfig(database.url, portal, null)
  const stack = await startStack(config)
  const { id } = await installIn(stack)
  await untilQuiet(stack, id, new Date(0))
  await stack.close()
  await sql`delete from due`.execute(database.db)
  const { rows } = await sql<{ id: string }>`select id from person order by id limit 5`.execute(
    database.db,
  )
  people = rows.map((row) => row.id)
  const answer = await fetch(`${portal.url}/__webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      targetUrl: `${config.publicUrl}/webhooks/hubspot`,
      subscriptions: webhookSubscriptions(),
      stampWith: 'machine',
      gatherMs: 10,
    }),
  })
  expect(answer.ok).toBe(true)
  await portal.resetLedger()
})
afterEach(async () => {
  await portal.close()
  await Promise.all(open.map((each) => each.close()))
})

async function collector(settings?: { answers: boolean }): Promise<Collector> {
  const started = await startCollector(settings)
  open.push(started)
  return started
}

/** A Plumbline whose traces go to the collector. */
function tracedStack({ endpoint }: Collector, role: Config['role'] = 'all', ratio = 1) {
  return startStack({ ...config, role, tracing: { endpoint, ratio } })
}

/** Has somebody in the CRM change a title, and waits until Plumbline was told. */
async function retitle(id: string | undefined, jobtitle: string): Promise<void> {
  const told = async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from inbox where record_id = ${id} and source = 'webhook'`.execute(
      database.db,
    )
    return rows[0]?.n ?? 0
  }
  const before = await told()
  await portal.mutate({ op: 'update', type: 'contacts', id, properties: { jobtitle } })
  await until('the webhook', async () => (await told()) > before)
}

const untilWritten = (records: number) =>
  until('the writing', async () => (await portal.ledger()).recordsWritten >= records)

const named = (spans: readonly Span[], name: string) => spans.filter((span) => span.name === name)

/** Whether `span` is below `above`, directly or not. */
function isBelow(spans: readonly Span[], span: Span, above: Span): boolean {
  if (span.parentSpanId === above.spanId) return true
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  return parent !== undefined && isBelow(spans, parent, above)
}

describe('a webhook about one person', () => {
  test('is one trace from the delivery to the writing, with the calls to the CRM', async () => {
    const to = await collector()
    const stack = await tracedStack(to)
    await retitle(people[0], 'Chief Executive Officer')
    await untilWritten(1)
    await stack.close()

    const all = to.spans()
    const fetched = named(all, 'fetch')[0]
    const way = all.filter(({ traceId }) => traceId === fetched?.traceId)
    const stages = ['webhook', 'store webhooks', 'fetch', 'enrich', 'score', 'write_back']
    expect(new Set(way.map(({ name }) => name)).intersection(new Set(stages)).size).toBe(
      stages.length,
    )
    // In this order: the clocks of spans that begin in one millisecond are not good enough to tell it.
    for (const [n, name] of stages.entries()) {
      const [first] = named(way, name)
      const above = named(way, stages[n - 1] ?? '')
      expect(above.map(({ spanId }) => spanId).includes(first?.parentSpanId ?? '')).toBe(n > 0)
    }
    for (const name of ['fetch', 'write_back']) {
      const calls = named(way, 'hubspot POST').filter((call) =>
        named(way, name).some((stage) => isBelow(way, call, stage)),
      )
      expect(calls[0]?.attributes).toMatchObject({
        'http.request.method': 'POST',
        'http.response.status_code': expect.anything(),
        'server.address': new URL(portal.url).host,
      })
    }
    expect(named(way, 'write_back').at(-1)?.attributes).toMatchObject({
      'plumbline.stage': 'write_back',
      'plumbline.crm': 'hubspot',
      'plumbline.outcome': 'done',
    })
    expect(named(way, 'database transaction').length).toBeGreaterThan(3)
  })
})

describe('webhooks that are worked on together', () => {
  const three = async (to: Collector) => {
    const web = await tracedStack(to, 'web')
    await retitle(people[0], 'Intern')
    await retitle(people[0], 'Chief Executive Officer')
    await retitle(people[1], 'Chief Technology Officer')
    await web.close()
    return named(to.spans(), 'webhook')
  }

  test('are linked to the batch, and each goes on in its own trace', async () => {
    const to = await collector()
    const [overtaken, first, second] = await three(to)
    const worker = await tracedStack(to)
    await untilWritten(2)
    await worker.close()

    const [batch] = named(to.spans(), 'fetch')
    expect(batch?.parentSpanId).toBe('')
    const linked = batch?.links.map(({ traceId }) => traceId).toSorted()
    expect(linked).toEqual([first?.traceId, second?.traceId].toSorted())
    // The row carries one trace; the later delivery names the one whose place it took.
    const stored = named(to.spans(), 'store webhooks')
    const ofFirst = stored.find(({ traceId }) => traceId === first?.traceId)
    expect(ofFirst?.links.map(({ traceId }) => traceId)).toEqual([overtaken?.traceId])
    for (const stage of ['enrich', 'score', 'write_back']) {
      const [next] = named(to.spans(), stage)
      expect(next?.links.map(({ traceId }) => traceId).toSorted()).toEqual(linked)
    }
  })

  test('are told with their batch where their trace is chosen and others are not', async () => {
    const to = await collector()
    await three(to)
    // Nothing that begins now is chosen.
    const worker = await tracedStack(to, 'all', 0)
    await untilWritten(2)
    await worker.close()
    expect(named(to.spans(), 'write_back').length).toBeGreaterThan(0)
    expect(named(to.spans(), 'sync')).toEqual([])
    expect(named(to.spans(), 'webhook')).toHaveLength(3)
  })
})

test('spans say nothing but words of ours, numbers, the installation and the host', async () => {
  const to = await collector()
  const stack = await tracedStack(to)
  const installation = await onlyInstallation()
  await mark(stack.db, installation, 'sync', 'run', ['full'], new Date())
  for (const id of people) await retitle(id, 'Chief Executive Officer')
  await untilWritten(people.length)
  await stack.close()
  const spans = to.spans()
  const texts = spans.flatMap(({ name, attributes }) => [name, ...Object.values(attributes)])
  const ours = /^[a-z_]+( [A-Za-z]+)?$|^archived:[a-z]+$|^[A-Z]+$|^\/webhooks\/:crm$/
  const strange = texts.filter((text) => {
    if (typeof text !== 'string' || text === installation) return false
    return text !== new URL(portal.url).host && !ours.test(text)
  })
  expect(strange).toEqual([])
  expect(spans.flatMap(({ events, status }) => [...events, status.message ?? []].flat())).toEqual(
    [],
  )
  const numbers = new Set(texts.filter((text) => typeof text === 'number').map(String))
  expect(people.filter((id) => numbers.has(id))).toEqual([])
  expect(named(spans, 'sync').length).toBeGreaterThan(0)
})

async function onlyInstallation(): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation`.execute(database.db)
  return rows[0]?.id ?? ''
}

test('a collector that hangs keeps neither the work nor the end waiting', async () => {
  const to = await collector({ answers: false })
  const stack = await tracedStack(to)
  await retitle(people[0], 'Chief Executive Officer')
  await untilWritten(1)
  const began = performance.now()
  await stack.close()
  expect(to.asked()).toBeGreaterThan(0)
  expect(performance.now() - began).toBeLessThan(8_000)
})

test('a collector that is away is warned of once, without a word of its own', async () => {
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const to = await collector()
  await to.close()
  const end = startTracing({ endpoint: to.endpoint, ratio: 1 }, 'all', log, systemClock)
  // Three exports: two full ones, and what is left in the end.
  for (let i = 0; i < 1_100; i += 1) await inRequest('webhook', {}, async () => {})
  await end()
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('traces do not reach the collector')
  expect(logged[0]).not.toContain('127.0.0.1')
})

test('nothing is carried where nobody traces', async () => {
  const plumbline = await startPlumbline({ ...config, role: 'web' }, pino({ level: 'silent' }))
  const { id } = await makeInstallation(database.db)
  await inRequest('webhook', {}, () =>
    mark(plumbline.db, id, 'fetch', 'contacts', ['1'], new Date()),
  )
  await plumbline.close()
  const { rows } = await sql`select trace from due where installation_id = ${id}`.execute(
    database.db,
  )
  expect(rows).toEqual([{ trace: null }])
})
