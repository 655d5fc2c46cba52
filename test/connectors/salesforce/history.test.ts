import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { BORN, CHANGED, contact, leads, record } from './org-records.ts'
import { openStage, type Stage } from './stage.ts'

const DAY = 86_400_000
const at = (days: number) => CHANGED + days * DAY

let stage: Stage
beforeAll(async () => {
  stage = await openStage([
    ...leads(450),
    contact(1),
    record('Account', 1, { Name: 'Acme', NumberOfEmployees: 100 }),
  ])
})
afterAll(() => stage.close())

async function update(n: number, days: number, fields: object, type: 'Lead' | 'Account' = 'Lead') {
  await stage.mutate({ op: 'update', type, id: idOf(type, n), fields, at: at(days) })
}

async function versionsOf(n: number) {
  const [history] = await stage.connection.history('person', [idOf('Lead', n)])
  return history?.versions ?? []
}

test('each change of a fact is a version, walked back from today, oldest first', async () => {
  await update(1, 1, { Title: 'VP Sales', Status: 'Working - Contacted' })
  await update(1, 2, { Email: 'new@acme.example' })
  await update(1, 3, { Title: '' })
  const [history] = await stage.connection.history('person', [idOf('Lead', 1)])
  const born = {
    email: 'lead1@acme.example',
    first_name: 'L1',
    last_name: 'Lead 1',
    company_name: 'Example',
    lead_status: 'Open - Not Contacted',
    unsubscribed: false,
  }
  const worked = { ...born, title: 'VP Sales', lead_status: 'Working - Contacted' }
  const { title, ...untitled } = worked
  expect(history).toEqual({
    subject: { kind: 'person', id: idOf('Lead', 1) },
    versions: [
      { knownAt: new Date(BORN), facts: born },
      { knownAt: new Date(at(1)), facts: worked },
      { knownAt: new Date(at(2)), facts: { ...worked, email: 'new@acme.example' } },
      { knownAt: new Date(at(3)), facts: { ...untitled, email: 'new@acme.example' } },
    ],
  })
})

test('a change that no fact shows is no version', async () => {
  await update(2, 1, { Rating: 'Hot' })
  await update(2, 2, { FirstName: 'L2 ' })
  expect(await versionsOf(2)).toHaveLength(1)
})

test('of two changes in one second the later one counts', async () => {
  await update(3, 1, { Title: 'CTO' })
  await update(3, 1, { Title: 'CEO' })
  expect((await versionsOf(3)).map(({ facts }) => facts['title'])).toEqual([undefined, 'CEO'])
})

test('there and back is two changes', async () => {
  await update(4, 1, { Title: 'CTO' })
  await update(4, 2, { Title: '' })
  expect((await versionsOf(4)).map(({ facts }) => facts['title'])).toEqual([
    undefined,
    'CTO',
    undefined,
  ])
})

test('companies have theirs', async () => {
  await update(1, 1, { NumberOfEmployees: 250 }, 'Account')
  const [history] = await stage.connection.history('company', [idOf('Account', 1)])
  expect(history?.versions.map(({ facts }) => facts['employees'])).toEqual([100, 250])
})

test('leads and contacts together, in batches; who is gone, and whoever is no person, is left out', async () => {
  await stage.mutate({ op: 'delete', type: 'Lead', id: idOf('Lead', 450) })
  const ids = Array.from({ length: 450 }, (_, n) => idOf('Lead', n + 1))
  const strangers = [idOf('Contact', 1), idOf('Lead', 4_040), idOf('Account', 1), 'nonsense']
  const histories = await stage.connection.history('person', [...ids, ...ids, ...strangers])
  expect(histories).toHaveLength(450)
  expect(histories.at(-1)?.subject.id).toBe(idOf('Contact', 1))
  expect(await stage.connection.history('person', [])).toEqual([])
})

test('where nothing is tracked there is one version, known since the last change', async () => {
  const path = '/services/data/v66.0/sobjects/LeadHistory/describe'
  const body = [{ errorCode: 'NOT_FOUND', message: 'no such object' }]
  const own = stage.connector.connect(stage.context)
  await stage.faults({ match: { route: path }, do: { kind: 'status', status: 404, body } })
  await update(5, 4, { Title: 'CFO' })
  const [history] = await own.history('person', [idOf('Lead', 5)])
  expect(history?.versions.map(({ knownAt }) => knownAt)).toEqual([new Date(at(4))])
  expect(history?.versions[0]?.facts).toMatchObject({ title: 'CFO' })
  await stage.faults()
})
