import { expect, test } from 'vitest'
import { company, contact, many, portal, START } from './portal.ts'

interface Filter {
  propertyName: string
  operator: string
  value?: string | number
  highValue?: string
  values?: string[]
}

const PEOPLE = [
  contact(1, { email: 'ada@alpha.example', city: 'Graz', num_conversion_events: '2' }),
  contact(2, { email: 'bob@beta.example', city: 'Wien', num_conversion_events: '10' }),
  contact(3, { email: 'cy@alpha.example', recent_conversion_date: '2026-10-05T00:00:00Z' }),
]

async function idsOf(filters: Filter[], more: object = {}) {
  const { search } = await portal(PEOPLE)
  const page = await search('contacts', { filterGroups: [{ filters }], ...more })
  return page.results.map(({ id }) => id)
}

const filter = (propertyName: string, operator: string, more: object = {}): Filter => ({
  propertyName,
  operator,
  ...more,
})

test.for<[Filter, string[]]>([
  [filter('city', 'EQ', { value: 'Graz' }), ['1']],
  [filter('city', 'NEQ', { value: 'Graz' }), ['2']],
  [filter('num_conversion_events', 'LT', { value: '10' }), ['1']],
  [filter('num_conversion_events', 'LTE', { value: '10' }), ['1', '2']],
  [filter('num_conversion_events', 'GT', { value: '2' }), ['2']],
  [filter('num_conversion_events', 'GTE', { value: 2 }), ['1', '2']],
  [filter('num_conversion_events', 'BETWEEN', { value: '1', highValue: '9' }), ['1']],
  [filter('city', 'IN', { values: ['Graz', 'Linz'] }), ['1']],
  [filter('city', 'NOT_IN', { values: ['Graz', 'Linz'] }), ['2']],
  [filter('city', 'HAS_PROPERTY'), ['1', '2']],
  [filter('city', 'NOT_HAS_PROPERTY'), ['3']],
  [filter('email', 'CONTAINS_TOKEN', { value: '*@alpha.example' }), ['1', '3']],
  [filter('email', 'NOT_CONTAINS_TOKEN', { value: 'alpha' }), ['2']],
  [filter('recent_conversion_date', 'GT', { value: '1790000000000' }), ['3']],
  [filter('recent_conversion_date', 'GT', { value: '2026-10-05T00:00:00.001Z' }), []],
  [filter('hs_object_id', 'GT', { value: '1' }), ['2', '3']],
  [filter('createdate', 'LT', { value: String(START) }), ['1', '2', '3']],
])('filter %j finds %j', async ([wanted, ids]) => {
  expect(await idsOf([wanted])).toEqual(ids)
})

test('filters of a group must all hold, of groups one must', async () => {
  const { search } = await portal(PEOPLE)
  const page = await search('contacts', {
    filterGroups: [
      { filters: [filter('city', 'EQ', { value: 'Wien' })] },
      {
        filters: [
          filter('email', 'CONTAINS_TOKEN', { value: 'alpha' }),
          filter('city', 'HAS_PROPERTY'),
        ],
      },
    ],
    sorts: ['-hs_object_id'],
  })
  expect(page.results.map(({ id }) => id)).toEqual(['2', '1'])
  expect(page.total).toBe(2)
})

test('a sort is a string, a minus before it turns it round, or an object', async () => {
  const some = [filter('num_conversion_events', 'HAS_PROPERTY')]
  expect(await idsOf(some, { sorts: ['num_conversion_events'] })).toEqual(['1', '2'])
  expect(await idsOf(some, { sorts: ['-num_conversion_events'] })).toEqual(['2', '1'])
  const object = { propertyName: 'num_conversion_events', direction: 'DESCENDING' }
  expect(await idsOf(some, { sorts: [object] })).toEqual(['2', '1'])
})

