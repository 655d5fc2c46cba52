import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Write } from '../../../connectors/connector.ts'
import { companies, contacts } from './records.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage([...contacts(500), ...companies()])
})
afterEach(() => stage.close())

function writes(count: number, values: Record<string, string>): Write[] {
  return Array.from({ length: count }, (_, at) => ({
    subject: { kind: 'person', id: String(at + 1) },
    values,
  }))
}

function statuses(outcomes: readonly { status: string }[]): string[] {
  return [...new Set(outcomes.map((outcome) => outcome.status))]
}

test('fields that are missing are made once, then written', async () => {
  const outcomes = await stage.connection.push(writes(500, { plumbline_tier: 'A' }))
  expect(outcomes).toHaveLength(500)
  expect(statuses(outcomes)).toEqual(['written'])
  const { byRoute } = await stage.ledger()
  expect(byRoute['POST /crm/properties/{type}/batch/create']).toBe(1)
})

test('fields that are missing on companies are made there, and those of contacts left alone', async () => {
  const values = { plumbline_account_score: '61', plumbline_account_tier: 'B' }
  const outcomes = await stage.connection.push(
    ['1', '2', '3'].map((id) => ({ subject: { kind: 'company', id }, values })),
  )
  expect(statuses(outcomes)).toEqual(['written'])
  const { byRoute } = await stage.ledger()
  // The list, the group, the fields; and the batch twice.
  expect(byRoute).toEqual({
    'GET /crm/properties/{type}': 1,
    'POST /crm/properties/{type}/groups': 1,
    'POST /crm/properties/{type}/batch/create': 1,
    'POST /crm/objects/{type}/batch/update': 2,
  })
})

test('an option that somebody deleted is put back', async () => {
  await stage.connection.provision(TIERS)
  const { accessToken } = await stage.credentials.current()
  await fetch(`${stage.url}/crm/properties/2026-09/contacts/plumbline_tier`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ options: [{ label: 'A', value: 'A', displayOrder: 0, hidden: false }] }),
  })
  const outcomes = await stage.connection.push(writes(5, { plumbline_tier: 'none' }))
  expect(statuses(outcomes)).toEqual(['written'])
})

test('a field that is none of ours refuses the records that carry it, without halving', async () => {
  const outcomes = await stage.connection.push([
    ...writes(60, { plumbline_score: '1', plumbline_nonsense: 'x' }),
    ...writes(100, { plumbline_score: '2' }).slice(60),
  ])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(60)
  expect(refused[0]).toMatchObject({ reason: expect.stringContaining('plumbline_nonsense') })
  expect(outcomes.filter((outcome) => outcome.status === 'written')).toHaveLength(40)
  expect((await stage.ledger()).updateCalls).toBeLessThanOrEqual(3)
})

/** Somebody made a property of ours anew, as another type. */
async function retype(name: string, type: string, fieldType: string): Promise<void> {
  const { accessToken } = await stage.credentials.current()
  const properties = `${stage.url}/crm/properties/2026-09/contacts`
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  await fetch(`${properties}/${name}`, { method: 'DELETE', headers })
  const group = { groupName: 'contactinformation', label: name }
  const body = JSON.stringify({ ...group, name, type, fieldType })
  await fetch(properties, { method: 'POST', headers, body })
}

test('fields are made beside one that has another type', async () => {
  await retype('plumbline_score', 'string', 'text')
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(statuses(outcomes)).toEqual(['written'])
})

test('a field of another type costs itself only, and no halving', async () => {
  await stage.connection.provision(TIERS)
  await retype('plumbline_tier', 'number', 'number')
  await stage.resetLedger()
  const outcomes = await stage.connection.push([
    ...writes(300, { plumbline_tier: 'A', plumbline_score: '7' }),
    ...writes(400, { plumbline_score: '8' }).slice(300),
  ])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(300)
  expect(refused[0]).toEqual({
    id: '1',
    status: 'rejected',
    reason: expect.stringMatching(
      /"plumbline_tier" has type "number" where Plumbline writes "enumeration". Delete it/,
    ),
  })
  expect(statuses(outcomes.slice(300))).toEqual(['written'])
  const { recordsWritten, byRoute } = await stage.ledger()
  expect(recordsWritten).toBe(400)
  expect(byRoute['POST /crm/objects/{type}/batch/update']).toBeLessThanOrEqual(8)
})

test('a record with nothing but a field of another type is refused without a further call', async () => {
  await stage.connection.provision(TIERS)
  await retype('plumbline_tier', 'number', 'number')
  await stage.resetLedger()
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(statuses(outcomes)).toEqual(['rejected'])
  expect((await stage.ledger()).updateCalls).toBe(1)
})

test('tiers of a model that was published meanwhile become options by themselves', async () => {
  await stage.connection.provision(TIERS)
  await stage.resetLedger()
  const outcomes = await stage.connection.push([
    ...writes(300, { plumbline_tier: 'Platinum' }),
    ...writes(400, { plumbline_tier: 'Gold' }).slice(300),
  ])
  expect(statuses(outcomes)).toEqual(['written'])
  const { byRoute } = await stage.ledger()
  expect(byRoute['PATCH /crm/properties/{type}/{name}']).toBe(1)
})

test('when the right to make fields is gone the reason is on every record', async () => {
  const body = { category: 'MISSING_SCOPES', message: 'no' }
  await stage.faults({
    match: { route: '/crm/properties/' },
    do: { kind: 'status', status: 403, body },
  })
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(outcomes).toEqual([
    { id: '1', status: 'rejected', reason: expect.stringContaining('missing scopes') },
    { id: '2', status: 'rejected', reason: expect.stringContaining('missing scopes') },
  ])
})

test('a field that is deleted again while it is healed waits for the next push', async () => {
  const missing = { error: 'PROPERTY_DOESNT_EXIST', name: 'plumbline_tier', isValid: false }
  const body = {
    category: 'VALIDATION_ERROR',
    message: `Property values were not valid: ${JSON.stringify([missing])}`,
  }
  await stage.faults({
    match: { route: '/batch/update' },
    do: { kind: 'status', status: 400, body },
  })
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(statuses(outcomes)).toEqual(['retry'])
})

test('when the fields cannot be made just now the records wait', async () => {
  await stage.faults({
    match: { route: '/crm/properties/' },
    do: { kind: 'status', status: 503 },
  })
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(statuses(outcomes)).toEqual(['retry'])
})
