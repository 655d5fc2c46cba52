import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Write, WriteOutcome } from '../../../connectors/connector.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { CrmAuthExpired, CrmDisconnected } from '../../../src/errors.ts'
import { openStage, type Stage, TIERS } from './stage.ts'
import { records, stored } from './writing-stage.ts'

const UPDATE = 'PATCH /services/data/composite/sobjects'
const LOOK = 'GET /services/data/queryAll'
const WRITES = { method: 'PATCH', route: '/services/data/v66.0/composite/sobjects' }

let stage: Stage
beforeAll(async () => {
  stage = await openStage([
    ...records('Lead', 450),
    ...records('Contact', 30),
    ...records('Account', 3),
  ])
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.lever('/__rules', undefined, 'DELETE')
  await stage.resetLedger()
  stage.slept.length = 0
})

const lead = (n: number) => idOf('Lead', n)
const contact = (n: number) => idOf('Contact', n)

function write(id: string, values: Record<string, string> = { plumbline_score: '50' }): Write {
  return { subject: { kind: 'person', id }, values }
}

const push = (...writes: Write[]) => stage.connection.push(writes)
const byId = (outcomes: readonly WriteOutcome[]) =>
  new Map(outcomes.map((outcome) => [outcome.id, outcome]))

function leads(count: number, values?: Record<string, string>): Write[] {
  return Array.from({ length: count }, (_, at) => write(lead(at + 1), values))
}

test('leads and contacts of one push go in calls of 200 of a kind, one outcome each', async () => {
  const people = [...leads(450), ...[1, 2, 3].map((n) => write(contact(n)))]
  const outcomes = await push(...people)
  expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(453)
  const { byRoute, recordsWritten } = await stage.ledger()
  expect({ byRoute, recordsWritten }).toEqual({ byRoute: { [UPDATE]: 4 }, recordsWritten: 453 })
})

test('nothing to write is no call', async () => {
  expect(await push()).toEqual([])
  expect((await stage.ledger()).total).toBe(0)
})

test('of several writes to a record the later value of a field counts', async () => {
  const outcomes = await push(
    write(lead(5), { plumbline_score: '10', plumbline_tier: 'B' }),
    write(lead(5), { plumbline_score: '20' }),
  )
  expect(outcomes).toEqual([{ id: lead(5), status: 'written' }])
  expect(await stored(stage, lead(5), 'Plumbline_Score__c')).toBe(20)
  expect(await stored(stage, lead(5), 'Plumbline_Tier__c')).toBe('B')
})

test('numbers, moments and long texts arrive as such, an empty text empties the field', async () => {
  const reasons = 'Reason; '.repeat(60)
  await push(
    write(contact(5), {
      plumbline_score: '61',
      plumbline_scored_at: '2026-11-01T11:59:58.123Z',
      plumbline_reasons: reasons,
      plumbline_route: 'emea',
      plumbline_outlook: 'Visits the pricing page: +10',
    }),
  )
  const values = await Promise.all(
    ['Score', 'Scored_At', 'Reasons', 'Route', 'Outlook'].map((name) =>
      stored(stage, contact(5), `Plumbline_${name}__c`),
    ),
  )
  expect(values).toEqual([
    61,
    expect.stringMatching(/^2026-11-01T11:59:58/),
    reasons.trimEnd(),
    'emea',
    'Visits the pricing page: +10',
  ])
  await push(write(contact(5), { plumbline_route: '', plumbline_score: '' }))
  expect(await stored(stage, contact(5), 'Plumbline_Route__c')).toBeNull()
  expect(await stored(stage, contact(5), 'Plumbline_Score__c')).toBeNull()
})

test('accounts are written like people', async () => {
  const outcomes = await stage.connection.push([
    {
      subject: { kind: 'company', id: idOf('Account', 1) },
      values: { plumbline_account_score: '7' },
    },
  ])
  expect(outcomes).toEqual([{ id: idOf('Account', 1), status: 'written' }])
  expect(await stored(stage, idOf('Account', 1), 'Plumbline_Account_Score__c')).toBe(7)
})

