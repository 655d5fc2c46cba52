import { describe, expect, test } from 'vitest'
import { fieldGains } from '../../src/scoring/outlook/field-gains.ts'
import { fieldWords, shortFieldWords } from '../../src/scoring/outlook/field-words.ts'
import { nextTier } from '../../src/scoring/outlook/next-tier.ts'
import { outlookText } from '../../src/scoring/outlook/outlook-text.ts'
import { unknownFields } from '../../src/scoring/outlook/unknown.ts'
import { modelOf, score, signals } from './models.ts'

test.each([
  ['person.email', 'E-mail address', 'E-mail address'],
  ['person.title', 'Job title', 'Job title'],
  ['person.seniority', 'Seniority (from the job title)', 'Seniority'],
  ['person.function', 'Department (from the job title)', 'Department'],
  ['person.country_code', 'Country', 'Country'],
  ['person.region', 'Region (from the country)', 'Region'],
  ['person.email_kind', 'Kind of e-mail address', 'Kind of e-mail address'],
  ['person.email_role', 'Shared mailbox', 'Shared mailbox'],
  ['person.email_domain', 'E-mail domain', 'E-mail domain'],
  ['person.authority', 'Authority to buy (from the buying role)', 'Authority to buy'],
  ['company.name', 'Company name', 'Company name'],
  ['company.domain', 'Company domain', 'Company domain'],
  ['company.type', 'Company type', 'Company type'],
  ['company.industry', 'Industry of the company', 'Industry of the company'],
  ['company.employees', 'Number of employees', 'Number of employees'],
  ['company.revenue', 'Annual revenue', 'Annual revenue'],
  ['company.founded_year', 'Year the company was founded', 'Year the company was founded'],
  ['company.country_code', 'Country of the company', 'Country of the company'],
  ['company.region', 'Region of the company (from its country)', 'Region of the company'],
  ['company.tech_stack_used', 'Tech stack used of the company', 'Tech stack used of the company'],
  ['person.favourite_(or_not)_tool', 'Favourite (or not) tool', 'Favourite (or not) tool'],
  ['person', '', ''],
])('%s is called "%s", in short "%s"', (field, words, short) => {
  expect(fieldWords(field)).toBe(words)
  expect(shortFieldWords(field)).toBe(short)
})

const model = modelOf({
  dimensions: '{ fit: { max: 60 }, engagement: { max: 100 } }',
  signals: signals(
    'id: a, dimension: fit, points: 5, when: { person.a: 1 }',
    'id: b, dimension: fit, points: 20, when: { person.b: 1 }',
    'id: c, dimension: fit, points: 90, when: { company.c: 1 }',
    'id: d, dimension: fit, points: 0.9, when: { person.d: 1 }',
    'id: e, dimension: fit, points: 1, when: { person.e: 1 }',
    'id: f, dimension: fit, points: 2, when: { person.f: 1 }',
    'id: f2, dimension: engagement, points: 2, when: { person.f: 1 }',
    'id: g, dimension: fit, points: 3, when: { person.g: 1 }',
  ),
  gates:
    '[{ id: asks, unless: { person.authority: confirmed }, then: { stage_at_most: nurture, reason: Authority unknown, ask: person.authority } }, { id: bars, unless: { person.d: 1 }, then: { route: none, reason: No D } }]',
  tiers: '{ A: { fit: 30 }, B: { fit: 10 } }',
})
const outlook = { document: model.document, gains: fieldGains(model) }

