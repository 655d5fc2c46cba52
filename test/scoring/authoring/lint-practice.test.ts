import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KNOWN_VOCABULARY } from '../../../src/cli/model-vocabulary.ts'
import { formatFinding, lintModel, lintRules } from '../../../src/scoring/authoring/lint-model.ts'
import { parsed, yamlOf } from '../models.ts'
import { expectCase, fitting, gate, list, type RuleCase, signal } from './findings.ts'

const EXAMPLE = '{ name: one, expect: { score: 0 } }'
const EXAMPLES = [1, 2, 3].map((n) => `{ name: n${n}, expect: { score: 0 } }`)

const CASES: readonly RuleCase[] = [
  {
    rule: 'never-holds',
    what: 'bounds that exclude each other',
    fires: {
      signals: list(fitting('points: 5, when: { company.employees: { gte: 200, lt: 100 } }')),
    },
    silent: {
      signals: list(fitting('points: 5, when: { company.employees: { gte: 100, lt: 200 } }')),
    },
    path: 'signals[0].when.company.employees',
    says: /no value of company\.employees/,
  },
  {
    rule: 'never-holds',
    what: 'two words of one value',
    fires: {
      gates: gate('when: { all: [{ person.seniority: vp }, { person.seniority: director }] }'),
    },
    silent: {
      gates: gate('when: { any: [{ person.seniority: vp }, { person.seniority: director }] }'),
    },
    path: 'gates[0].when',
    says: /no value of person\.seniority/,
  },
  {
    rule: 'never-holds',
    what: 'an attribute that cannot be',
    fires: { signals: list(signal('on: x, where: { share: { gt: 1, lt: 0 } }')) },
    silent: { signals: list(signal('on: x, where: { path: { starts_with: /a, ends_with: z } }')) },
    path: 'signals[0].where.share',
    says: /no value of share/,
  },
  {
    rule: 'never-holds',
    what: 'unknown and compared',
    fires: { routing: '[{ when: { person.region: { unknown: true, eq: EMEA } }, to: x }]' },
    silent: { routing: '[{ when: { person.region: { unknown: true } }, to: x }]' },
    path: 'routing[0].when.person.region',
    says: /no value of person\.region/,
  },
  {
    rule: 'unreachable-route',
    what: 'the general entry before the specific one',
    fires: {
      routing:
        '[{ when: { person.region: NA }, to: x }, { when: { company.employees: 5, person.region: NA }, to: y }]',
    },
    silent: {
      routing:
        '[{ when: { company.employees: 5, person.region: NA }, to: y }, { when: { person.region: NA }, to: x }, { to: z }]',
    },
    path: 'routing[1]',
    says: /nobody is routed to y/,
  },
  {
    rule: 'no-decay',
    what: 'interest that never fades',
    fires: { signals: list(signal('on: x')) },
    silent: {
      signals: list(signal('on: x')),
      dimensions: '{ engagement: { max: 100, decay: { half_life: 30d } } }',
    },
    path: 'dimensions.engagement',
    says: /a never fade/,
  },
  {
    rule: 'lasting-signal',
    what: 'one signal that never fades',
    fires: { signals: list(signal('on: x, decay: none')) },
    silent: { signals: list(signal('on: x, decay: { half_life: 90d }')) },
    path: 'signals[0].decay',
    says: /never fades/,
  },
  {
    rule: 'fast-decay',
    what: 'a half-life of two days',
    fires: { signals: list(signal('on: x, decay: { half_life: 2d }')) },
    silent: { signals: list(signal('on: x, decay: { half_life: 3d }')) },
    path: 'signals[0].decay',
    says: /three days/,
  },
  {
    rule: 'fast-decay',
    what: 'steps, in the dimension',
    fires: { dimensions: '{ fit: { max: 9, decay: { steps: { every: 1d, lose: 0.25 } } } }' },
    silent: { dimensions: '{ fit: { max: 9, decay: { steps: { every: 2d, lose: 0.25 } } } }' },
    path: 'dimensions.fit.decay',
    says: /three days/,
  },
  {
    rule: 'no-negatives',
    what: 'nothing that speaks against anybody',
    fires: { signals: list(fitting('points: 5, when: { person.title: x }')) },
    silent: { signals: list(fitting('points: -5, when: { person.title: x }')) },
    path: 'signals',
    says: /only go up/,
  },
  {
    rule: 'heavy-negative',
    what: 'points where a gate belongs',
    fires: { signals: list(fitting('points: -51, when: { person.title: x }')) },
    silent: { signals: list(fitting('points: -50, when: { person.title: x }')) },
    path: 'signals[0].points',
    says: /sinks/,
  },
  {
    rule: 'sinking-negatives',
    what: 'doubts that eat up a perfect fit',
    fires: { signals: doubts('person.city: x') },
    silent: { signals: doubts('person.state: x') },
    path: 'signals',
    says: /take up to 60 points.*\(60\)/,
  },
  {
    rule: 'no-examples',
    what: 'no example',
    fires: {},
    silent: { examples: list(EXAMPLE) },
    path: 'examples',
    says: /no worked example/,
  },
  {
    rule: 'few-examples',
    what: 'one example',
    fires: { examples: list(EXAMPLE) },
    silent: { examples: list(...EXAMPLES) },
    path: 'examples',
    says: /1 worked example/,
  },
  {
    rule: 'gate-without-ask',
    what: 'a gate that waits for something and does not say for what',
    fires: { gates: gate('unless: { person.authority: confirmed }') },
    silent: { gates: gate('when: { person.seniority: student }') },
    path: 'gates[0].then',
    says: /does not say what to find out/,
  },
  {
    rule: 'idle-ask',
    what: 'a question that clears nothing',
    fires: { gates: gate('unless: { person.authority: confirmed }', ', ask: person.title') },
    silent: { gates: gate('unless: { person.authority: confirmed }', ', ask: person.authority') },
    path: 'gates[0].then.ask',
    says: /person\.title does not clear g/,
  },
]

/** 60 points for the title; 30 off for the city and 30 off for what is given, of which one field counts once. */
function doubts(other: string): string {
  return list(
    fitting('points: 60, when: { person.title: x }', 'a'),
    fitting('points: -30, when: { person.state: y }', 'b'),
    fitting(`points: -30, when: { ${other} }`, 'c'),
  )
}

describe('practice', () => {
  test.each(CASES)('$rule: $what', (each) => expectCase(each))

  test('with the text a finding reads as one line with its place, in the order of the text', () => {
    const text = yamlOf({ signals: `\n  - ${fitting('points: -80, when: { person.tilte: x }')}` })
    const findings = lintModel(parsed(text), { text, file: 'mine.yaml' })
    expect(findings.map(formatFinding)).toContain(
      'mine.yaml:7:46: warning: signals[0].points: a alone sinks almost everybody. If it rules somebody out, write a gate with a reason; otherwise take fewer points. (heavy-negative)',
    )
    const lines = findings.map(({ line }) => line ?? 0)
    expect(lines).toEqual(lines.toSorted((a, b) => a - b))
  })

  test('every rule has a name of its own', () => {
    const names = lintRules().map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('the starter models', () => {
  test.each(globSync('config/models/*.yaml'))('%s has no warnings', (file) => {
    const text = readFileSync(file, 'utf8')
    const findings = lintModel(parsed(text), { text, file, vocabulary: KNOWN_VOCABULARY })
    expect(findings.filter(({ severity }) => severity === 'warning').map(formatFinding)).toEqual([])
  })
})