test('a value that does not fit is refused by name; what else the record got is written', async () => {
  const outcomes = byId(
    await push(
      write(lead(1), { plumbline_score: 'forty', plumbline_route: 'north' }),
      write(lead(2), { plumbline_score: '40' }),
      write(lead(3), { plumbline_scored_at: 'yesterday' }),
    ),
  )
  expect(outcomes.get(lead(1))).toMatchObject({
    status: 'rejected',
    reason: '"forty" does not fit the field Lead.Plumbline_Score__c (Number)',
  })
  expect(await stored(stage, lead(1), 'Plumbline_Route__c')).toBe('north')
  expect(outcomes.get(lead(2))).toEqual({ id: lead(2), status: 'written' })
  expect(outcomes.get(lead(3))).toMatchObject({ status: 'rejected' })
})

test('what is no lead, contact or field of ours is refused, the others are written', async () => {
  const account = idOf('Account', 1)
  const outcomes = byId(
    await push(write(account), write('4711'), write(lead(1), { mystery: 'x' }), write(lead(2))),
  )
  expect(outcomes.get(account)).toMatchObject({ status: 'rejected' })
  expect(outcomes.get('4711')).toMatchObject({ status: 'rejected' })
  expect(outcomes.get(lead(1))).toMatchObject({
    reason: 'Plumbline has no field "mystery" on Lead',
  })
  expect(outcomes.get(lead(2))).toMatchObject({ status: 'written' })
})

test('people and companies never go together', async () => {
  const company: Write = { subject: { kind: 'company', id: idOf('Account', 1) }, values: {} }
  await expect(stage.connection.push([write(lead(1)), company])).rejects.toThrow(TypeError)
})

test('deleted, purged, unknown, merged and converted records are told apart by one question', async () => {
  await stage.mutate({ op: 'delete', type: 'Lead', id: lead(401) })
  await stage.mutate({ op: 'purge', type: 'Lead', id: lead(402) })
  await stage.mutate({ op: 'merge', type: 'Lead', id: lead(403), loserId: lead(404) })
  await stage.mutate({
    op: 'convert',
    type: 'Lead',
    id: lead(405),
    contactId: contact(20),
    accountId: idOf('Account', 1),
  })
  await stage.resetLedger()
  const ids = [401, 402, 9_999, 404, 405, 1].map(lead)
  const outcomes = byId(await push(...ids.map((id) => write(id))))
  expect(ids.map((id) => outcomes.get(id))).toEqual([
    { id: lead(401), status: 'gone' },
    { id: lead(402), status: 'gone' },
    { id: lead(9_999), status: 'gone' },
    { id: lead(404), status: 'moved', to: lead(403) },
    { id: lead(405), status: 'moved', to: contact(20) },
    { id: lead(1), status: 'written' },
  ])
  expect((await stage.ledger()).byRoute).toEqual({ [UPDATE]: 1, [LOOK]: 1 })
})

test('rows that others have locked are written in smaller batches after a pause', async () => {
  await stage.faults({ match: { ...WRITES, times: 1 }, do: { kind: 'lock-rows', share: 1 } })
  const outcomes = await push(...leads(60))
  expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  expect((await stage.ledger()).byRoute[UPDATE]).toBe(3)
  expect(stage.slept).toHaveLength(1)
})

test('what stays locked is left for later, the others are written', async () => {
  await stage.lever('/__rules', { locks: { ids: [lead(7)], accountIds: [] } })
  const outcomes = byId(await push(...leads(10)))
  expect(outcomes.get(lead(7))).toMatchObject({ status: 'retry' })
  expect([...outcomes.values()].filter(({ status }) => status === 'written')).toHaveLength(9)
})

