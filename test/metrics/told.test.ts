import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tell } from '../../src/diagnostics.ts'
import { createToldMetrics } from '../../src/metrics/told.ts'

let registry = new Registry()
let end = () => {}
beforeEach(() => {
  registry = new Registry()
  end = createToldMetrics(registry, ['hubspot'])
})
afterEach(() => end())

async function figure(series: string): Promise<number> {
  const lines = (await registry.metrics()).split('\n')
  return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1))
}

test.each([
  [200, '2xx'],
  [207, '2xx'],
  [302, '3xx'],
  [400, '4xx'],
  [401, '401'],
  [403, '403'],
  [429, '429'],
  [503, '5xx'],
  [null, 'none'],
])('an answer with status %s counts as %s, and its time in seconds', async (status, label) => {
  tell('crm call', { crm: 'hubspot', status, ms: 1_500 })
  const labels = `{crm="hubspot",status="${label}"}`
  expect(await figure(`plumbline_crm_request_seconds_count${labels}`)).toBe(1)
  expect(await figure(`plumbline_crm_request_seconds_sum${labels}`)).toBe(1.5)
})

test.each([
  [200, 'stored'],
  [400, 'unreadable'],
  [401, 'not_genuine'],
  [413, 'unreadable'],
  [429, 'too_many'],
  [503, 'not_stored'],
])('a webhook that is answered with %s counts as %s', async (status, outcome) => {
  tell('webhook', { crm: 'hubspot', status })
  const series = `plumbline_webhook_requests_total{crm="hubspot",outcome="${outcome}"}`
  expect(await figure(series)).toBe(1)
})

test('what alarms look at is there before the first time', async () => {
  const failed = 'plumbline_job_seconds_count{stage="score",outcome="failed"}'
  expect(await figure(failed)).toBe(0)
  const voided = 'plumbline_token_renewals_total{crm="hubspot",outcome="disconnected"}'
  expect(await figure(voided)).toBe(0)
})

test('nothing is counted any more after the end', async () => {
  end()
  tell('records unlisted', { crm: 'hubspot', records: 3 })
  expect(await figure('plumbline_unlisted_records_total{crm="hubspot"}')).toBe(0)
})
