import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CrmUnavailable } from '../../../src/errors.ts'
import { readChanges } from '../pages.ts'
import { BORN, CHANGED, contacts, smallPortal } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const MINUTE = 60_000
const BULK = Date.parse('2026-10-15T04:00:00.123Z')

let stage: Stage
beforeAll(async () => {
  const bulk = contacts(450).map((record) => ({
    ...record,
    id: String(Number(record.id) + 5000),
    properties: {},
    updatedAt: BULK,
  }))
  stage = await openStage([...smallPortal(), ...bulk])
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

function window(since: number, until: number) {
  return { since: new Date(since), until: new Date(until) }
}

test('both ends of the window belong to it', async () => {
  // Contacts 1, 2, 3… changed at minute 0, 1, 2…
  const pages = await readChanges(
    stage.connection,
    'contacts',
    window(CHANGED + 2 * MINUTE, CHANGED + 4 * MINUTE),
  )
  expect(pages.flatMap((page) => page.people.map((person) => person.id))).toEqual(['3', '4', '5'])
})

test('450 records of one millisecond come exactly once, for one search a page', async () => {
  const pages = await readChanges(stage.connection, 'contacts', window(BULK, BULK))
  const ids = pages.flatMap((page) => page.people.map((person) => person.id))
  expect(ids).toHaveLength(450)
  expect(new Set(ids).size).toBe(450)
  const { byRoute } = await stage.ledger()
  expect(byRoute['POST /crm/objects/{type}/search']).toBe(3)
})

test('a contact whose company is only an association has it in a change read as in a full one', async () => {
  const mutate = (change: object) =>
    fetch(`${stage.url}/__mutate`, { method: 'POST', body: JSON.stringify(change) })
  await mutate({ op: 'associate', type: 'contacts', id: '2', to: { type: 'companies', id: '3' } })
  const properties = { associatedcompanyid: '' }
  await mutate({ op: 'update', type: 'contacts', id: '2', properties, at: CHANGED })
  const [changed] = await readChanges(stage.connection, 'contacts', window(CHANGED, CHANGED))
  const listed = await stage.connection.pullAll('contacts', null)
  const companyOf = (page: typeof listed | undefined) =>
    page?.people.find((person) => person.id === '2')?.companyId
  expect(companyOf(listed)).toBe('3')
  expect(companyOf(changed)).toBe('3')
})

test('an empty window costs one search and nothing else', async () => {
  for (const stream of stage.connector.changePhases.flat()) {
    const pages = await readChanges(stage.connection, stream, window(BORN - 9, BORN - 1))
    expect(pages).toHaveLength(1)
    expect(pages[0]).toMatchObject({ records: 0, next: null })
  }
  expect((await stage.ledger()).total).toBe(stage.connector.changePhases.flat().length)
})

test('changed engagements and deals bring their people through one association read', async () => {
  const all = window(CHANGED, CHANGED)
  const [meetings] = await readChanges(stage.connection, 'meetings', all)
  expect(meetings?.activities.map((each) => each.personId)).toEqual(['1', '2'])
  expect(meetings?.removed.map((each) => each.id)).toEqual(['meetings:2'])
  expect((await stage.ledger()).total).toBe(2)
  const [deals] = await readChanges(stage.connection, 'deals', all)
  expect(deals?.deals).toMatchObject([{ id: '1', personIds: ['1', '2'], companyId: '3' }])
  expect((await stage.ledger()).total).toBe(5)
})

test('a record without associations is no failure', async () => {
  const [emails] = await readChanges(stage.connection, 'emails', window(CHANGED, CHANGED))
  expect(emails).toMatchObject({ records: 1, activities: [] })
})

test('a contact deleted since is not among the changes', async () => {
  const pages = await readChanges(
    stage.connection,
    'contacts',
    window(CHANGED, CHANGED + 10 * MINUTE),
  )
  const ids = pages.flatMap((page) => page.people.map((person) => person.id))
  expect(ids).not.toContain('7')
  expect(pages.flatMap((page) => page.merged)).toEqual([
    { kind: 'person', loser: '8', winner: '9' },
  ])
})

test('the search takes from its own budget', async () => {
  const before = { ...stage.budget.taken }
  await stage.connection.pullChanges('companies', window(BORN, CHANGED), null)
  expect(stage.budget.taken).toEqual({ ...before, search: (before['search'] ?? 0) + 1 })
})

const FIVE = {
  id: '5',
  properties: {},
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
}

test.each([
  ['out of order', [{ ...FIVE, id: '9' }, FIVE]],
  ['from before the position', [FIVE]],
])('results %s are refused, not skipped over', async (_, results) => {
  const body = { total: results.length, results }
  await stage.faults({ do: { kind: 'status', status: 200, body } })
  const turn = stage.connection.pullChanges('companies', window(BORN, CHANGED), { lastId: '7' })
  await expect(turn).rejects.toThrow(CrmUnavailable)
})

test('a page that says there are more goes on even without paging', async () => {
  const body = { total: 2, results: [FIVE] }
  await stage.faults({ do: { kind: 'status', status: 200, body } })
  const page = await stage.connection.pullChanges('companies', window(BORN, CHANGED), null)
  expect(page.next).toEqual({ lastId: '5' })
})

test.each([
  ['OBJECT_NOT_FOUND', undefined, true],
  ['VALIDATION_ERROR', 'crm.associations.NO_ASSOCIATIONS_FOUND', true],
  ['INTERNAL_ERROR', undefined, false],
])('an association error %s %s is harmless: %s', async (category, subCategory, harmless) => {
  const body = { results: [], errors: [{ category, subCategory, context: { ids: ['1'] } }] }
  await stage.faults({
    match: { route: '/associations/' },
    do: { kind: 'status', status: 207, body },
  })
  const turn = stage.connection.pullChanges('calls', window(CHANGED, CHANGED), null)
  const outcome = await turn.then(
    () => true,
    (error) => !(error instanceof CrmUnavailable),
  )
  expect(outcome).toBe(harmless)
})

test('associations of a record nobody asked for are ignored', async () => {
  const body = { results: [{ from: { id: '999' }, to: [{ toObjectId: 5, associationTypes: [] }] }] }
  await stage.faults({
    match: { route: '/associations/' },
    do: { kind: 'status', status: 200, body },
  })
  const page = await stage.connection.pullChanges('calls', window(CHANGED, CHANGED), null)
  expect(page.activities).toEqual([])
})