test('a validation rule stops its record only, with its own words and what to do', async () => {
  const message = 'Leads of this company are frozen.'
  const rule = { type: 'Lead', when: { field: 'LastName', equals: 'Lead 3' }, message }
  await stage.lever('/__rules', { validation: [rule] })
  const outcomes = byId(await push(...leads(5)))
  expect(outcomes.get(lead(3))).toMatchObject({
    status: 'rejected',
    reason: expect.stringContaining(
      `${message} (FIELD_CUSTOM_VALIDATION_EXCEPTION). A validation rule`,
    ),
  })
  expect([...outcomes.values()].filter(({ status }) => status === 'written')).toHaveLength(4)
})

test('duplicate rules that alert let a score pass, those that block are told', async () => {
  const twins = [21, 22].map(contact)
  for (const id of twins) {
    await stage.mutate({ op: 'update', type: 'Contact', id, fields: { Email: 'twin@example.com' } })
  }
  await stage.lever('/__rules', { duplicates: [{ type: 'Contact', action: 'alert' }] })
  const passed = await push(...twins.map((id) => write(id)))
  expect(passed.every(({ status }) => status === 'written')).toBe(true)
  await stage.lever('/__rules', { duplicates: [{ type: 'Contact', action: 'block' }] })
  const stopped = await push(...twins.map((id) => write(id, { plumbline_score: '51' })))
  expect(stopped).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  expect(JSON.stringify(stopped)).toContain('duplicate rule')
})

test('automation that fails for many records at once is given fewer', async () => {
  const trigger = { type: 'Lead', aboveRecords: 60 }
  await stage.lever('/__rules', { automation: [trigger] })
  const outcomes = await push(...leads(200, { plumbline_score: '33' }))
  expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  expect((await stage.ledger()).byRoute[UPDATE]).toBe(7)
})

test('automation that fails for everybody costs a handful of calls, not one per record', async () => {
  await stage.lever('/__rules', { automation: [{ type: 'Lead' }] })
  const outcomes = await push(...leads(400))
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect((await stage.ledger()).byRoute[UPDATE]).toBeLessThan(20)
})

test('a broken trigger stops the records that it fails for', async () => {
  const trigger = { type: 'Lead', when: { field: 'LastName', equals: 'Lead 2' } }
  await stage.lever('/__rules', { automation: [trigger] })
  const outcomes = byId(await push(...leads(4)))
  expect(outcomes.get(lead(2))).toMatchObject({ status: 'rejected' })
  expect((await stage.ledger()).byRoute[UPDATE]).toBe(1)
})

test('an outage leaves everybody for later, a limit says for how long', async () => {
  await stage.faults({ match: WRITES, do: { kind: 'status', status: 503 } })
  expect(await push(...leads(2))).toMatchObject([{ status: 'retry' }, { status: 'retry' }])
  await stage.faults({ match: WRITES, do: { kind: 'limit' } })
  const [first] = await push(...leads(2))
  expect(first).toMatchObject({ status: 'retry', afterMs: expect.any(Number) })
})

test('a connection that breaks after the write is repeated: the values are the same', async () => {
  await stage.faults({ match: { ...WRITES, times: 1 }, do: { kind: 'apply-then-reset' } })
  const outcomes = await push(...leads(3, { plumbline_score: '77' }))
  expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  expect(await stored(stage, lead(2), 'Plumbline_Score__c')).toBe(77)
})

test('a refused session is thrown, not told per record', async () => {
  await stage.faults({ match: WRITES, do: { kind: 'session' } })
  const failure = await push(...leads(1)).catch((error: unknown) => error)
  const isAuth = failure instanceof CrmAuthExpired || failure instanceof CrmDisconnected
  expect(isAuth).toBe(true)
})

test('a user who may not edit is told as such', async () => {
  await stage.lever('/__rules', { permissions: { editRecords: false } })
  const [outcome] = await push(...leads(1))
  expect(outcome).toMatchObject({ status: 'rejected' })
  expect(JSON.stringify(outcome)).toContain('Give the user who connected Plumbline the right')
})