describe('what is not known of somebody', () => {
  test('is told by what asks for it and by what it could bring, five at most', () => {
    expect(unknownFields(score(model, {}), outlook)).toEqual({
      matter: [
        { field: 'Authority to buy (from the buying role)', gain: 'lifts the hold' },
        { field: 'C of the company', gain: 'up to 60 points of fit' },
        { field: 'B', gain: 'up to 20 points of fit' },
        { field: 'A', gain: 'up to 5 points of fit' },
        { field: 'F', gain: 'up to 2 points of fit, up to 2 points of engagement' },
      ],
      others: 3,
    })
  })

  test('promises no more than the dimension has room for', () => {
    const person = { a: 1, b: 1, authority: 'confirmed' }
    expect(unknownFields(score(model, { person }), outlook).matter[0]).toEqual({
      field: 'C of the company',
      gain: 'up to 35 points of fit',
    })
  })

  test('of a single point is told in the singular, and of less not at all', () => {
    const known = { a: 1, b: 1, f: 1, g: 1, authority: 'confirmed' }
    const facts = { person: known, company: { c: 0 } }
    expect(unknownFields(score(model, facts), outlook)).toEqual({
      matter: [{ field: 'E', gain: 'up to 1 point of fit' }],
      others: 1,
    })
  })

  test('without the model is only what a gate asks for', () => {
    expect(unknownFields(score(model, {}), null)).toEqual({
      matter: [{ field: 'Authority to buy (from the buying role)', gain: 'lifts the hold' }],
      others: 7,
    })
  })

  test('a field that a gate asks for says what it brings as well', () => {
    const both = modelOf({
      signals: signals('id: a, dimension: fit, points: 5, when: { person.a: 1 }'),
      gates:
        '[{ id: g, unless: { person.a: 1 }, then: { stage_at_most: nurture, reason: No A, ask: person.a } }]',
    })
    const { matter } = unknownFields(score(both, {}), {
      document: both.document,
      gains: fieldGains(both),
    })
    expect(matter).toEqual([{ field: 'A', gain: 'lifts the hold, up to 5 points of fit' }])
  })
})

describe('the text of the outlook', () => {
  test('says what holds, what the next tier takes and what is not known', () => {
    expect(outlookText(outlook, score(model, { company: { c: 0 }, person: { e: 0 } }))).toBe(
      [
        'Held: Authority unknown. To clear it, fill in: Authority to buy (from the buying role).',
        'Held: No D.',
        'For tier B: 10 more points of fit.',
        'Not known: B (up to 20 points of fit).',
        'Not known: A (up to 5 points of fit).',
        'Not known: F (up to 2 points of fit, up to 2 points of engagement).',
        'Not known: G (up to 3 points of fit).',
      ].join('\n'),
    )
  })

  test('speaks of the whole points that are written', () => {
    const shown = { ...score(model, {}), fit: 9.4, held: [], missing: [] }
    expect(outlookText(outlook, shown)).toBe('For tier B: 1 more point of fit.')
    expect(outlookText(outlook, { ...shown, tier: 'A' })).toBe('')
    const sums = { ...model.document, tiers: { A: { score: 9, engagement: 9, intent: 9 } } }
    const halves = { ...shown, score: 1.5, engagement: 2.5, intent: 3.4 }
    expect(outlookText({ ...outlook, document: sums }, halves)).toBe(
      'For tier A: 7 more points, 6 more points of engagement, 6 more points of intent.',
    )
  })
})

describe('what the next tier takes', () => {
  const needs = (tiers: string, stages: string, facts: Parameters<typeof score>[1]) => {
    const tiered = modelOf({
      dimensions: '{ fit: { max: 60 }, engagement: { max: 100 } }',
      signals: signals('id: a, dimension: fit, points: 40, when: { person.a: 1 }'),
      gates: `
  - { id: b, when: { person.b: 1 }, then: { grade_at_most: B, reason: At most B } }
  - { id: c, when: { person.b: 1 }, then: { stage_at_most: mql, reason: At most MQL } }
  - { id: d, when: { person.b: 1 }, then: { route: none, reason: No route } }`,
      tiers,
      stages,
    })
    return nextTier(tiered.document, score(tiered, facts))?.needs
  }

  test('is the name of a stage that no number leads to', () => {
    expect(needs('{ A: { stage: sql } }', '{ mql: { score: 10 } }', {})).toEqual(['stage SQL'])
  })

  test('names each need once', () => {
    const twice = '{ A: { score: 50, all: [ { score: 50 }, { fit: 5 } ] } }'
    expect(needs(twice, '{ mql: { score: 10 } }', {})).toEqual([
      '50 more points',
      '5 more points of fit',
    ])
  })

  test('is nothing of what is met already, and no gate that allows it', () => {
    const facts = { person: { a: 1, b: 1 } }
    const stages = '{ mql: { score: 10 }, sql: { score: 30 } }'
    expect(needs('{ A: { stage: mql, grade: B, score: 50 } }', stages, facts)).toEqual([
      '10 more points',
      '10 more points of fit for grade B',
    ])
    expect(needs('{ A: { stage: sql } }', stages, facts)).toEqual(['“At most MQL” resolved'])
    expect(
      needs('{ A: { any: [ { fit: 10 }, { score: 90 } ], score: 50 } }', stages, facts),
    ).toEqual(['10 more points'])
  })
})
