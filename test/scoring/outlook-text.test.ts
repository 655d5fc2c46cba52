import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { writtenValues } from '../../src/scoring/written-values.ts'
import { modelOf, parsed, score, signals } from './models.ts'

const STARTER = parsed(readFileSync('config/models/b2b-starter.yaml', 'utf8'))

const director = {
  person: { seniority: 'director', function: 'sales', email_kind: 'business', region: 'EMEA' },
  activities: [{ type: 'page_view', path: '/pricing', age: '0d' }],
}

test('says what holds somebody, what the next tier takes, and what it would help to know', () => {
  const result = score(STARTER, director)
  expect(compileModel(STARTER).outlook(result).split('\n')).toEqual([
    'Held: Authority unknown. To clear it, fill in: Authority to buy (from the buying role).',
    'For tier A: 5 more points of fit for grade B, “Authority unknown” resolved.',
    'Not known: Number of employees (up to 30 points of fit).',
    'Not known: Industry of the company (up to 10 points of fit).',
    'Not known: Annual revenue (up to 10 points of fit).',
  ])
})

test('is empty where nothing could be better', () => {
  const best = modelOf({
    signals: signals(
      'id: a, dimension: fit, points: 100, when: { person.title: boss }',
      'id: b, dimension: engagement, points: 100, on: page_view',
    ),
  })
  const facts = { person: { title: 'boss' }, activities: [{ type: 'page_view', age: '0d' }] }
  const result = score(best, facts)
  expect(result.tier).toBe('A')
  expect(compileModel(best).outlook(result)).toBe('')
})

test('never changes while the values beside it stay', () => {
  const { outlook } = compileModel(STARTER)
  const byValues = new Map<string, string>()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 * 24 * 20 }), (minutes) => {
      const activities = [{ type: 'page_view', path: '/pricing', age: `${minutes}min` }]
      const result = score(STARTER, { ...director, activities })
      const values = JSON.stringify(writtenValues(result))
      const text = outlook(result)
      expect(byValues.get(values) ?? text).toBe(text)
      byValues.set(values, text)
    }),
    { numRuns: 2_000 },
  )
  expect(byValues.size).toBeGreaterThan(5)
})
