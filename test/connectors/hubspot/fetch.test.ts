import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CrmUnavailable, UserError } from '../../../src/errors.ts'
import { BORN, CHANGED, smallPortal } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage([
    ...smallPortal(),
    {
      type: 'companies',
      id: '9',
      properties: {},
      createdAt: BORN,
      updatedAt: CHANGED,
      mergedInto: '3',
    },
  ])
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

async function mutate(change: object): Promise<void> {
  await fetch(`${stage.url}/__mutate`, { method: 'POST', body: JSON.stringify(change) })
}

test('250 people come complete, for one call a hundred', async () => {
  const asked = Array.from({ length: 230 }, (_, at) => String(at + 1)).filter((id) => id > '8')
  const page = await stage.connection.fetch('contacts', [...asked, ...asked, '1'])
  expect(ids(page.people).toSorted()).toEqual([...new Set([...asked, '1'])].toSorted())
  expect(page).toMatchObject({ removed: [], next: null, records: asked.length + 1 })
  expect(page.people.find(({ id }) => id === '1')).toMatchObject({
    companyId: '1',
    facts: { email: 'person1@acme.example' },
  })
  const { byRoute } = await stage.ledger()
  expect(byRoute['POST /crm/objects/{type}/batch/read']).toBe(Math.ceil((asked.length + 1) / 100))
})

test('one that is gone is removed as of now', async () => {
  const page = await stage.connection.fetch('contacts', ['7', '4040', 'no-id', '2'])
  expect(ids(page.people)).toEqual(['2'])
  const at = stage.clock.now()
  expect(page.removed.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { kind: 'person', id: '4040', at },
    { kind: 'person', id: '7', at },
    { kind: 'person', id: 'no-id', at },
  ])
})

test('a merged one comes as its survivor, whether the survivor says so or not', async () => {
  const told = await stage.connection.fetch('contacts', ['8'])
  expect(told).toMatchObject({
    people: [{ id: '9' }],
    merged: [{ kind: 'person', loser: '8', winner: '9' }],
    removed: [],
  })
  const silent = await stage.connection.fetch('companies', ['9', '3'])
  expect(silent).toMatchObject({
    companies: [{ id: '3' }],
    merged: [{ kind: 'company', loser: '9', winner: '3' }],
    removed: [],
  })
})

test('a survivor that a batch keeps to itself is read with the record that led to it', async () => {
  const match = { route: '/batch/read', nth: 1 }
  await stage.faults({ match, do: { kind: 'partial', ids: ['9'] } })
  const page = await stage.connection.fetch('companies', ['9'])
  expect(page).toMatchObject({
    companies: [{ id: '3', facts: { name: 'Initech' } }],
    merged: [{ loser: '9', winner: '3' }],
  })
})

test('a record that is there but cannot be read is not taken for gone', async () => {
  await stage.faults({ match: { route: '/batch/read' }, do: { kind: 'partial', ids: ['2'] } })
  await expect(stage.connection.fetch('contacts', ['2', '3'])).rejects.toThrow(CrmUnavailable)
})

test('a truncated answer is a failure, not an empty one', async () => {
  await stage.faults({ match: { route: '/batch/read' }, do: { kind: 'truncate' } })
  await expect(stage.connection.fetch('contacts', ['2'])).rejects.toThrow(CrmUnavailable)
})

test('an empty answer removes nobody who is there', async () => {
  const match = { route: '/batch/read', nth: 1 }
  await stage.faults({ match, do: { kind: 'status', status: 200, body: { results: [] } } })
  const page = await stage.connection.fetch('contacts', ['2', '3'])
  expect(ids(page.people)).toEqual(['2', '3'])
  expect(page).toMatchObject({ removed: [], merged: [] })
})

test('engagements bring their people; gone and cancelled ones take their activities back', async () => {
  const meetings = await stage.connection.fetch('meetings', ['1', '2', '77'])
  expect(meetings.activities.map((each) => [each.sourceId, each.personId])).toEqual([
    ['meetings:1', '1'],
    ['meetings:1', '2'],
  ])
  expect(ids(meetings.removed)).toEqual(['meetings:2', 'meetings:77'])
  const calls = await stage.connection.fetch('calls', ['2'])
  expect(calls.removed).toMatchObject([{ kind: 'activity', id: 'calls:2' }])
})

test('deals bring people and company', async () => {
  const page = await stage.connection.fetch('deals', ['1', '2'])
  expect(page.deals).toMatchObject([{ id: '1', personIds: ['1', '2'], companyId: '3' }])
  expect(page.removed).toMatchObject([{ kind: 'deal', id: '2' }])
})

test('a restored person is there again', async () => {
  await mutate({ op: 'archive', type: 'contacts', id: '20' })
  const gone = await stage.connection.fetch('contacts', ['20'])
  expect(gone).toMatchObject({ people: [], removed: [{ kind: 'person', id: '20' }] })
  await mutate({ op: 'restore', type: 'contacts', id: '20' })
  const back = await stage.connection.fetch('contacts', ['20'])
  expect(back).toMatchObject({ people: [{ id: '20' }], removed: [] })
})

test('an association that moved no modification time is read', async () => {
  const to = { type: 'companies', id: '2', primary: true }
  await mutate({ op: 'associate', type: 'contacts', id: '30', to })
  const page = await stage.connection.fetch('contacts', ['30'])
  expect(page.people[0]?.companyId).toBe('2')
})

test('our own fields come along, absent ones empty', async () => {
  const page = await stage.connection.fetch('companies', ['1'])
  expect(page.ours).toMatchObject([
    { subject: { kind: 'company', id: '1' }, values: { plumbline_account_score: '' } },
  ])
})

test('nothing asked for costs nothing', async () => {
  const page = await stage.connection.fetch('contacts', [])
  expect(page).toMatchObject({ people: [], removed: [], records: 0 })
  expect((await stage.ledger()).total).toBe(0)
})

test('a stream that is not granted is empty, an unknown one is told', async () => {
  const body = { category: 'MISSING_SCOPES' }
  await stage.faults({ do: { kind: 'status', status: 403, body } })
  expect(await stage.connection.fetch('deals', ['1'])).toMatchObject({ deals: [], removed: [] })
  await expect(stage.connection.fetch('contacts', ['1'])).rejects.toThrow('missing scopes')
  await expect(stage.connection.fetch('tickets', ['1'])).rejects.toThrow(UserError)
})
