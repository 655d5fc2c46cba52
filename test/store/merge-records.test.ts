import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KnownRecord, mergeRecords } from '../../src/store/merge-records.ts'
import { together } from '../../src/store/together.ts'

function record(id: string, knownAt: number, changes: Partial<KnownRecord> = {}): KnownRecord {
  return { id, knownAt, person: {}, company: {}, account: null, activities: [], ...changes }
}
const activity = (id: string, at: number, path = '') => ({
  id,
  type: 'page_view',
  at,
  attributes: { path },
})

test('per fact the newest record that has it wins, of equals the first by id', () => {
  const { person } = mergeRecords([
    record('3', 1, { person: { title: 'old', city: 'Graz' } }),
    record('2', 2, { person: { title: 'equal', phone: '2' } }),
    record('1', 2, { person: { title: 'first' } }),
  ])
  expect(person).toEqual({ city: 'Graz', phone: '2', title: 'first' })
  expect(Object.keys(person)).toEqual(['city', 'phone', 'title'])
})

test('a prohibition on one record is one of the person', () => {
  const { person } = mergeRecords([
    record('1', 2, { person: { unsubscribed: false, hard_bounced: true, on_hold: false } }),
    record('2', 1, { person: { unsubscribed: true, hard_bounced: false, on_hold: true } }),
  ])
  expect(person).toEqual({ hard_bounced: true, on_hold: false, unsubscribed: true })
})

test('the account is the newest record’s, but what the CRM confirms counts more', () => {
  const byDomain = { account: { id: 'd', basis: 'domain' as const }, company: { name: 'D' } }
  const older = { account: { id: 'o', basis: 'association' as const }, company: { name: 'O' } }
  const newer = { account: { id: 'n', basis: 'association' as const }, company: { name: 'N' } }
  const none = record('0', 9)
  expect(mergeRecords([none, record('1', 3, byDomain)])).toMatchObject(byDomain)
  const all = [none, record('1', 3, byDomain), record('2', 1, older), record('3', 2, newer)]
  expect(mergeRecords(all)).toMatchObject(newer)
})

test('one event on several records happened once, in order of time', () => {
  const { activities } = mergeRecords([
    record('2', 1, { activities: [activity('b', 1, 'second'), activity('c', 5)] }),
    record('1', 1, { activities: [activity('a', 3), activity('b', 1, 'first')] }),
  ])
  expect(activities).toEqual([activity('b', 1, 'first'), activity('a', 3), activity('c', 5)])
})

test('the order of the records does not matter', () => {
  const value = fc.constantFrom(true, false, 'x', 'y', 1)
  const facts = fc.dictionary(fc.constantFrom('title', 'city', 'unsubscribed'), value)
  const activities = fc.uniqueArray(
    fc.record({ id: fc.constantFrom('a', 'b', 'c'), at: fc.nat(3) }),
    { selector: ({ id }) => id },
  )
  const account = fc.option(
    fc.record({ id: fc.constantFrom('c', 'd'), basis: fc.constantFrom('association', 'domain') }),
  )
  const records = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('1', '2', '3', '4'),
      knownAt: fc.nat(2),
      facts,
      activities,
      account,
    }),
    { minLength: 2, selector: ({ id }) => id },
  )
  fc.assert(
    fc.property(records, (drawn) => {
      const list = drawn.map(({ id, knownAt, facts: person, activities: did, account: linked }) =>
        record(id, knownAt, {
          person,
          account: linked,
          company: { name: `${id}'s` },
          activities: did.map((each) => activity(each.id, each.at, id)),
        }),
      )
      expect(JSON.stringify(mergeRecords(list.toReversed()))).toBe(
        JSON.stringify(mergeRecords(list)),
      )
    }),
  )
})

test('pairs tie groups together', () => {
  expect(together([])).toEqual([])
  expect(
    together([
      ['d', 'c'],
      ['z', 'y'],
      ['b', 'c'],
      ['a', 'b'],
      ['a', 'b'],
      ['x', 'x'],
    ]),
  ).toEqual([['a', 'b', 'c', 'd'], ['x'], ['y', 'z']])
})

test('a hundred thousand pairs with one record are tied in no time', () => {
  const pairs = Array.from({ length: 100_000 }, (_, i) => ['hub', `r${i}`] as const)
  expect(together(pairs)[0]).toHaveLength(100_001)
}, 5_000)
