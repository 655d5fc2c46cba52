import { describe, expect, test } from 'vitest'
import { explainResult } from '../../src/scoring/explain.ts'
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
