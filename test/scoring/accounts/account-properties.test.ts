import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  AccountFacts,
  AccountPerson,
  AccountScorer,
} from '../../../src/scoring/accounts/account-result.ts'
import { accountValues } from '../../../src/scoring/accounts/account-values.ts'
import { AS_OF, DAY } from '../models.ts'
import { accountSum, person, scorerOf } from './accounts.ts'

const WINDOW = 30 * DAY

const decimals = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((count) => count / 100)
const optional = (yaml: fc.Arbitrary<string>) => fc.option(yaml, { nil: '' })

/** `accounts` sections; with `least` below 0 the points may take away. */
function scorers(least: number): fc.Arbitrary<AccountScorer> {
  const points = fc.integer({ min: least * 100, max: 4000 }).map((count) => count / 100)
  const part = (make: (value: number) => string) => optional(points.map(make))
  const people = fc
    .tuple(decimals(3), decimals(3), decimals(1))
    .map(
      ([vp, individual, share]) =>
        `people: { weight_by_seniority: { vp: ${vp}, individual: ${individual} }, diminishing: ${share} }, `,
    )
  return fc
    .tuple(
      optional(people),
      part((value) => `committee: { people: 2, points: ${value} }, `),
      part((value) => `cross_functional: { functions: 2, points: ${value} }, `),
      optional(fc.constantFrom('company_fit: { max: 12.5 }, ', 'company_fit: { max: 100 }, ')),
      optional(
        fc.constant(
          'buying_group: [{ role: boss, label: Boss, when: { person.seniority: vp } }, { role: it, label: IT, when: { person.function: it } }], ',
        ),
      ),
      fc.constantFrom('0', '5'),
    )
    .map(([...parts]) => {
      const hysteresis = parts.pop() ?? '0'
      const rest = 'engaged_within: 30d, tiers: { A: 60.5, B: 30, C: 0.25 }'
      return scorerOf(`{ ${parts.join('')}${rest} }`, { hysteresis })
    })
}

const engagedAt = fc.oneof(
  fc.constant(null),
  // Few different moments, and some a millisecond apart, so that people leave together or nearly so.
  fc
    .tuple(fc.integer({ min: -32, max: 0 }), fc.integer({ min: -1, max: 1 }))
    .map(([days, ms]) => new Date(AS_OF.getTime() + days * DAY + ms)),
)
const someone = fc.record({
  name: fc.constantFrom('Ann', 'Bob', null),
  facts: fc.constantFrom<AccountPerson['facts']>(
    {},
    { seniority: 'vp' },
    { seniority: 'individual', function: 'it' },
    { function: 'sales', buying_role: ['CHAMPION'] },
  ),
  engagement: fc.oneof(fc.constant(20), decimals(100)),
  intent: fc.oneof(fc.constant(0), decimals(40)),
  engagedAt,
})
const people: fc.Arbitrary<AccountPerson[]> = fc
  .array(someone, { maxLength: 7 })
  .map((list) => list.map((each, index) => ({ id: `p${index}`, ...each })))
const accounts: fc.Arbitrary<AccountFacts> = fc.record({
  company: fc.constantFrom<AccountFacts['company']>({}, { employees: 1200 }, { region: 'APAC' }),
  people,
  previousTier: fc.constantFrom('A', 'B', 'C', 'none'),
})

describe('whatever the model and the people', () => {
  test('the lines sum exactly to a score from 0 to 100', () => {
    fc.assert(
      fc.property(scorers(-40), accounts, (scorer, facts) => {
        const result = scorer.score(facts, AS_OF)
        expect(accountSum(result)).toBe(result.score)
        expect(result.score).toBeGreaterThanOrEqual(0)
        expect(result.score).toBeLessThanOrEqual(100)
      }),
    )
  })

  test('the order in which people are given does not matter', () => {
    const shuffled = accounts.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray([...facts.people], { minLength: facts.people.length }),
      ),
    )
    fc.assert(
      fc.property(scorers(-40), shuffled, (scorer, [facts, order]) => {
        expect(scorer.score({ ...facts, people: order }, AS_OF)).toEqual(scorer.score(facts, AS_OF))
      }),
    )
  })

  test('somebody more who is engaged never lowers the score', () => {
    fc.assert(
      fc.property(scorers(0), accounts, someone, (scorer, facts, more) => {
        const joined = { ...more, id: 'more', engagement: more.engagement + 0.01, engagedAt: AS_OF }
        const before = scorer.score(facts, AS_OF)
        const after = scorer.score({ ...facts, people: [...facts.people, joined] }, AS_OF)
        expect(after.score).toBeGreaterThanOrEqual(before.score)
      }),
    )
  })

  test('it changes by itself exactly when it says so', () => {
    fc.assert(
      fc.property(scorers(-40), accounts, (scorer, facts) => {
        const result = scorer.score(facts, AS_OF)
        const later = { ...facts, previousTier: result.tier }
        const written = JSON.stringify(accountValues(result))
        const differs = momentsToLookAt(facts).find(
          (moment) =>
            JSON.stringify(accountValues(scorer.score(later, new Date(moment)))) !== written,
        )
        expect(result.nextChangeAt).toBe(
          differs === undefined ? null : new Date(differs).toISOString(),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('when nobody is engaged, only the company counts', () => {
    fc.assert(
      fc.property(scorers(-40), accounts, (scorer, facts) => {
        const quiet = facts.people.map((each) => ({ ...each, engagedAt: null }))
        const result = scorer.score({ ...facts, people: quiet }, AS_OF)
        const kinds = result.contributions.map(({ kind }) => kind)
        expect(kinds.filter((kind) => kind !== 'company_fit' && kind !== 'cap')).toEqual([])
        expect(result).toMatchObject({ engaged: 0, functions: [], nextChangeAt: null })
      }),
    )
  })
})

test('three activities of one person are not three people', () => {
  const scorer = scorerOf('{ committee: { people: 3, points: 20 } }')
  const one = [person('a', { engagement: 60 })]
  const three = [person('a'), person('b'), person('c')]
  expect(scorer.score({ company: {}, people: one }, AS_OF).score).toBe(60)
  expect(scorer.score({ company: {}, people: three }, AS_OF).score).toBe(80)
})

/** The moments around everybody's end of the window, after AS_OF, in order. */
function momentsToLookAt({ people: everybody }: AccountFacts): number[] {
  const ends = everybody.flatMap(({ engagedAt: at }) => (at === null ? [] : at.getTime() + WINDOW))
  const around = ends.flatMap((end) => [end - 1, end, end + 1])
  return around.filter((moment) => moment > AS_OF.getTime()).sort((a, b) => a - b)
}
