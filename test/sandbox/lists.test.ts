import { expect, test } from 'vitest'
import { company, contact, many, portal, START, V } from './portal.ts'

const LISTS = 'crm.lists.read crm.lists.write'

const SCORE = { name: 'score', label: 'Score', type: 'number', fieldType: 'number' }
const TIER = {
  name: 'tier',
  label: 'Tier',
  type: 'enumeration',
  fieldType: 'select',
  options: ['A', 'B', 'C'].map((value, displayOrder) => ({
    label: value,
    value,
    displayOrder,
    hidden: false,
  })),
}

interface Operation {
  operationType: string
  operator: string
  value?: unknown
  values?: string[]
  includeObjectsWithNoValueSet?: boolean
}

const filter = (property: string, operation: Operation) => ({
  filterType: 'PROPERTY',
  property,
  operation,
})

const anyOf = (...values: string[]): Operation => ({
  operationType: 'ENUMERATION',
  operator: 'IS_ANY_OF',
  values,
})

const and = (...filters: object[]) => ({
  filterBranchType: 'AND',
  filterBranchOperator: 'AND',
  filterBranches: [],
  filters,
})

const or = (...filterBranches: object[]) => ({
  filterBranchType: 'OR',
  filterBranchOperator: 'OR',
  filters: [],
  filterBranches,
})

const dynamic = (name: string, ...branches: object[]) => ({
  name,
  objectTypeId: '0-1',
  processingType: 'DYNAMIC',
  filterBranch: or(...branches),
})

const PEOPLE = [
  contact(1, { city: 'Graz', hs_buying_role: 'CHAMPION;END_USER', hs_email_optout: 'true' }),
  contact(2, { city: 'Wien', hs_buying_role: 'END_USER', hs_email_optout: 'false' }),
  contact(3, { city: 'graz' }),
  contact(4),
]

async function withLists(records = PEOPLE) {
  const running = await portal(records)
  const { access_token } = await running.install(LISTS)
  for (const definition of [SCORE, TIER]) {
    const body = { ...definition, groupName: 'contactinformation' }
    const made = await running.call('POST', `/crm/properties/${V}/contacts`, body)
    expect(made).toMatchObject({ status: 201 })
  }
  const lists = (method: string, path = '', body?: unknown) =>
    running.json(method, `/crm/lists/${V}${path}`, body, access_token)
  const set = (id: string, properties: object) =>
    running.objects('PATCH', `contacts/${id}`, { properties })
  return { ...running, lists, set }
}

async function membersOf(operation: Operation, property: string) {
  const { lists, set } = await withLists()
  await set('1', { score: '80', tier: 'A' })
  await set('2', { score: '9.5', tier: 'B' })
  const made = await lists('POST', '', dynamic('x', and(filter(property, operation))))
  expect(made).toMatchObject({ status: 200, body: { list: { listId: '1' } } })
  const reply = await lists('GET', '/1/memberships')
  expect(reply).toMatchObject({ status: 200, body: { results: expect.any(Array) } })
  return reply.body
}

const records = (...ids: string[]) => ({
  total: ids.length,
  results: ids.map((recordId) => expect.objectContaining({ recordId })),
})

