import { describe, expect, test } from 'vitest'
import { explainResult } from '../../src/scoring/explain.ts'
import type { Contribution, Result } from '../../src/scoring/result.ts'
import { writtenValues } from '../../src/scoring/written-values.ts'
import { modelOf, score, signals } from './models.ts'

const model = modelOf({
  signals: `
  - { id: pricing, label: Visited pricing, dimension: engagement, points: 40, on: page_view, decay: { half_life: 14d } }
  - { id: large, label: "1,000+ employees", dimension: fit, points: 30, when: { company.employees: { gte: 1000 } } }
  - { id: free, label: Personal address, dimension: fit, points: -10, when: { person.email_kind: free } }`,
  gates:
    '[{ id: authority, unless: { person.authority: confirmed }, then: { stage_at_most: mql, reason: Authority unknown, ask: person.authority } }]',
})
const facts = {
  person: { email_kind: 'free' },
  company: { employees: 1200 },
  activities: [{ type: 'page_view', age: '4d' }],
}

describe('written values', () => {
  test('are whole points and words, without anything that drifts with time', () => {
    const result = score(model, facts)
    expect(writtenValues(result)).toEqual({
      plumbline_score: '53',
      plumbline_fit: '20',
      plumbline_engagement: '33',
      plumbline_grade: 'D',
      plumbline_tier: 'B',
      plumbline_stage: 'mql',
      plumbline_action: 'review',
      plumbline_reasons:
        'Held as MQL: Authority unknown; Visited pricing; 1,000+ employees; Personal address',
      plumbline_route: '',
      plumbline_model: model.name,
    })
  })

  test('round half up', () => {
    const half = { ...score(model, facts), score: 49.5, fit: 0.49, engagement: 99.99 }
    expect(writtenValues(half)).toMatchObject({
      plumbline_score: '50',
      plumbline_fit: '0',
      plumbline_engagement: '100',
    })
  })

  test('reasons are cut at a whole character and hold no broken ones', () => {
    const long = { ...score(model, facts), reasons: [`${'x'.repeat(499)}😀`, 'more'] }
    expect(writtenValues(long)['plumbline_reasons']).toBe('x'.repeat(499))
    const broken = { ...long, reasons: ['lone \ud83d half'] }
    expect(writtenValues(broken)['plumbline_reasons']).toBe('lone \ufffd half')
  })
})

describe('the explanation', () => {
  test('tells a sales rep everything on a screen', () => {
    expect(explainResult(score(model, facts))).toEqual([
      'Score 52.81 of 100 (fit 20.00, engagement 32.81)',
      'Grade D, tier B, stage MQL',
      'Action: review',
      ' +32.81  Visited pricing (4 days ago; 7.19 faded)',
      ' +30.00  1,000+ employees (company.employees is 1200)',
      ' -10.00  Personal address (person.email_kind is free)',
      'Held: Authority unknown. To clear it, fill in person.authority.',
      'Unknown: person.authority',
      'Rests on 67% of the facts that the model asks for; the rest would not change it',
      'Changes by itself next at 2026-11-21 04:43 UTC',
      `Model ${model.name}, as of 2026-11-21 00:00 UTC`,
    ])
  })

  test('works on a receipt that has been through JSON', () => {
    const result = score(model, facts)
    expect(explainResult(JSON.parse(JSON.stringify(result)))).toEqual(explainResult(result))
  })

  test('names caps, silence and routes', () => {
    const capped = modelOf({
      dimensions: '{ engagement: { max: 50 } }',
      signals: signals(
        'id: a, dimension: engagement, points: 40, on: a',
        'id: quiet, dimension: engagement, points: -10, inactive_for: 30d',
      ),
      routing: '[{ to: inside-sales }]',
    })
    const activities = [1, 2, 3].map((id) => ({ type: 'a', id: `a${id}`, age: '31d' }))
    const lines = explainResult(score(capped, { activities }))
    expect(lines).toContain('Action: review, route to inside-sales')
    expect(lines).toContain('+120.00  A label (3 times, last 31 days ago)')
    expect(lines).toContain(' -10.00  A label (last activity 31 days ago)')
    expect(lines).toContain(' -60.00  Capped (engagement has reached its maximum)')
  })
})

describe('a line of the explanation', () => {
  const told = (changes: Partial<Result>) => explainResult({ ...score(model, facts), ...changes })
  const line = (contribution: Partial<Contribution>) => {
    const whole = { signal: 's', label: 'L', dimension: 'fit', points: 1, decayed: 0, because: [] }
    return told({ contributions: [{ ...whole, ...contribution }] })[3]
  }
  const at = '2026-11-20T00:00:00.000Z'

  test.each<[string, Partial<Contribution>, string]>([
    ['that rests on nothing', {}, '  +1.00  L'],
    ['of a list', { because: [{ field: 'f', value: ['a', 'b'] }] }, '  +1.00  L (f is a, b)'],
    ['of a truth', { because: [{ field: 'f', value: true }] }, '  +1.00  L (f is true)'],
    ['of a year', { because: [{ field: 'f', value: 2019 }] }, '  +1.00  L (f is 2019)'],
    ['just short of groups', { because: [{ field: 'f', value: 9999 }] }, '  +1.00  L (f is 9999)'],
    ['in groups', { because: [{ field: 'f', value: 10_000 }] }, '  +1.00  L (f is 10,000)'],
    ['of a field without a value', { because: [{ field: 'f' }] }, '  +1.00  L'],
    ['of a value without a field', { because: [{ value: 5 }] }, '  +1.00  L'],
    [
      'of an activity and a field',
      {
        because: [
          { activity: 'a', at },
          { field: 'f', value: 5 },
        ],
      },
      '  +1.00  L (last activity 1 day ago; f is 5)',
    ],
    ['of what faded below 0', { points: -1, decayed: -2 }, '  -1.00  L (2.00 faded)'],
    [
      'of a dimension that counts less',
      { signal: 'weight:fit', points: -1 },
      '  -1.00  L (fit counts less in this model)',
    ],
    [
      'of a dimension that counts more',
      { signal: 'weight:fit' },
      '  +1.00  L (fit counts more in this model)',
    ],
    [
      'of what reached its maximum',
      { signal: 'cap:email', points: -1 },
      '  -1.00  L (email has reached its maximum)',
    ],
    [
      'of what does not fall further',
      { signal: 'cap:total' },
      '  +1.00  L (total does not fall below 0)',
    ],
  ])('%s', (_which, contribution, words) => {
    expect(line(contribution)).toBe(words)
  })

  test('names intent where there is some', () => {
    expect(told({ intent: 5 })).toContain(
      'Score 52.81 of 100 (fit 20.00, engagement 32.81, intent 5.00)',
    )
  })

  test('says an action in words', () => {
    expect(told({ action: 'route_now' })).toContain('Action: route now')
  })

  test('names no remedy where a gate asks for nothing', () => {
    expect(told({ held: [{ gate: 'g', reason: 'A competitor' }] })).toContain(
      'Held: A competitor. A corrected record would clear it.',
    )
  })

  test('says how far what is unknown could bring the score', () => {
    expect(told({ reachable: { min: 10, max: 90.5 } })).toContain(
      'Rests on 67% of the facts that the model asks for; the rest could bring it to between 10.00 and 90.50',
    )
    expect(told({ missing: ['person.a', 'company.b'] })).toContain('Unknown: person.a, company.b')
    expect(told({ missing: [] })).toContain('Rests on 67% of the facts that the model asks for')
  })

  test('says that nothing changes by itself', () => {
    expect(told({ nextChangeAt: null })).toContain('Stays as it is until something new happens')
  })
})
