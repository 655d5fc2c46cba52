import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CrmRateLimited, CrmUnavailable } from '../../../src/errors.ts'
import { silentLog } from '../helpers.ts'
import { contacts } from './records.ts'
import { noWishes, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage(contacts(3), { requestTimeoutMs: 1_500 })
})
afterAll(() => stage.close())
afterEach(async () => {
  await stage.faults()
  await stage.resetLedger()
  stage.budget.holds.splice(0)
  stage.slept.splice(0)
})

/** The fault strikes so often and is over then. */
function strike(times: number, fault: object): Promise<void> {
  return stage.faults({ match: { times }, do: fault })
}

async function readThree(): Promise<void> {
  const page = await stage.connection.pullAll('contacts', null)
  expect(page.people).toHaveLength(3)
}

test.each([
  ['a 500', { kind: 'status', status: 500 }],
  ['a 502 in HTML', { kind: 'status', status: 502, html: '<html>Bad gateway</html>' }],
  ['a 503', { kind: 'status', status: 503 }],
  ['a 423', { kind: 'status', status: 423 }],
  ['a 200 in HTML', { kind: 'status', status: 200, html: '<html>Log in</html>' }],
  ['a 200 of another shape', { kind: 'status', status: 200, body: { items: [] } }],
  ['a 200 with no body worth the name', { kind: 'status', status: 200, body: null }],
  ['JSON cut short', { kind: 'truncate' }],
  ['a cut connection', { kind: 'reset' }],
  ['a connection cut after the work was done', { kind: 'apply-then-reset' }],
  ['no answer at all', { kind: 'hang' }],
])('%s passes', async (_, fault) => {
  await strike(2, fault)
  await readThree()
  expect(stage.slept).toHaveLength(2)
  expect(stage.slept[0]).toBeGreaterThanOrEqual(2_000)
  expect(stage.slept[1]).toBeGreaterThanOrEqual(4_000)
  expect((await stage.ledger()).total).toBe(3)
})

test('what does not pass ends after four tries', async () => {
  await stage.faults({ do: { kind: 'status', status: 502, html: '<html>' } })
  await expect(stage.connection.pullAll('contacts', null)).rejects.toThrow(CrmUnavailable)
  expect((await stage.ledger()).total).toBe(4)
})

test.each([
  ['TEN_SECONDLY_ROLLING', 'contacts', 'general', 10_000],
  ['SECONDLY', 'search', 'search', 1_000],
])('a 429 %s holds the budget %s counts against', async (policyName, call, key, ms) => {
  await strike(1, { kind: '429', policyName })
  if (call === 'search') {
    const window = { since: new Date(0), until: new Date(1) }
    await stage.connection.pullChanges('contacts', window, null)
  } else await readThree()
  expect(stage.budget.holds).toEqual([{ key, ms }])
  expect(stage.slept).toEqual([])
})

test.each([
  ['a daily limit', { kind: '429', policyName: 'DAILY' }, 3_600_000],
  ['a migration', { kind: 'status', status: 477, retryAfter: 7_200 }, 7_200_000],
])('%s is handed on with its time, after one call', async (_, fault, ms) => {
  await stage.faults({ do: fault })
  const error = await stage.connection.pullAll('contacts', null).catch((e) => e)
  expect(error).toBeInstanceOf(CrmRateLimited)
  expect(error.retryAfterMs).toBe(ms)
  expect(stage.budget.holds).toEqual([])
  expect((await stage.ledger()).total).toBe(1)
})

test('a short migration is waited out', async () => {
  await strike(1, { kind: 'status', status: 477, retryAfter: 30 })
  await readThree()
  expect(stage.budget.holds).toEqual([{ key: 'general', ms: 30_000 }])
})

test('errors say neither token nor payload', async () => {
  const body = { results: [{ id: '1', properties: { email: 'secret@acme.example' } }] }
  await stage.faults({ do: { kind: 'status', status: 200, body } })
  const error = await stage.connection.pullAll('contacts', null).catch((e) => e)
  const { accessToken } = await stage.credentials.current()
  expect(error.message).toContain('results.0.createdAt')
  expect(error.message).not.toContain('secret@')
  expect(error.message).not.toContain(accessToken)
})

test('a stop from outside ends a call at once and is not taken for an outage', async () => {
  await stage.faults({ do: { kind: 'hang' } })
  const stop = new AbortController()
  const { credentials, budget, clock } = stage
  const connection = stage.connector.connect({
    credentials,
    budget,
    clock,
    log: silentLog,
    wishes: noWishes,
    signal: stop.signal,
  })
  const call = connection.pullAll('contacts', null)
  stop.abort(new Error('shutting down'))
  await expect(call).rejects.toThrow('shutting down')
  expect(stage.slept).toEqual([])
})

test('a URL that HubSpot would refuse is not sent', async () => {
  const turn = stage.connection.pullAll('contacts', { after: '9'.repeat(15_000) })
  await expect(turn).rejects.toMatchObject({ name: 'CrmRejected', status: 414 })
  expect((await stage.ledger()).total).toBe(0)
})
