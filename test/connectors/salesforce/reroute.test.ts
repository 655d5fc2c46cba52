import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Write } from '../../../connectors/connector.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { UserError } from '../../../src/errors.ts'
import { openStage, type Stage, TIERS } from './stage.ts'
import { records, stored } from './writing-stage.ts'

const ACTION = 'POST /services/data/actions/standard/invocableApplyLeadAssignmentRules'
const lead = (n: number) => idOf('Lead', n)
const CLOSER = idOf('User', 77)
/** Takes every lead that it sees. */
const DEFAULT_OWNER = idOf('User', 88)
const FIRST_OWNER = idOf('User', 11)

let stage: Stage
beforeAll(async () => {
  const leads = records('Lead', 60).map((each) => ({
    ...each,
    fields: { ...each.fields, OwnerId: FIRST_OWNER },
  }))
  const users = [CLOSER, DEFAULT_OWNER, FIRST_OWNER].map((id) => ({
    type: 'User' as const,
    id,
    fields: { LastName: 'Sales', Username: `${id}@example.com`, IsActive: true },
    createdAt: 0,
  }))
  stage = await openStage([...users, ...leads, ...records('Contact', 1)])
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  const criteria = [{ field: 'Plumbline_Tier__c', operator: 'equals', value: 'A' }]
  const rule = { name: 'Hostile', active: true, entries: [{ criteria, owner: CLOSER }] }
  await stage.lever('/__rules', { assignment: { rules: [rule], defaultOwner: DEFAULT_OWNER } })
  await stage.resetLedger()
  stage.slept.length = 0
})

const ownerOf = (n: number) => stored(stage, lead(n), 'OwnerId')
async function ownerChanges(): Promise<unknown> {
  const rules = await stage.lever('/__rules', undefined, 'GET')
  // The sandbox's own report; a wrong shape makes the expectation fail.
  return (rules as { ownerChanges: unknown }).ownerChanges
}

function scores(from: number, to: number, values: Record<string, string>): Write[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    subject: { kind: 'person', id: lead(from + at) },
    values,
  }))
}

test('scores move no owner, however eager the assignment rule is', async () => {
  for (let score = 0; score < 20; score += 1) {
    const tier = score % 2 === 0 ? 'A' : 'C'
    const values = { plumbline_score: String(score), plumbline_tier: tier }
    const outcomes = await stage.connection.push(scores(1, 60, values))
    expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  }
  expect(await ownerChanges()).toEqual({ byAutoAssign: 0, byAction: 0 })
  const owners = await Promise.all(Array.from({ length: 60 }, (_, at) => ownerOf(at + 1)))
  expect(new Set(owners)).toEqual(new Set([FIRST_OWNER]))
})

test('asking for it moves exactly those who were named, 20 to a call', async () => {
  await stage.connection.push(scores(1, 60, { plumbline_tier: 'A' }))
  await stage.resetLedger()
  const named = Array.from({ length: 25 }, (_, at) => lead(at + 1))
  const outcomes = await stage.connection.reroute(named)
  expect(outcomes).toEqual(named.map((id) => ({ id, status: 'rerouted' })))
  expect((await stage.ledger()).byRoute[ACTION]).toBe(2)
  expect(await ownerOf(25)).toBe(CLOSER)
  expect(await ownerOf(26)).toBe(FIRST_OWNER)
  expect(await ownerChanges()).toMatchObject({ byAutoAssign: 0, byAction: 25 })
})

test('contacts, converted and deleted leads are passed over; the others of their call are routed', async () => {
  await stage.mutate({ op: 'delete', type: 'Lead', id: lead(31) })
  await stage.mutate({ op: 'convert', type: 'Lead', id: lead(32) })
  const ids = [lead(31), lead(32), idOf('Contact', 1), lead(9_999), lead(33)]
  const outcomes = new Map((await stage.connection.reroute(ids)).map((each) => [each.id, each]))
  expect(ids.map((id) => outcomes.get(id)?.status)).toEqual([
    'passed over',
    'passed over',
    'passed over',
    'passed over',
    'rerouted',
  ])
})

test('where the action fails for some, only those are refused, and nobody is asked for twice', async () => {
  const error = { statusCode: 'CANNOT_EXECUTE_FLOW_TRIGGER', message: 'Round robin is empty.' }
  const failed = { actionName: 'a', errors: [error], isSuccess: false }
  const body = [{ actionName: 'a', errors: null, isSuccess: true }, failed]
  await stage.faults({ match: { route: '/actions/' }, do: { kind: 'status', status: 400, body } })
  const outcomes = await stage.connection.reroute([lead(41), lead(42)])
  expect(outcomes).toEqual([
    { id: lead(41), status: 'rerouted' },
    {
      id: lead(42),
      status: 'rejected',
      reason: expect.stringContaining('Round robin is empty. (CANNOT_EXECUTE_FLOW_TRIGGER)'),
    },
  ])
  expect((await stage.ledger()).byRoute[ACTION]).toBe(1)
})

test('a call that was refused as a whole is told for each of its leads', async () => {
  const body = [{ errorCode: 'INVALID_INPUT', message: 'no active rule' }]
  await stage.faults({ match: { route: '/actions/' }, do: { kind: 'status', status: 400, body } })
  const outcomes = await stage.connection.reroute([lead(43), lead(44)])
  expect(outcomes).toMatchObject([
    { id: lead(43), status: 'rejected', reason: 'no active rule (INVALID_INPUT)' },
    { id: lead(44), status: 'rejected', reason: 'no active rule (INVALID_INPUT)' },
  ])
})

test('a lead that somebody else had locked is asked for again, alone', async () => {
  const error = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'locked' }
  const body = [{ isSuccess: true }, { isSuccess: false, errors: [error] }]
  const match = { route: '/actions/', times: 1 }
  await stage.faults({ match, do: { kind: 'status', status: 400, body } })
  const outcomes = await stage.connection.reroute([lead(45), lead(46)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rerouted', 'rerouted'])
  expect((await stage.ledger()).byRoute[ACTION]).toBe(2)
  expect(stage.slept).toHaveLength(1)
})

test('a broken connection is not repeated by itself: a rule that takes turns would move on', async () => {
  await stage.faults({ match: { route: '/actions/' }, do: { kind: 'reset' } })
  await expect(stage.connection.reroute([lead(47)])).rejects.toMatchObject({
    name: 'CrmUnavailable',
  })
  expect((await stage.ledger()).byRoute[ACTION] ?? 1).toBe(1)
})

test('list views come with the package', async () => {
  await expect(stage.connection.createSegments([])).rejects.toThrow(UserError)
})