test('the cursor of contacts is lastmodifieddate, of companies hs_lastmodifieddate', async () => {
  const { search } = await portal([contact(1, { hs_lastmodifieddate: '2026-10-01' }), company(2)])
  const since = (propertyName: string) => ({
    filterGroups: [{ filters: [filter(propertyName, 'GTE', { value: '0' })] }],
  })
  expect((await search('contacts', since('lastmodifieddate'))).total).toBe(1)
  expect((await search('contacts', since('hs_lastmodifieddate'))).total).toBe(0)
  expect((await search('companies', since('hs_lastmodifieddate'))).total).toBe(1)
})

test('a changed-since search walks a tie by id without losing or repeating a record', async () => {
  const { search } = await portal(many(450))
  const seen: string[] = []
  for (let last = '0'; ; ) {
    const page = await search('contacts', {
      filterGroups: [
        {
          filters: [
            filter('lastmodifieddate', 'BETWEEN', { value: '0', highValue: String(START) }),
            filter('hs_object_id', 'GT', { value: last }),
          ],
        },
      ],
      sorts: ['hs_object_id'],
      limit: 200,
    })
    const lastFound = page.results.at(-1)
    if (!lastFound) break
    seen.push(...page.results.map(({ id }) => id))
    last = lastFound.id
  }
  expect(seen).toEqual(many(450).map(({ id }) => id))
})

test('pages of a search follow each other up to the 10,000th result and stop there', async () => {
  const { search, objects } = await portal(many(10_150))
  const first = await search('contacts', { limit: 200 })
  expect(first).toMatchObject({ total: 10_150, paging: { next: { after: '200' } } })
  const last = await search('contacts', { limit: 200, after: '9800' })
  expect(last.results).toHaveLength(200)
  expect(last.paging?.next.after).toBe('10000')
  const beyond = await objects('POST', 'contacts/search', { limit: 200, after: '10000' })
  expect(beyond.status).toBe(400)
})

test('archived and merged records are never found', async () => {
  const { search, control } = await portal(many(4))
  await control('/__mutate', { op: 'archive', type: 'contacts', id: '1' })
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '2', loserId: '3' })
  const page = await search('contacts', {})
  expect(page.results.map(({ id }) => id)).toEqual(['2', '4'])
})

const SIX = Array.from({ length: 6 }, () => filter('city', 'HAS_PROPERTY'))

test.for<[string, object]>([
  ['a limit above 200', { limit: 201 }],
  ['two sorts', { sorts: ['city', 'email'] }],
  ['six groups', { filterGroups: SIX.map((one) => ({ filters: [one] })) }],
  ['seven filters in a group', { filterGroups: [{ filters: [...SIX, ...SIX.slice(0, 1)] }] }],
  ['19 filters', { filterGroups: [0, 1, 2, 3].map(() => ({ filters: SIX.slice(0, 5) })) }],
  ['more than 3,000 characters', { properties: ['x'.repeat(3_000)] }],
  ['an unknown operator', { filterGroups: [{ filters: [filter('city', 'LIKE')] }] }],
  ['an unknown property', { filterGroups: [{ filters: [filter('citty', 'HAS_PROPERTY')] }] }],
  ['a filter without its value', { filterGroups: [{ filters: [filter('city', 'EQ')] }] }],
  [
    'a time that is none',
    { filterGroups: [{ filters: [filter('lastmodifieddate', 'GT', { value: 'now' })] }] },
  ],
])('a search with %s is refused', async ([, body]) => {
  const { objects } = await portal(PEOPLE)
  const reply = await objects('POST', 'contacts/search', body)
  expect(reply).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
})

test('search lag hides a record that changed within it', async () => {
  const { search, control, clock } = await portal(PEOPLE)
  await control('/__faults', { faults: [{ do: { kind: 'search-lag', ms: 60_000 } }] })
  await control('/__mutate', { op: 'update', type: 'contacts', id: '1', properties: { city: 'X' } })
  clock.now = START + 59_000
  expect((await search('contacts', {})).total).toBe(2)
  clock.now = START + 60_000
  expect((await search('contacts', {})).total).toBe(3)
})