test.for<[string, Operation, string[]]>([
  ['tier', anyOf('A'), ['1']],
  ['tier', anyOf('A', 'B'), ['1', '2']],
  ['tier', { ...anyOf('A'), includeObjectsWithNoValueSet: true }, ['1', '3', '4']],
  ['tier', { ...anyOf('A'), operator: 'IS_NONE_OF' }, ['2']],
  ['hs_buying_role', anyOf('END_USER'), ['1', '2']],
  ['hs_buying_role', anyOf('CHAMPION'), ['1']],
  ['score', { operationType: 'NUMBER', operator: 'IS_GREATER_THAN_OR_EQUAL_TO', value: 80 }, ['1']],
  ['score', { operationType: 'NUMBER', operator: 'IS_LESS_THAN', value: 80 }, ['2']],
  ['score', { operationType: 'NUMBER', operator: 'IS_EQUAL_TO', value: 9.5 }, ['2']],
  ['city', { operationType: 'STRING', operator: 'IS_EQUAL_TO', value: 'Graz' }, ['1', '3']],
  ['city', { operationType: 'MULTISTRING', operator: 'IS_NOT_EQUAL_TO', values: ['Graz'] }, ['2']],
  ['hs_email_optout', { operationType: 'BOOL', operator: 'IS_EQUAL_TO', value: true }, ['1']],
  ['tier', { operationType: 'ALL_PROPERTY', operator: 'IS_UNKNOWN' }, ['3', '4']],
  ['tier', { operationType: 'ALL_PROPERTY', operator: 'IS_KNOWN' }, ['1', '2']],
])('a list where %s is %j holds %j', async ([property, operation, ids]) => {
  expect(await membersOf(operation, property)).toEqual(records(...ids))
})

test('a dynamic list follows its records: filters of a branch all hold, of branches one', async () => {
  const { lists, set, objects } = await withLists()
  const graz = filter('city', { operationType: 'STRING', operator: 'IS_EQUAL_TO', value: 'Graz' })
  const branches = [and(filter('tier', anyOf('A')), graz), and(filter('tier', anyOf('B')))]
  await lists('POST', '', dynamic('Hot', ...branches))
  const members = async () => (await lists('GET', '/1/memberships')).body
  expect(await members()).toEqual(records())
  await set('1', { tier: 'A' })
  await set('2', { tier: 'A' })
  await set('4', { tier: 'B' })
  expect(await members()).toEqual(records('1', '4'))
  await set('1', { tier: 'C' })
  await objects('DELETE', 'contacts/4')
  expect(await members()).toEqual(records())
})

test('a snapshot keeps the members of its first moment', async () => {
  const { lists, set } = await withLists()
  await set('1', { tier: 'A' })
  const body = { ...dynamic('Then', and(filter('tier', anyOf('A')))), processingType: 'SNAPSHOT' }
  await lists('POST', '', body)
  await set('1', { tier: 'B' })
  await set('2', { tier: 'A' })
  expect((await lists('GET', '/1/memberships')).body).toEqual({
    total: 1,
    results: [{ recordId: '1', membershipTimestamp: new Date(START).toISOString() }],
  })
})

test('members come in pages, by record id', async () => {
  const { lists } = await withLists(many(5))
  await lists('POST', '', dynamic('All', and()))
  const first = await lists('GET', '/1/memberships?limit=3')
  expect(first.body).toEqual({
    ...records('1', '2', '3'),
    total: 5,
    paging: { next: { after: '3' } },
  })
  const second = await lists('GET', '/1/memberships?limit=3&after=3')
  expect(second.body).toEqual({ ...records('4', '5'), total: 5 })
  expect((await lists('GET', '/1/memberships?limit=251')).status).toBe(400)
})

test('a list is found by id and by name, with its filters where asked for', async () => {
  const { lists } = await withLists()
  const wanted = dynamic('Tier A contacts', and(filter('tier', anyOf('A'))))
  expect((await lists('POST', '', wanted)).body).toMatchObject({
    list: {
      listId: '1',
      name: 'Tier A contacts',
      processingStatus: 'PROCESSING',
      filterBranch: {},
    },
  })
  const plain = await lists('GET', '/1')
  expect(plain.body).toMatchObject({ list: { processingStatus: 'COMPLETE', objectTypeId: '0-1' } })
  expect(plain.body).not.toHaveProperty('list.filterBranch')
  const byName = '/object-type-id/0-1/name/Tier%20A%20contacts?includeFilters=true'
  expect((await lists('GET', byName)).body).toMatchObject({
    list: { listId: '1', filterBranch: wanted.filterBranch },
  })
  expect((await lists('GET', '/object-type-id/0-2/name/Tier%20A%20contacts')).status).toBe(404)
  expect((await lists('GET', '/2')).status).toBe(404)
})

