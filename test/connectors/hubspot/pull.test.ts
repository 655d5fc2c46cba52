import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CrmRejected, CrmUnavailable, UserError } from '../../../src/errors.ts'
import { readAll } from '../pages.ts'
import { BORN, CHANGED, smallPortal } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  const crowd = { type: 'contacts', properties: {}, createdAt: BORN, updatedAt: CHANGED } as const
  const guests = Array.from({ length: 620 }, (_, at) => ({ ...crowd, id: String(1001 + at) }))
  stage = await openStage([
    ...smallPortal(),
    ...guests,
    {
      type: 'meetings',
      id: '9',
      properties: { hs_meeting_outcome: 'COMPLETED' },
      associations: guests.map(({ id }) => ({ type: 'contacts', id })),
      createdAt: BORN,
      updatedAt: CHANGED,
    },
  ])
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

test('every live contact comes exactly once, for one call a page', async () => {
  const pages = await readAll(stage.connection, 'contacts')
  const ids = pages.flatMap((page) => page.people.map((person) => person.id))
  expect(ids).toHaveLength(848)
  expect(new Set(ids).size).toBe(848)
  expect(ids).not.toContain('7')
  expect(ids).not.toContain('8')
  expect(pages.map((page) => page.records)).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 48])
  const { total, byRoute } = await stage.ledger()
  expect(total).toBe(9)
  expect(byRoute).toEqual({ 'GET /crm/objects/{type}': 9 })
})

test('a contact brings its primary company, its roll-ups and its merges', async () => {
  const [page] = await readAll(stage.connection, 'contacts')
  expect(page?.people[0]).toMatchObject({
    id: '1',
    companyId: '1',
    facts: { email: 'person1@acme.example', first_name: 'P1' },
    createdAt: new Date(BORN),
    updatedAt: new Date(CHANGED),
  })
  expect(page?.activities).toEqual([
    {
      sourceId: `rollup:page_view:${Date.parse('2026-09-30T10:00:00Z')}`,
      personId: '1',
      type: 'page_view',
      occurredAt: new Date('2026-09-30T10:00:00Z'),
      attributes: { url: 'https://acme.example/pricing', path: '/pricing' },
    },
  ])
  expect(page?.merged).toEqual([{ kind: 'person', loser: '8', winner: '9' }])
})

test('companies and deals come with what belongs to them', async () => {
  const [companies] = await readAll(stage.connection, 'companies')
  expect(companies?.companies.map((company) => company.facts['employees'])).toEqual([100, 200, 300])
  const [deals] = await readAll(stage.connection, 'deals')
  expect(deals?.deals).toEqual([
    {
      id: '1',
      personIds: ['1', '2'],
      companyId: '3',
      stage: 'closedwon',
      outcome: 'won',
      createdAt: new Date(BORN),
      updatedAt: new Date(CHANGED),
    },
  ])
  expect((await stage.ledger()).total).toBe(2)
})

test.each([
  ['calls', [['calls:1', '3']]],
  ['emails', []],
  ['communications', [['communications:1', '4']]],
])('%s become activities of their people', async (stream, expected) => {
  const [page] = await readAll(stage.connection, stream)
  expect(page?.activities.map((each) => [each.sourceId, each.personId])).toEqual(expected)
})

test('a meeting of 620 people has them all, with the associations read to their end', async () => {
  const [page] = await readAll(stage.connection, 'meetings')
  const people = (page?.activities ?? [])
    .filter((activity) => activity.sourceId === 'meetings:9')
    .map((activity) => activity.personId)
  expect(people).toHaveLength(620)
  expect(new Set(people).size).toBe(620)
  const { byRoute } = await stage.ledger()
  expect(byRoute['GET /crm/objects/{type}']).toBe(1)
  expect(stage.budget.taken['associations']).toBe(2)
})

test('a cancelled meeting takes its activity back', async () => {
  const [page] = await readAll(stage.connection, 'meetings')
  expect(page?.activities.map((each) => each.sourceId)).not.toContain('meetings:2')
  expect(page?.removed).toEqual([{ kind: 'activity', id: 'meetings:2', at: new Date(CHANGED) }])
})

test.each([
  ['contacts', 'person', '7'],
  ['companies', 'company', undefined],
  ['deals', 'deal', '2'],
  ['calls', 'activity', 'calls:2'],
  ['meetings', 'activity', undefined],
])('archived %s are removals', async (object, kind, id) => {
  const pages = await readAll(stage.connection, `archived:${object}`)
  const removed = pages.flatMap((page) => page.removed)
  expect(removed).toEqual(id === undefined ? [] : [{ kind, id, at: new Date(CHANGED) }])
  expect(pages.flatMap((page) => page.people)).toEqual([])
})

test('the phases name streams that exist, people last', async () => {
  const { fullPhases, changePhases } = stage.connector
  expect(fullPhases.at(-1)).toEqual(['contacts'])
  expect(changePhases.at(-1)).toEqual(['contacts'])
  for (const stream of fullPhases.flat()) await stage.connection.pullAll(stream, null)
  expect((await stage.ledger()).byStatus['400']).toBeUndefined()
})

test('an unknown stream or position is told', async () => {
  await expect(stage.connection.pullAll('tickets', null)).rejects.toThrow(UserError)
  await expect(stage.connection.pullAll('contacts', { page: 2 })).rejects.toThrow(UserError)
  expect((await stage.ledger()).total).toBe(0)
})

test('a list that does not move on is not read for ever', async () => {
  const record = { id: '5', properties: {}, createdAt: '2026-01-01T00:00:00Z' }
  const body = {
    results: [{ ...record, updatedAt: '2026-01-01T00:00:00Z' }],
    paging: { next: { after: '5' } },
  }
  await stage.faults({ do: { kind: 'status', status: 200, body } })
  await expect(stage.connection.pullAll('contacts', { after: '5' })).rejects.toThrow(CrmUnavailable)
})

test('the account is known by portal id, time zone and web address', async () => {
  expect(await stage.connection.account()).toMatchObject({ accountId: '4711', timeZone: 'UTC' })
})

function missingScope(scope: string) {
  const errors = [{ context: { requiredGranularScopes: [scope] } }]
  return { kind: 'status', status: 403, body: { category: 'MISSING_SCOPES', errors } }
}

test('a missing scope names what to grant', async () => {
  await stage.faults({ do: missingScope('crm.objects.contacts.read') })
  const error = await stage.connection.pullAll('contacts', null).catch((e) => e)
  expect(error).toBeInstanceOf(CrmRejected)
  expect(error.message).toContain('crm.objects.contacts.read')
  expect((await stage.ledger()).total).toBe(1)
})

test('a portal that grants no deals is read without them', async () => {
  await stage.faults({ do: missingScope('crm.objects.deals.read') })
  const page = await stage.connection.pullAll('deals', null)
  expect(page).toMatchObject({ deals: [], records: 0, next: null })
})
