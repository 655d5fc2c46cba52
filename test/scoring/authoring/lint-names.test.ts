import { describe, expect, test } from 'vitest'
import { lintModel } from '../../../src/scoring/authoring/lint-model.ts'
import { COMMON_VOCABULARY } from '../../../src/scoring/authoring/vocabulary.ts'
import { modelOf } from '../models.ts'
import { expectCase, fitting, gate, list, type RuleCase, signal } from './findings.ts'

const CASES: readonly RuleCase[] = [
  {
    rule: 'unknown-field',
    what: 'a misspelt field',
    fires: { signals: list(fitting('points: 5, when: { none: [{ person.tilte: x }] }')) },
    silent: { signals: list(fitting('points: 5, when: { none: [{ person.title: x }] }')) },
    path: 'signals[0].when.none[0].person.tilte',
    says: /person\.tilte/,
  },
  {
    rule: 'unknown-activity',
    what: 'a misspelt activity',
    fires: { signals: list(signal('sequence: [{ on: page_view }, { on: pageview }], within: 1d')) },
    silent: {
      signals: list(signal('sequence: [{ on: page_view }, { on: email_open }], within: 1d')),
    },
    path: 'signals[0].sequence[1].on',
    says: /pageview/,
  },
  {
    rule: 'unknown-activity',
    what: 'an event that no example shows',
    fires: { signals: list(signal('on: feature_used')) },
    silent: {
      signals: list(signal('on: feature_used')),
      examples:
        '[{ name: n, activities: [{ type: feature_used, age: 0d }], expect: { score: 10 } }]',
    },
    path: 'signals[0].on',
    says: /feature_used/,
  },
  {
    rule: 'unknown-field',
    what: 'a property that no example shows',
    fires: { gates: gate('unless: { company.own_licences: 5 }', ', ask: company.own_licences') },
    silent: {
      gates: gate('unless: { company.own_licences: 5 }', ', ask: company.own_licences'),
      examples: '[{ name: n, company: { own_licences: 5 }, expect: { score: 0 } }]',
    },
    path: 'gates[0].unless.company.own_licences',
    says: /company\.own_licences/,
  },
  {
    rule: 'example-field',
    what: 'a misspelt fact in an example',
    fires: { examples: '[{ name: n, person: { senority: vp }, expect: { score: 0 } }]' },
    silent: { examples: '[{ name: n, person: { hobby: chess }, expect: { score: 0 } }]' },
    path: 'examples[0].person.senority',
    says: /person\.senority/,
  },
]

describe('names', () => {
  test.each(CASES)('$rule: $what', (each) => expectCase(each))

  test('unknown-word: a word that enrichment never writes', () => {
    const vocabulary = { ...COMMON_VOCABULARY, words: { 'person.seniority': ['c_level', 'VP'] } }
    const wordsOf = (when: string) =>
      lintModel(
        modelOf({ signals: list(fitting(`points: 5, when: { person.seniority: ${when} }`)) }),
        {
          vocabulary,
        },
      )
        .filter(({ rule }) => rule === 'unknown-word')
        .map(({ path, remedy }) => [path, remedy])
    expect(wordsOf('{ in: [c-level, vp] }')).toEqual([
      ['signals[0].when.person.seniority', 'Did you mean c_level? Known are c_level, VP.'],
    ])
    expect(wordsOf('{ in: [C_Level, vp] }')).toEqual([])
  })

  test('a misspelt field is named with what was meant', () => {
    const model = modelOf({ signals: list(fitting('points: 5, when: { person.tilte: x }')) })
    const finding = lintModel(model).find(({ rule }) => rule === 'unknown-field')
    expect(finding?.remedy).toMatch(/^Did you mean person\.title\?/)
  })
})
