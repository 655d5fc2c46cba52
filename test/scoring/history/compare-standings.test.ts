import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareStandings,
  type RoutedStanding,
  type StandingPair,
} from '../../../src/scoring/history/compare-standings.ts'
import { STAGES } from '../../../src/scoring/result.ts'

const standing = (changes: Partial<RoutedStanding> = {}): RoutedStanding => ({
  score: 50,
  tier: 'B',
  stage: 'mql',
  action: 'nurture',
  route: 'emea',
  ...changes,
})

function summaryOf(pairs: readonly StandingPair[]) {
  const counter = compareStandings()
  for (const pair of pairs) counter.add(pair)
  return counter.summary()
}

const pair = (
  id: string,
  before: Partial<RoutedStanding> | null,
  after: Partial<RoutedStanding>,
): StandingPair => ({
  id,
  name: `Person ${id}`,
  before: before && standing(before),
  after: standing(after),
})

describe('comparing many people', () => {
  test('who changed tier is named with both tiers and scores; who only changed score is counted', () => {
    const summary = summaryOf([
      pair('1', { score: 80, tier: 'A', stage: 'sql' }, { score: 70, tier: 'B', stage: 'mql' }),
      pair('2', { score: 50 }, { score: 49.99 }),
      pair('3', {}, {}),
    ])
    expect(summary).toMatchObject({ people: 3, changedScore: 2 })
    expect(summary.movers).toEqual([
      { id: '1', name: 'Person 1', from: 'A', to: 'B', scoreBefore: 80, scoreAfter: 70 },
    ])
    expect(summary.tierMigrations).toEqual([
      { from: 'A', to: 'B', people: 1 },
      { from: 'B', to: 'B', people: 2 },
    ])
    expect(summary.stageMigrations).toEqual([
      { from: 'sql', to: 'mql', people: 1 },
      { from: 'mql', to: 'mql', people: 2 },
    ])
  })

  test('scores fall into bands of ten, 100 into the last', () => {
    const scores = [0, 9.99, 10, 89.99, 90, 100]
    const { after } = summaryOf(scores.map((score, i) => pair(String(i), null, { score })))
    expect(after.bands).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 1, 2])
    expect(after.averageScore).toBe(50)
  })

  test('the load of a queue is who leads to it, and who leads to it at once', () => {
    const summary = summaryOf([
      pair('1', { route: 'emea' }, { route: 'apac', action: 'route_now' }),
      pair('2', { route: null }, { route: 'apac' }),
    ])
    expect(summary.queues).toEqual([
      { route: 'apac', before: { people: 0, routeNow: 0 }, after: { people: 2, routeNow: 1 } },
      { route: 'emea', before: { people: 1, routeNow: 0 }, after: { people: 0, routeNow: 0 } },
      { route: null, before: { people: 1, routeNow: 0 }, after: { people: 0, routeNow: 0 } },
    ])
  })

  test('without anything to compare with there is only an after', () => {
    const summary = summaryOf([pair('1', null, {})])
    expect(summary).toMatchObject({ before: null, movers: [], tierMigrations: [], changedScore: 0 })
    expect(summary.queues).toMatchObject([{ before: null, after: { people: 1 } }])
    expect(summaryOf([]).after.averageScore).toBeNull()
  })

  test('nobody is lost: each count adds up to the people', () => {
    const standings = fc.record({
      score: fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
      tier: fc.constantFrom('A', 'B', 'none'),
      stage: fc.constantFrom(...STAGES),
      action: fc.constantFrom('route_now' as const, 'hold' as const),
      route: fc.constantFrom('x', 'y', null),
    })
    const pairs = fc.array(fc.record({ before: standings, after: standings }), { minLength: 1 })
    const check = fc.property(pairs, (list) => {
      const summary = summaryOf(
        list.map((each, index) => ({ id: String(index), name: '', ...each })),
      )
      const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
      const { before, after, tierMigrations, stageMigrations, queues, movers } = summary
      const totals = [
        summary.people,
        sum(before?.bands ?? []),
        sum(after.bands),
        sum(Object.values(after.tiers)),
        sum(Object.values(after.stages)),
        sum(tierMigrations.map(({ people }) => people)),
        sum(stageMigrations.map(({ people }) => people)),
        sum(queues.map((queue) => queue.after.people)),
        sum(queues.map((queue) => queue.before?.people ?? 0)),
      ]
      expect(new Set(totals)).toEqual(new Set([list.length]))
      const stayed = tierMigrations.filter(({ from, to }) => from === to)
      expect(movers).toHaveLength(list.length - sum(stayed.map(({ people }) => people)))
    })
    fc.assert(check)
  })
})
