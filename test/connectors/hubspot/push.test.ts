import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Write, WriteOutcome } from '../../../connectors/connector.ts'
import { CrmAuthExpired, CrmDisconnected, CrmRejected } from '../../../src/errors.ts'
import { companies, contacts } from './records.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

const UPDATE = 'POST /crm/objects/{type}/batch/update'
const READ_ONE = 'GET /crm/objects/{type}/{id}'

let stage: Stage
beforeAll(async () => {
  const records = contacts(1_000)
  const gone = { ...record('2001'), archivedAt: Date.parse('2026-10-01T00:00:00Z') }
  const merged = { ...record('2002'), mergedInto: '3' }
  stage = await openStage([...records, gone, merged, ...companies(), ...goneCompanies()])
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

function record(id: string) {
  const [first] = contacts(1)
  if (!first) throw new Error('no record')
  return { ...first, id, properties: {} }
}

function goneCompanies() {
  const [first] = companies()
  if (!first) throw new Error('no company')
  return [
    { ...first, id: '11', archivedAt: Date.parse('2026-10-01T00:00:00Z') },
    { ...first, id: '12', mergedInto: '3' },
  ]
}

function write(
  id: number | string,
  values: Record<string, string> = { plumbline_score: '50' },
): Write {
  return { subject: { kind: 'person', id: String(id) }, values }
}

function writes(count: number): Write[] {
  return Array.from({ length: count }, (_, at) => write(at + 1))
}

function withStatus(outcomes: readonly WriteOutcome[], status: WriteOutcome['status']): string[] {
  return outcomes.filter((outcome) => outcome.status === status).map((outcome) => outcome.id)
}

/** What the portal has. */
async function storedValue(id: number, property: string, type = 'contacts'): Promise<unknown> {
  const { accessToken } = await stage.credentials.current()
  const url = `${stage.url}/crm/objects/2026-09/${type}/${id}?properties=${property}`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  // The sandbox's own record; a wrong shape makes the expectation fail.
  const { properties } = (await answer.json()) as { properties: Record<string, string | null> }
  return properties[property]
}

test('a thousand records go in ten calls, one outcome each', async () => {
  const outcomes = await stage.connection.push(writes(1_000))
  expect(withStatus(outcomes, 'written')).toHaveLength(1_000)
  const { total, recordsWritten, updateCalls } = await stage.ledger()
  expect({ total, recordsWritten, updateCalls }).toEqual({
    total: 10,
    recordsWritten: 1_000,
    updateCalls: 10,
  })
})

test('nothing to write is no call', async () => {
  expect(await stage.connection.push([])).toEqual([])
  expect((await stage.ledger()).total).toBe(0)
})

test('of several writes to a record the latest value counts', async () => {
  const outcomes = await stage.connection.push([
    write(5, { plumbline_score: '10', plumbline_tier: 'B' }),
    write(6),
    write(5, { plumbline_score: '20' }),
  ])
  expect(outcomes).toEqual([
    { id: '5', status: 'written' },
    { id: '6', status: 'written' },
  ])
  expect(await storedValue(5, 'plumbline_score')).toBe('20')
  expect(await storedValue(5, 'plumbline_tier')).toBe('B')
})

test('people and companies never go together', async () => {
  const company: Write = { subject: { kind: 'company', id: '1' }, values: {} }
  await expect(stage.connection.push([write(1), company])).rejects.toThrow(TypeError)
})

test('deleted, unknown and merged records are told apart', async () => {
  const outcomes = await stage.connection.push([write(1), write(2001), write(9999), write(2002)])
  expect(outcomes).toEqual([
    { id: '1', status: 'written' },
    { id: '2001', status: 'gone' },
    { id: '9999', status: 'gone' },
    { id: '2002', status: 'moved', to: '3' },
  ])
  expect((await stage.ledger()).byRoute).toEqual({ [UPDATE]: 1, [READ_ONE]: 3 })
})

test('companies are written like people, deleted and merged ones told apart', async () => {
  const values = { plumbline_account_score: '61', plumbline_buying_group: 'Champion: Ann' }
  const ofCompany = (id: string): Write => ({ subject: { kind: 'company', id }, values })
  const outcomes = await stage.connection.push(['1', '11', '12'].map(ofCompany))
  expect(outcomes).toEqual([
    { id: '1', status: 'written' },
    { id: '11', status: 'gone' },
    { id: '12', status: 'moved', to: '3' },
  ])
  expect(await storedValue(1, 'plumbline_account_score', 'companies')).toBe('61')
  expect(await storedValue(1, 'plumbline_buying_group', 'companies')).toBe('Champion: Ann')
  expect(await storedValue(2, 'plumbline_account_score', 'companies')).toBeNull()
})

test('failures in a 207 land on the records they name', async () => {
  await stage.faults({ match: { times: 1 }, do: { kind: 'partial', ids: ['3', '90'] } })
  const outcomes = await stage.connection.push(writes(100))
  expect(withStatus(outcomes, 'rejected')).toEqual(['3', '90'])
  expect(withStatus(outcomes, 'written')).toHaveLength(98)
})

test('each failure of a 207 keeps its own meaning', async () => {
  const body = {
    results: [{ id: '1' }],
    errors: [
      { category: 'VALIDATION_ERROR', message: 'three is wrong', context: { ids: ['3'] } },
      { category: 'RATE_LIMITS', message: 'two must wait', context: { ids: ['2'] } },
    ],
  }
  await stage.faults({ do: { kind: 'status', status: 207, body } })
  expect(await stage.connection.push([write(1), write(2), write(3)])).toEqual([
    { id: '1', status: 'written' },
    { id: '2', status: 'retry', reason: 'two must wait' },
    { id: '3', status: 'rejected', reason: 'three is wrong' },
  ])
})

test('records a 207 is silent about, and answers about strangers', async () => {
  const body = { status: 'COMPLETE', results: [{ id: '1' }, { id: '777' }] }
  await stage.faults({
    match: { route: '/batch/update' },
    do: { kind: 'status', status: 207, body },
  })
  const outcomes = await stage.connection.push([write(1), write(2)])
  expect(outcomes).toEqual([
    { id: '1', status: 'written' },
    { id: '2', status: 'retry', reason: expect.any(String) },
  ])
})

test('a write whose answer was lost is repeated and counts once', async () => {
  await stage.faults({
    match: { route: '/batch/update', nth: 1 },
    do: { kind: 'apply-then-reset' },
  })
  const outcomes = await stage.connection.push([write(11, { plumbline_score: '77' })])
  expect(outcomes).toEqual([{ id: '11', status: 'written' }])
  expect(await storedValue(11, 'plumbline_score')).toBe('77')
})

test('a batch that does not get through waits, the others are written', async () => {
  await stage.faults({
    match: { route: '/batch/update', times: 4 },
    do: { kind: 'status', status: 502, html: '<html>' },
  })
  const first = await stage.connection.push(writes(100))
  expect(withStatus(first, 'retry')).toHaveLength(100)
  const second = await stage.connection.push(writes(100))
  expect(withStatus(second, 'written')).toHaveLength(100)
})

test('a daily limit stops the rest of the push without asking again', async () => {
  await stage.faults({
    match: { route: '/batch/update' },
    do: { kind: '429', policyName: 'DAILY' },
  })
  const outcomes = await stage.connection.push(writes(1_000))
  expect(withStatus(outcomes, 'retry')).toHaveLength(1_000)
  expect((await stage.ledger()).total).toBeLessThanOrEqual(4)
})

test.each([
  ['an expired connection', 401, {}, CrmAuthExpired],
  ['a missing scope', 403, { category: 'MISSING_SCOPES' }, CrmRejected],
])('%s is thrown, not noted per record', async (_, status, body, kind) => {
  await stage.faults({ match: { route: '/crm/' }, do: { kind: 'status', status, body } })
  await expect(stage.connection.push(writes(300))).rejects.toThrow(kind)
})

test('a revoked connection is thrown', async () => {
  await stage.faults(
    { match: { route: '/crm/' }, do: { kind: 'status', status: 401 } },
    {
      match: { route: '/oauth/' },
      do: { kind: 'status', status: 400, body: { status: 'BAD_REFRESH_TOKEN' } },
    },
  )
  await expect(stage.connection.push(writes(1))).rejects.toThrow(CrmDisconnected)
})
