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

test('when the fields cannot be made the reason is on every record', async () => {
  const { accessToken } = await stage.credentials.current()
  await fetch(`${stage.url}/crm/properties/2026-09/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'plumbline_score',
      label: 'Score',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    }),
  })
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(outcomes).toEqual([
    { id: '1', status: 'rejected', reason: expect.stringContaining('plumbline_score') },
    { id: '2', status: 'rejected', reason: expect.stringContaining('plumbline_score') },
  ])
})

test('when the fields cannot be made just now the records wait', async () => {
  await stage.faults({
    match: { route: '/crm/properties/' },
    do: { kind: 'status', status: 503 },
  })
  const outcomes = await stage.connection.push(writes(2, { plumbline_tier: 'A' }))
  expect(statuses(outcomes)).toEqual(['retry'])
})
