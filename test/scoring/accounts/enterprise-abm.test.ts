import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkAccountExamples } from '../../../src/scoring/accounts/check-account-examples.ts'
import { compileAccounts } from '../../../src/scoring/accounts/compile-accounts.ts'
import { checkExamples } from '../../../src/scoring/check-examples.ts'
import { AS_OF, modelOf, parsed, sumOf } from '../models.ts'
import { accountSum, person, SIGNALS } from './accounts.ts'

const MODEL = new URL('../../../config/models/enterprise-abm.yaml', import.meta.url)
const enterprise = parsed(readFileSync(MODEL, 'utf8'))
const PERFECT = { employees: 8000, revenue: 2_000_000_000, industry: 'Insurance' }

describe('the enterprise model', () => {
  test('ships at least eight examples of people and some of accounts', () => {
    expect(checkExamples(enterprise, AS_OF).length).toBeGreaterThanOrEqual(8)
    expect(checkAccountExamples(enterprise, AS_OF).length).toBeGreaterThanOrEqual(4)
  })

  test.each(checkExamples(enterprise, AS_OF))(
    'keeps its promise about people: $name',
    ({ differences, result }) => {
      expect(differences).toEqual([])
      expect(sumOf(result)).toBe(result.score)
    },
  )

  test.each(checkAccountExamples(enterprise, AS_OF))(
    'keeps its promise about accounts: $name',
    ({ differences, result }) => {
      expect(differences).toEqual([])
      expect(accountSum(result)).toBe(result.score)
    },
  )

  test('says that it is a hypothesis', () => {
    expect(enterprise.document.about).toContain('hypothesis')
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
  test('there are none in a model without accounts', () => {
    expect(checkAccountExamples(modelOf({ signals: SIGNALS }), AS_OF)).toEqual([])
  })
})
