import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CrmRateLimited, CrmUnavailable, NotGenuine, UserError } from '../../../src/errors.ts'
import { ORG_ID, openStage, type Stage } from './stage.ts'

const ROUTE = '/services/data'

let stage: Stage
beforeAll(async () => {
  stage = await openStage([], { requestTimeoutMs: 1_000 })
})
afterAll(() => stage.close())
afterEach(async () => {
  await stage.faults()
  await stage.resetLedger()
  stage.slept.splice(0)
})

/** The fault strikes so often and is over then. */
async function strike(times: number, fault: object): Promise<void> {
  await stage.faults({ match: { route: ROUTE, times }, do: fault })
}

async function readOrg(): Promise<void> {
  expect((await stage.connection.account()).accountId).toBe(ORG_ID)
}

test.each([
  ['a 500', { kind: 'status', status: 500 }],
  ['a 502 in HTML', { kind: 'status', status: 502, html: '<html>Bad gateway</html>' }],
  ['a 503', { kind: 'status', status: 503 }],
  ['a 200 in HTML', { kind: 'status', status: 200, html: '<html>Log in</html>' }],
  ['a 403 in HTML', { kind: 'status', status: 403, html: '<html>Blocked</html>' }],
  ['a 200 of another shape', { kind: 'status', status: 200, body: { items: [] } }],
  ['a 200 with no body worth the name', { kind: 'status', status: 200, body: null }],
  ['JSON cut short', { kind: 'truncate' }],
  ['a cut connection', { kind: 'reset' }],
  ['a connection cut after the work was done', { kind: 'apply-then-reset' }],
  ['no answer at all', { kind: 'hang' }],
])('%s passes', async (_, fault) => {
  await strike(2, fault)
  await readOrg()
  expect(stage.slept).toHaveLength(2)
  expect(stage.slept[0]).toBeGreaterThanOrEqual(2_000)
  expect(stage.slept[1]).toBeGreaterThanOrEqual(4_000)
  expect((await stage.ledger()).total).toBe(3)
})

test('what does not pass ends after four tries', async () => {
  await stage.faults({ match: { route: ROUTE }, do: { kind: 'status', status: 503 } })
  await expect(readOrg()).rejects.toThrow(CrmUnavailable)
  expect((await stage.ledger()).total).toBe(4)
})

test('the limit of the day is handed on with its time, after one call', async () => {
  await stage.faults({ match: { route: ROUTE }, do: { kind: 'limit' } })
  const error = await readOrg().catch((e) => e)
  expect(error).toBeInstanceOf(CrmRateLimited)
  expect(error.retryAfterMs).toBe(15 * 60_000)
  expect(stage.slept).toEqual([])
  expect((await stage.ledger()).total).toBe(1)
})

test('the limit of long calls is waited out', async () => {
  const body = [
    { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'ConcurrentPerOrgLongTxn Limit exceeded.' },
  ]
  await strike(1, { kind: 'status', status: 403, body })
  await readOrg()
  expect(stage.slept).toEqual([20_000])
})

test('an org that others have nearly used up is left to them', async () => {
  const other = await openStage([], { org: { dailyLimit: 100 } })
  await other.lever('/__usage', { used: 95 })
  await other.connection.account()
  await other.resetLedger()
  await expect(other.connection.account()).rejects.toThrow(CrmRateLimited)
  expect((await other.ledger()).total).toBe(0)
  await other.close()
})

test('errors say neither token nor payload', async () => {
  const body = { records: [{ Name: 'secret@acme.example' }] }
  await stage.faults({ match: { route: ROUTE }, do: { kind: 'status', status: 200, body } })
  const error = await readOrg().catch((e) => e)
  const { accessToken } = await stage.credentials.current()
  expect(error.message).toContain('records.0.Id')
  expect(error.message).not.toContain('secret@')
  expect(error.message).not.toContain(accessToken)
})

test('a record’s stream is known by its id, whatever else is no record of ours', () => {
  const { connector } = stage
  expect(connector.streamOf({ kind: 'person', id: '00Q000000000001EAA' })).toBe('Lead')
  expect(connector.streamOf({ kind: 'person', id: '003000000000001' })).toBe('Contact')
  expect(connector.streamOf({ kind: 'company', id: '001000000000001AAA' })).toBe('Account')
  for (const id of ['4711', '001000000000001AAA', '006000000000001AAA']) {
    expect(() => connector.streamOf({ kind: 'person', id })).toThrow(UserError)
  }
  expect(() => connector.streamOf({ kind: 'company', id: '00Q000000000001EAA' })).toThrow(UserError)
})

test('no web request comes from Salesforce', () => {
  const request = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') }
  expect(() => stage.connector.receive(request, new Date())).toThrow(NotGenuine)
  expect(() => stage.connector.verify(request, new Date())).toThrow(NotGenuine)
  expect(stage.connector.journal).toBeNull()
})
