import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkAccountExamples } from '../../../src/scoring/accounts/check-account-examples.ts'
import { compileAccounts } from '../../../src/scoring/accounts/compile-accounts.ts'
import { AS_OF, modelOf, parsed } from '../models.ts'
import { person, SIGNALS } from './accounts.ts'

const MODEL = new URL('../../../config/models/enterprise-abm.yaml', import.meta.url)
const enterprise = parsed(readFileSync(MODEL, 'utf8'))
const PERFECT = { employees: 8000, revenue: 2_000_000_000, industry: 'Insurance' }

describe('the enterprise model', () => {
  test('ships some examples of accounts', () => {
    expect(checkAccountExamples(enterprise, AS_OF).length).toBeGreaterThanOrEqual(4)
  })

  test.each(['c_level', 'vp', 'director', 'manager', 'individual'])(
    'a %s alone never makes an account an A',
    (seniority) => {
      const alone = person('a', { facts: { seniority }, engagement: 40, engagedAt: AS_OF })
      const result = compileAccounts(enterprise)?.score(
        { company: PERFECT, people: [alone] },
        AS_OF,
      )
      expect(['B', 'C']).toContain(result?.tier)
    },
  )
})

describe('examples of accounts', () => {
  const example = (expected: string) =>
    modelOf({
      signals: SIGNALS,
      accounts: `{ tiers: { A: 75 }, examples: [{ name: one, people: [{ engagement: 20, age: 3d }], expect: ${expected} }] }`,
    })

  test('one whose expectation is wrong is reported with both values', () => {
    const outcomes = checkAccountExamples(example('{ score: 21, tier: none, engaged: 1 }'), AS_OF)
    expect(outcomes).toMatchObject([
      { name: 'one', ok: false, differences: [{ field: 'score', expected: 21, actual: 20 }] },
    ])
  })
  test('people have a name of their own, and tier and roles are compared as well', () => {
    const accounts = `{
      tiers: { A: 75, B: 50 },
      buying_group: [
        { role: decision_maker, label: Decision maker, when: { person.seniority: vp } },
        { role: it, label: IT, when: { person.function: it } },
      ],
      examples: [{
        name: two,
        previous_tier: B,
        people: [
          { engagement: 20, age: 3d, facts: { seniority: vp, function: sales } },
          { name: Bob, engagement: 10, facts: { function: it } },
        ],
        expect: { score: 0, tier: A, engaged: 9, functions: [], roles_engaged: [it] },
      }],
    }`
    const [outcome] = checkAccountExamples(
      modelOf({ signals: SIGNALS, accounts, hysteresis: '30' }),
      AS_OF,
    )
    expect(outcome?.differences).toEqual([
      { field: 'score', expected: 0, actual: 20 },
      { field: 'tier', expected: 'A', actual: 'B' },
      { field: 'engaged', expected: 9, actual: 1 },
      { field: 'functions', expected: [], actual: ['sales'] },
      { field: 'roles_engaged', expected: ['it'], actual: ['decision_maker'] },
    ])
    expect(outcome?.result.contributions).toMatchObject([{ label: 'person-1', person: 'person-1' }])
    expect(outcome?.result.buyingGroup.map(({ people }) => people)).toEqual([['person-1'], ['Bob']])
  })

  test('there are none in a model without accounts', () => {
    expect(checkAccountExamples(modelOf({ signals: SIGNALS }), AS_OF)).toEqual([])
  })
})
