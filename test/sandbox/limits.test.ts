import { expect, test } from 'vitest'
import { contact, portal, START, V } from './portal.ts'

const REAL = { limits: {} }

async function times(count: number, call: () => Promise<{ status: number }>) {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push((await call()).status)
  return statuses
}

test('the 111th request within ten seconds is refused, in the words of the real API', async () => {
  const { call, clock } = await portal([], REAL)
  const list = () => call('GET', `/crm/objects/${V}/contacts`)
  const first = await list()
  expect(first.headers.get('x-hubspot-ratelimit-max')).toBe('110')
  expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('109')
  expect(first.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000')
  clock.now = START + 9_000
  expect(new Set(await times(109, list))).toEqual(new Set([200]))
  expect(await list()).toMatchObject({
    status: 429,
    body: {
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    },
  })
  // The window rolls: only the first request has left it.
  clock.now = START + 10_000
  expect(await times(2, list)).toEqual([200, 429])
})

test('searches have a limit of their own and carry no headers', async () => {
  const { call, clock } = await portal([], REAL)
  const search = () => call('POST', `/crm/objects/${V}/contacts/search`, {})
  const first = await search()
  expect(first.headers.get('x-hubspot-ratelimit-max')).toBeNull()
  expect(await times(4, search)).toEqual([200, 200, 200, 200])
  const refused = await search()
  expect(refused).toMatchObject({
    status: 429,
    body: { policyName: 'SECONDLY', message: 'You have reached your secondly limit.' },
  })
  expect(refused.headers.get('x-hubspot-ratelimit-max')).toBeNull()
  const list = await call('GET', `/crm/objects/${V}/contacts`)
  expect(list.headers.get('x-hubspot-ratelimit-remaining')).toBe('109')
  clock.now = START + 1_000
  expect((await search()).status).toBe(200)
})

test('association batches and OAuth are exempt', async () => {
  const { call, install } = await portal([contact(1)], { limits: { burst: 1 } })
  const read = () =>
    call('POST', `/crm/associations/${V}/contacts/companies/batch/read`, { inputs: [{ id: '1' }] })
  expect(await times(3, read)).toEqual([207, 207, 207])
  await install()
  const list = () => call('GET', `/crm/objects/${V}/contacts`)
  expect(await times(2, list)).toEqual([200, 429])
})

test('the ledger counts requests, writes and the share of the limit', async () => {
  const { call, objects, clock, json, ledger } = await portal([contact(1)], REAL)
  await json('DELETE', '/__ledger', undefined)
  await call('GET', `/crm/objects/${V}/contacts`)
  clock.now = START + 1_000
  const inputs = [{ id: '1', properties: { city: 'Graz' } }]
  await objects('POST', 'contacts/batch/update', { inputs })
  await objects('POST', 'contacts/search', {})
  await objects('GET', 'contacts/99')
  expect(await ledger()).toEqual({
    total: 4,
    counted: 3,
    byRoute: {
      'GET /crm/objects/{type}': 1,
      'POST /crm/objects/{type}/batch/update': 1,
      'POST /crm/objects/{type}/search': 1,
      'GET /crm/objects/{type}/{id}': 1,
    },
    byStatus: { '200': 3, '404': 1 },
    recordsWritten: 1,
    updateCalls: 1,
    rateLimited: 0,
    overLimit: 0,
    firstCountedAt: START,
    lastCountedAt: START + 1_000,
    share: 2 / 11,
  })
})

test('a refused request is not counted against the limit', async () => {
  const { call, ledger } = await portal([], { limits: { burst: 2 } })
  await times(4, () => call('GET', `/crm/objects/${V}/contacts`))
  expect(await ledger()).toMatchObject({ counted: 2, rateLimited: 2, overLimit: 2 })
})

test('a refusal that a fault has made up is not beyond the limit', async () => {
  const { call, control, ledger } = await portal([], REAL)
  const fault = { match: { nth: 1 }, do: { kind: '429', policyName: 'SECONDLY' } }
  await control('/__faults', { faults: [fault], seed: 1 })
  expect(await call('GET', `/crm/objects/${V}/contacts`)).toMatchObject({ status: 429 })
  expect(await ledger()).toMatchObject({ rateLimited: 1, overLimit: 0 })
})

test('the clock of the portal moves on demand, its Date header too', async () => {
  const { control, call } = await portal()
  const moved = await control('/__clock', { offsetMs: 86_400_000 })
  expect(moved.body).toEqual({ now: START + 86_400_000 })
  const reply = await call('GET', `/crm/objects/${V}/contacts`)
  expect(reply).toMatchObject({ status: 401 })
  expect(reply.headers.get('date')).toBe('Mon, 02 Nov 2026 12:00:00 GMT')
})
