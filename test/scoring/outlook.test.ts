import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldGains } from '../../src/scoring/outlook/field-gains.ts'
import { nextTier } from '../../src/scoring/outlook/next-tier.ts'
import { modelOf, parsed, score, signals } from './models.ts'

const STARTER = parsed(readFileSync('config/models/b2b-starter.yaml', 'utf8'))

describe('what a field could bring once it is known', () => {
  test('in the starter model it is the best band, the best value, the pattern that fits', () => {
    const gains = Object.fromEntries(fieldGains(STARTER))
    expect(gains).toMatchObject({
      'company.employees': { fit: 30 },
      'company.revenue': { fit: 10 },
      'company.industry': { fit: 10 },
      'person.seniority': { fit: 20 },
      'person.function': { fit: 15 },
      'person.region': { fit: 10 },
      'person.email_kind': { fit: 5 },
      'person.unsubscribed': { engagement: 0 },
    })
  })

  const model = modelOf({
    signals: signals(
      'id: unsure, dimension: fit, points: -10, unless: { person.authority: confirmed }',
      'id: sure, dimension: fit, points: 5, when: { person.authority: confirmed }',
      'id: title, dimension: fit, points: 7, when: { person.title: { contains: chief } }',
      'id: owner, dimension: fit, points: 8, when: { person.title: { contains: owner } }',
      'id: both, dimension: fit, points: 40, when: { person.x: 1, company.y: 1 }',
      'id: bad, dimension: intent, points: -9, when: { person.z: 1 }',
    ),
  })
  test.each([
    ['a malus that ends and a bonus that begins', 'person.authority', { fit: 15 }],
    ['two searches in one text, which may both hit', 'person.title', { fit: 15 }],
    ['a condition on several fields promises nothing', 'person.x', undefined],
    ['what can only cost points', 'person.z', { intent: 0 }],
  ])('%s', (_what, field, gain) => {
    expect(fieldGains(model).get(field)).toEqual(gain)
  })

  test('no value of a field brings more, and one brings as much', () => {
    const values = {
      'company.employees': [1, 49, 50, 199, 200, 999, 1000, 1e6],
      'person.seniority': ['c_level', 'vp', 'director', 'manager', 'individual', 'student'],
      'person.function': ['sales', 'it', 'hr', 'marketing', 'legal'],
      'person.region': ['NA', 'EMEA', 'APAC', 'LATAM'],
    }
    for (const [field, tried] of Object.entries(values)) {
      const [subject = '', name = ''] = field.split('.')
      const fits = tried.map((value) => score(STARTER, { [subject]: { [name]: value } }).fit)
      expect([field, Math.max(...fits)]).toEqual([field, fieldGains(STARTER).get(field)?.fit])
    }
  })
})

const EARNED = signals(
  'id: fit, dimension: fit, points: 100, on: fits, scale_by: share',
  'id: done, dimension: engagement, points: 100, on: done, scale_by: share',
)
/** A person with these points of fit and of engagement. */
function pointsOf(fit: number, engagement: number) {
  const shares = { fits: fit, done: engagement }
  return {
    activities: Object.entries(shares).map(([type, points]) => ({
      type,
      share: points / 100,
      age: '0d',
    })),
  }
}

describe('what the next tier takes', () => {
  const tiers =
    '{ A: { stage: sql, fit: 30 }, B: { any: [ { stage: mql }, { grade: A } ] }, C: {} }'
  const stages = '{ mql: { score: 50, engagement: 10 }, sql: { score: 75, grade: B } }'
  const model = modelOf({ signals: EARNED, tiers, stages })
  const next = (fit: number, engagement: number) =>
    nextTier(model.document, score(model, pointsOf(fit, engagement)))
  test.each([
    [
      0,
      0,
      'B',
      ['50 more points and 10 more points of engagement, or 75 more points of fit for grade A'],
    ],
    [
      45,
      4,
      'B',
      ['1 more point and 6 more points of engagement, or 30 more points of fit for grade A'],
    ],
    [20, 40, 'A', ['10 more points of fit', '15 more points', '30 more points of fit for grade B']],
    [49.95, 40, 'A', ['0.1 more points of fit for grade B']],
  ])('with %d fit and %d engagement', (fit, engagement, tier, needs) => {
    expect(next(fit, engagement)).toEqual({ tier, needs })
  })

  test('nothing in the best tier', () => {
    expect(next(60, 60)).toBeNull()
  })

  test('without any tier yet it is the last one', () => {
    const strict = modelOf({
      signals: EARNED,
      tiers: '{ A: { score: 60 }, B: { all: [ { score: 20 } ] } }',
    })
    expect(nextTier(strict.document, score(strict, pointsOf(5, 0)))).toEqual({
      tier: 'B',
      needs: ['15 more points'],
    })
  })

  test('whoever gathers the points gets the tier, and with a tenth less does not', () => {
    const simple = modelOf({
      signals: EARNED,
      tiers: '{ A: { engagement: 60 }, B: { engagement: 25 }, C: {} }',
    })
    const tierAt = (engagement: number) => score(simple, pointsOf(0, engagement)).tier
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5990 }), (hundredths) => {
        const has = hundredths / 100
        const found = nextTier(simple.document, score(simple, pointsOf(0, has)))
        const missing = Number.parseFloat(found?.needs[0] ?? '')
        expect(tierAt(has + missing)).toBe(found?.tier)
        expect(tierAt(has + missing - 0.11)).not.toBe(found?.tier)
      }),
    )
  })

  const held = modelOf({
    signals: EARNED,
    tiers,
    stages,
    gates: `
  - { id: sure, unless: { person.authority: confirmed }, then: { stage_at_most: mql, reason: Authority unknown } }
  - { id: small, when: { company.employees: { lt: 5 } }, then: { grade_at_most: C, reason: Too small } }`,
  })
  test('a gate in the way is named, one that is not in the way is not', () => {
    const facts = pointsOf(60, 60)
    expect(nextTier(held.document, score(held, facts))?.needs).toEqual([
      '“Authority unknown” resolved',
    ])
    const small = { ...facts, person: { authority: 'confirmed' }, company: { employees: 2 } }
    expect(nextTier(held.document, score(held, small))?.needs).toEqual(['“Too small” resolved'])
  })
})
