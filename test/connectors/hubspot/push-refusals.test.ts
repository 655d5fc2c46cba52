import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Write, WriteOutcome } from '../../../connectors/connector.ts'
import { contacts } from './records.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

const UPDATE = 'POST /crm/objects/{type}/batch/update'

let stage: Stage
beforeAll(async () => {
  stage = await openStage(contacts(100))
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

function write(id: number, score: string): Write {
  return { subject: { kind: 'person', id: String(id) }, values: { plumbline_score: score } }
}

/** A hundred writes, of which these records' are bad. */
function hundred(...bad: readonly number[]): Write[] {
  return Array.from({ length: 100 }, (_, at) =>
    write(at + 1, bad.includes(at + 1) ? 'ninety' : '50'),
  )
}

function withStatus(outcomes: readonly WriteOutcome[], status: WriteOutcome['status']): string[] {
  return outcomes.filter((outcome) => outcome.status === status).map((outcome) => outcome.id)
}

async function updateCalls(): Promise<number> {
  return (await stage.ledger()).byRoute[UPDATE] ?? 0
}

test.each([[1], [38], [51], [100]])(
  'one bad record in a hundred, number %i, costs itself only',
  async (bad) => {
    const outcomes = await stage.connection.push(hundred(bad))
    expect(withStatus(outcomes, 'written')).toHaveLength(99)
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toMatchObject({ id: String(bad), reason: expect.stringContaining('ninety') })
    // The refused call, and two per halving at the most.
    expect(await updateCalls()).toBeLessThanOrEqual(1 + 2 * Math.log2(100))
  },
)

test('three bad ones in a hundred are found within three searches', async () => {
  const outcomes = await stage.connection.push(hundred(7, 50, 93))
  expect(withStatus(outcomes, 'rejected').toSorted()).toEqual(['50', '7', '93'])
  expect(withStatus(outcomes, 'written')).toHaveLength(97)
  expect(await updateCalls()).toBeLessThanOrEqual(1 + 3 * 2 * Math.log2(100))
})

test('a hundred bad ones in a hundred are refused one by one, in two calls each', async () => {
  const all = Array.from({ length: 100 }, (_, at) => at + 1)
  const outcomes = await stage.connection.push(hundred(...all))
  expect(withStatus(outcomes, 'rejected')).toHaveLength(100)
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(100)
  expect(await updateCalls()).toBeLessThanOrEqual(200)
})

test('for values that are refused the properties are looked at once, not each time', async () => {
  await stage.connection.push(hundred(3, 60))
  expect((await stage.ledger()).byRoute['GET /crm/properties/{type}']).toBe(1)
})

test('a portal locked by a bulk write is asked again after two seconds at least', async () => {
  await stage.faults({
    match: { route: '/batch/update', times: 1 },
    do: { kind: 'status', status: 423, body: {} },
  })
  const before = stage.slept.length
  const outcomes = await stage.connection.push([write(1, '5')])
  expect(outcomes).toEqual([{ id: '1', status: 'written' }])
  expect(stage.slept.slice(before)).toEqual([expect.toSatisfy((ms: number) => ms >= 2_000)])
})

const RULE = 'MISSING_CONDITIONAL_REQUIRED_PROPERTY'
const REASON =
  /^A rule of this HubSpot account requires "industry", which is empty on this record\. Fill it there, or change the rule/

test.each([[true], [false]])(
  'records that break a rule of the admin are refused alone (named by the answer: %s)',
  async (perRecord) => {
    const rule = { objectType: 'contacts', when: { property: 'plumbline_tier', equals: 'A' } }
    await setRules([{ ...rule, requires: 'industry', perRecord }])
    const outcomes = await stage.connection.push(
      hundred().map(({ subject, values }) => ({
        subject,
        values: { ...values, plumbline_tier: ['7', '70'].includes(subject.id) ? 'A' : 'B' },
      })),
    )
    await setRules([])
    expect(withStatus(outcomes, 'written')).toHaveLength(98)
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused.map(({ id }) => id).toSorted()).toEqual(['7', '70'])
    for (const outcome of refused)
      expect(outcome).toMatchObject({ reason: expect.stringMatching(REASON) })
    expect(await updateCalls()).toBeLessThanOrEqual(1 + 2 * 2 * Math.log2(100))
  },
)

/** What the admin of the portal demands of records. */
async function setRules(rules: readonly object[]): Promise<void> {
  const answer = await fetch(`${stage.url}/__rules`, {
    method: 'POST',
    body: JSON.stringify(rules),
  })
  expect(answer.ok).toBe(true)
}

test('a rule of the admin that one record breaks is told with the property and the remedy', async () => {
  const error = {
    category: 'VALIDATION_ERROR',
    subCategory: RULE,
    message: 'whatever HubSpot says',
    context: { ids: ['2'], propertyName: ['industry', 'plumbline_tier'] },
  }
  await stage.faults({
    do: { kind: 'status', status: 207, body: { results: [{ id: '1' }], errors: [error] } },
  })
  expect(await stage.connection.push([write(1, '1'), write(2, '2')])).toEqual([
    { id: '1', status: 'written' },
    { id: '2', status: 'rejected', reason: expect.stringMatching(REASON) },
  ])
})

test.each([
  ['of the answer', { subCategory: RULE, context: { requiredProperties: ['industry'] } }],
  ['of an error in it', { errors: [{ code: RULE, context: { propertyName: ['industry'] } }] }],
])(
  'a rule that refuses the whole batch is told the same way, from the code %s',
  async (_, body) => {
    await stage.faults({
      match: { route: '/batch/update' },
      do: {
        kind: 'status',
        status: 400,
        body: { category: 'VALIDATION_ERROR', message: 'x', ...body },
      },
    })
    const outcomes = await stage.connection.push([write(1, '1')])
    expect(outcomes).toEqual([
      { id: '1', status: 'rejected', reason: expect.stringMatching(REASON) },
    ])
    // Our own properties are not at fault.
    expect((await stage.ledger()).byRoute).toEqual({ [UPDATE]: 1 })
  },
)

test('a rule that names no property is told without one', async () => {
  const body = { category: 'VALIDATION_ERROR', subCategory: 'MISSING_REQUIRED_PROPERTY' }
  await stage.faults({
    match: { route: '/batch/update' },
    do: { kind: 'status', status: 400, body },
  })
  const [outcome] = await stage.connection.push([write(1, '1')])
  expect(outcome).toMatchObject({ reason: expect.stringContaining('a property that is empty') })
})
