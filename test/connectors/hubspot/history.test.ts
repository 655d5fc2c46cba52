import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../helpers.ts'
import { BORN, CHANGED, contacts } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const DAY = 86_400_000
const at = (days: number) => new Date(CHANGED + days * DAY)

let stage: Stage
beforeAll(async () => {
  stage = await openStage([
    ...contacts(120),
    {
      type: 'companies',
      id: '1',
      properties: { name: 'Acme', numberofemployees: '100' },
      createdAt: BORN,
      updatedAt: CHANGED,
    },
  ])
})
afterAll(() => stage.close())
beforeEach(() => stage.resetLedger())

async function update(
  id: string,
  days: number,
  properties: Record<string, string>,
  type = 'contacts',
) {
  const change = { op: 'update', type, id, properties, at: at(days).getTime() }
  const answer = await fetch(`${stage.url}/__mutate`, {
    method: 'POST',
    body: JSON.stringify(change),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

test('each change of a fact is a version, in our words, oldest first', async () => {
  await update('1', 1, { jobtitle: 'VP Sales', hs_buying_role: 'DECISION_MAKER' })
  await update('1', 2, { hs_lead_status: 'OPEN' })
  await update('1', 3, { jobtitle: '', hs_buying_role: '' })
  const [history] = await stage.connection.history('person', ['1'])
  const born = { email: 'person1@acme.example', first_name: 'P1' }
  const buyer = { title: 'VP Sales', buying_role: ['DECISION_MAKER'], authority: 'confirmed' }
  expect(history).toEqual({
    subject: { kind: 'person', id: '1' },
    versions: [
      { knownAt: new Date(BORN), facts: born },
      { knownAt: at(1), facts: { ...born, ...buyer } },
      { knownAt: at(2), facts: { ...born, ...buyer, lead_status: 'OPEN' } },
      { knownAt: at(3), facts: { ...born, lead_status: 'OPEN' } },
    ],
  })
})

test('a change that no fact shows is no version', async () => {
  await update('2', 1, { firstname: ' P2 ' })
  const [history] = await stage.connection.history('person', ['2'])
  expect(history?.versions).toHaveLength(1)
})

test('of two changes in one moment the later one counts', async () => {
  await update('3', 1, { jobtitle: 'CTO' })
  await update('3', 1, { jobtitle: 'CEO' })
  const [history] = await stage.connection.history('person', ['3'])
  expect(history?.versions.map(({ facts }) => facts['title'])).toEqual([undefined, 'CEO'])
})

test('companies have theirs', async () => {
  await update('1', 5, { numberofemployees: '5,333' }, 'companies')
  await update('1', 6, { numberofemployees: '250' }, 'companies')
  const [history] = await stage.connection.history('company', ['1'])
  expect(history?.versions.map(({ facts }) => facts['employees'])).toEqual([100, undefined, 250])
})

test('120 people cost a call for every fifty; who is gone is left out', async () => {
  const ids = Array.from({ length: 120 }, (_, n) => String(n + 1))
  const histories = await stage.connection.history('person', [...ids, ...ids, '4040'])
  expect(histories).toHaveLength(120)
  expect((await stage.ledger()).byRoute['POST /crm/objects/{type}/batch/read']).toBe(3)
  expect(await stage.connection.history('person', [])).toEqual([])
})

test("a customer's own property has its history, too", async () => {
  await update('4', 1, { website: 'https://a.example' })
  await update('4', 2, { website: 'https://b.example' })
  const { credentials, budget, clock } = stage
  const wishes = async () => ({
    fields: { person: ['website'], company: [] },
    mapping: {},
    apiShare: 0.5,
  })
  const connection = stage.connector.connect({
    credentials,
    budget,
    clock,
    log: silentLog,
    wishes,
  })
  const [history] = await connection.history('person', ['4'])
  expect(history?.versions.map(({ facts }) => facts['website'])).toEqual([
    undefined,
    'https://a.example',
    'https://b.example',
  ])
})