test('a name is given once in a portal, until its list is deleted', async () => {
  const { lists } = await withLists()
  const manual = { name: 'Mine', objectTypeId: '0-1', processingType: 'MANUAL' }
  expect((await lists('POST', '', manual)).status).toBe(200)
  expect(await lists('POST', '', { ...manual, name: 'MINE', objectTypeId: '0-2' })).toMatchObject({
    status: 400,
    body: { category: 'VALIDATION_ERROR', subCategory: 'ILS.DUPLICATE_LIST_NAMES' },
  })
  expect((await lists('DELETE', '/1')).status).toBe(204)
  expect((await lists('GET', '/1')).status).toBe(404)
  expect((await lists('POST', '', manual)).body).toMatchObject({ list: { listId: '2' } })
})

test('lists are searched by name, type and kind, in pages', async () => {
  const { lists } = await withLists([contact(1), company(10)])
  for (const name of ['Tier A contacts', 'Tier B contacts', 'Newsletter'])
    await lists('POST', '', dynamic(name, and()))
  await lists('POST', '', { name: 'By hand: tier', objectTypeId: '0-2', processingType: 'MANUAL' })
  const found = async (body: object) => (await lists('POST', '/search', body)).body
  expect(await found({})).toMatchObject({ total: 4, hasMore: false, lists: { length: 4 } })
  const dynamicOnes = { query: 'tier', processingTypes: ['DYNAMIC'] }
  expect(await found({ ...dynamicOnes, count: 1, offset: 1 })).toMatchObject({
    total: 2,
    offset: 2,
    hasMore: false,
    lists: [{ listId: '2', additionalProperties: { hs_list_size: '1' } }],
  })
  expect(await found({ query: 'tier', count: 2 })).toMatchObject({ total: 3, hasMore: true })
  expect(await found({ objectTypeId: '0-2' })).toMatchObject({ lists: [{ listId: '4' }] })
})

const branch = and(filter('tier', anyOf('A')))

test.for<[string, object, string]>([
  ['no filters', { filterBranch: undefined }, 'needs a filterBranch'],
  ['an AND at the root', { filterBranch: branch }, 'the root branch must be an OR'],
  ['an OR below the root', { filterBranch: or(or(branch)) }, 'every branch must be an AND'],
  ['filters at the root', { filterBranch: { ...or(branch), filters: [{}] } }, 'takes no filters'],
  ['no branch', { filterBranch: or() }, 'needs an AND branch'],
  ['an unknown property', { filterBranch: or(and(filter('tear', anyOf('A')))) }, 'problem'],
  ['a misfit', { filterBranch: or(and(filter('city', anyOf('A')))) }, 'does not fit'],
  [
    'an unknown operator',
    { filterBranch: or(and(filter('tier', { ...anyOf('A'), operator: 'IS' }))) },
    'filterBranch.filterBranches.0.filters.0.operation.operator',
  ],
  ['an unknown type of records', { objectTypeId: 'contacts' }, 'objectTypeId'],
  ['an unknown processing type', { processingType: 'ACTIVE' }, 'processingType'],
  ['filters for a manual list', { processingType: 'MANUAL' }, 'takes no filterBranch'],
])('a list with %s is refused by its place', async ([, change, words]) => {
  const { lists } = await withLists()
  const reply = await lists('POST', '', { ...dynamic('x', branch), ...change })
  expect(reply).toMatchObject({
    status: 400,
    body: { category: 'VALIDATION_ERROR', message: expect.stringContaining(words) },
  })
})

test('lists have scopes of their own', async () => {
  const { call } = await withLists()
  expect(await call('POST', `/crm/lists/${V}/search`, {})).toMatchObject({
    status: 403,
    body: { errors: [{ context: { requiredGranularScopes: ['crm.lists.read'] } }] },
  })
})
