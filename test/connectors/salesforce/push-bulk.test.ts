import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Write, WriteOutcome } from '../../../connectors/connector.ts'
import { bulkUpdateCalls } from '../../../connectors/salesforce/bulk-costs.ts'
import { writePlan } from '../../../connectors/salesforce/push-plan.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { openStage, type Stage, TIERS } from './stage.ts'
import { records, stored } from './writing-stage.ts'

const JOB = 'POST /services/data/jobs/ingest'
const UPDATE = 'PATCH /services/data/composite/sobjects'
const MANY = 200 * bulkUpdateCalls() + 200

const contact = (n: number) => idOf('Contact', n)

let stage: Stage
beforeAll(async () => {
  stage = await openStage([...records('Contact', MANY), ...records('Lead', MANY)], {
    sleep: jobsAtRest,
  })
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.lever('/__rules', undefined, 'DELETE')
  await stage.lever('/__bulk', { stall: false, failNext: 0 })
  await stage.resetLedger()
})

interface BulkReport {
  readonly jobs: Readonly<Record<string, number>>
  readonly settings: { readonly stall: boolean }
}

// The sandbox's own report; a wrong shape makes the expectation fail.
const bulk = async () => (await stage.lever('/__bulk', undefined, 'GET')) as BulkReport

/** Waits for the sandbox's jobs, which take their own time, instead of for time to pass. */
async function jobsAtRest(): Promise<void> {
  const isBusy = ({ jobs, settings }: BulkReport) =>
    !settings.stall && ['UploadComplete', 'InProgress'].some((state) => jobs[`ingest ${state}`])
  while (isBusy(await bulk())) await Promise.resolve()
}

function writes(type: 'Contact' | 'Lead', values: Record<string, string>): Write[] {
  return Array.from({ length: MANY }, (_, at) => ({
    subject: { kind: 'person', id: idOf(type, at + 1) },
    values,
  }))
}

function tally(outcomes: readonly WriteOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('the way of fewer requests is taken, and leads never go by jobs', () => {
  const breakEven = 200 * bulkUpdateCalls()
  expect(writePlan('Contact', breakEven)).toEqual({ way: 'collections', calls: breakEven / 200 })
  expect(writePlan('Contact', breakEven + 1)).toEqual({ way: 'bulk', calls: bulkUpdateCalls() })
  expect(writePlan('Account', 10_000).way).toBe('bulk')
  expect(writePlan('Lead', 10_000)).toEqual({ way: 'collections', calls: 50 })
})

test('many contacts are one job, which clears what is to be empty', async () => {
  await stage.connection.push([
    { subject: { kind: 'person', id: contact(1) }, values: { plumbline_route: 'old' } },
  ])
  await stage.resetLedger()
  const values = { plumbline_score: '64', plumbline_route: '', plumbline_reasons: 'A, "B"\nC' }
  const outcomes = await stage.connection.push(writes('Contact', values))
  expect(tally(outcomes)).toEqual({ written: MANY })
  const { total, byRoute } = await stage.ledger()
  expect(byRoute[JOB]).toBe(1)
  expect(byRoute[UPDATE]).toBeUndefined()
  expect(total).toBeLessThanOrEqual(bulkUpdateCalls())
  expect(await stored(stage, contact(MANY), 'Plumbline_Score__c')).toBe(64)
  expect(await stored(stage, contact(MANY), 'Plumbline_Reasons__c')).toBe('A, "B"\nC')
  expect(await stored(stage, contact(1), 'Plumbline_Route__c')).toBeNull()
})

test('as many leads are calls, and no job', async () => {
  const outcomes = await stage.connection.push(writes('Lead', { plumbline_score: '5' }))
  expect(tally(outcomes)).toEqual({ written: MANY })
  const { byRoute } = await stage.ledger()
  expect(byRoute).toEqual({ [UPDATE]: Math.ceil(MANY / 200) })
})

test('what a job refuses is told record by record', async () => {
  await stage.mutate({ op: 'delete', type: 'Contact', id: contact(10) })
  await stage.mutate({ op: 'merge', type: 'Contact', id: contact(11), loserId: contact(12) })
  const validation = [
    {
      type: 'Contact',
      when: { field: 'LastName', equals: 'Contact 13' },
      message: 'Hands off: now.',
    },
  ]
  const locks = { ids: [contact(14)], accountIds: [] }
  await stage.lever('/__rules', { validation, locks })
  const values = { plumbline_score: '65' }
  const refused = {
    subject: { kind: 'person' as const, id: contact(15) },
    values: { plumbline_score: 'x' },
  }
  const outcomes = await stage.connection.push([...writes('Contact', values), refused])
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  expect(byId.get(contact(10))).toEqual({ id: contact(10), status: 'gone' })
  expect(byId.get(contact(12))).toEqual({ id: contact(12), status: 'moved', to: contact(11) })
  expect(byId.get(contact(13))).toMatchObject({
    status: 'rejected',
    reason: expect.stringContaining('Hands off: now. (FIELD_CUSTOM_VALIDATION_EXCEPTION)'),
  })
  expect(byId.get(contact(14))).toMatchObject({ status: 'retry' })
  expect(byId.get(contact(15))).toMatchObject({ status: 'rejected' })
  expect(tally(outcomes)).toEqual({ written: MANY - 5, gone: 1, moved: 1, rejected: 2, retry: 1 })
})

test('duplicates that only alert, which a job cannot overrule, are written by calls', async () => {
  for (const n of [21, 22]) {
    const fields = { Email: 'twin@example.com' }
    await stage.mutate({ op: 'update', type: 'Contact', id: contact(n), fields })
  }
  await stage.lever('/__rules', { duplicates: [{ type: 'Contact', action: 'alert' }] })
  const outcomes = await stage.connection.push(writes('Contact', { plumbline_score: '66' }))
  expect(tally(outcomes)).toMatchObject({ written: MANY - 2 })
  expect(await stored(stage, contact(21), 'Plumbline_Score__c')).toBe(66)
})

test('a job that fails as a whole is made up for by calls', async () => {
  await stage.lever('/__bulk', { failNext: 1 })
  const outcomes = await stage.connection.push(writes('Contact', { plumbline_score: '67' }))
  expect(tally(outcomes)).toMatchObject({ written: MANY - 2 })
  expect((await stage.ledger()).byRoute[UPDATE]).toBe(Math.ceil(MANY / 200))
})

test('a job that does not end in time is stopped, and its records are left for later', async () => {
  await stage.lever('/__bulk', { stall: true })
  const outcomes = await stage.connection.push(writes('Contact', { plumbline_score: '68' }))
  expect(tally(outcomes)).toEqual({ retry: MANY })
  expect((await bulk()).jobs['ingest Aborted']).toBe(1)
})
