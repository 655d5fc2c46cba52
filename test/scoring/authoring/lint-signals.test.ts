import { describe, expect, test } from 'vitest'
import { expectCase, findingsOf, fitting, list, type RuleCase, signal } from './findings.ts'

const CASES: readonly RuleCase[] = [
  {
    rule: 'dead-signal',
    what: 'a signal that earns nothing',
    fires: { signals: list(fitting('points: 0, when: { person.title: x }')) },
    silent: { signals: list(fitting('points: 0.5, when: { person.title: x }')) },
    path: 'signals[0].points',
    says: /earns nothing/,
  },
  {
    rule: 'dead-signal',
    what: 'unless an example shows that it is meant',
    fires: { signals: list(fitting('points: 0, on: email_open')) },
    silent: {
      signals: list(fitting('points: 0, on: email_open')),
      examples: '[{ name: n, activities: [{ type: email_open, age: 0d }], expect: { score: 0 } }]',
    },
    path: 'signals[0].points',
    says: /earns nothing/,
  },
  {
    rule: 'duplicate-signal',
    what: 'the same activity twice',
    fires: { signals: list(signal('on: x, decay: none', 'a'), signal('on: x', 'b')) },
    silent: { signals: list(signal('on: x', 'a'), signal('on: x, where: { path: /a }', 'b')) },
    path: 'signals[1]',
    says: /b looks for the same as a/,
  },
  {
    rule: 'outcome-signal',
    what: 'a stage that sales sets',
    fires: {
      signals: list(fitting('points: 5, when: { any: [{ person.lifecycle_stage: opportunity }] }')),
    },
    silent: {
      signals: list(fitting('points: 5, when: { person.title: opportunity }')),
      gates:
        '[{ id: g, when: { person.lifecycle_stage: customer }, then: { route: none, reason: R } }]',
    },
    path: 'signals[0]',
    says: /person\.lifecycle_stage/,
  },
  {
    rule: 'outcome-signal',
    what: 'an activity of the deal',
    fires: {
      signals: list(signal('sequence: [{ on: page_view }, { on: deal_created }], within: 1d')),
    },
    silent: { signals: list(signal('on: ideal_match')) },
    path: 'signals[0]',
    says: /deal_created/,
  },
  {
    rule: 'too-many-signals',
    what: 'more than thirty questions',
    fires: { signals: list(...many((n) => `when: { person.own_${n}: x }`)) },
    silent: { signals: list(...many((n) => `when: { company.employees: ${n} }`)) },
    path: 'signals',
    says: /31 different questions/,
  },
  {
    rule: 'idle-group',
    what: 'a group that cannot fill',
    fires: {
      signals: list(signal('on: x, at_most: { times: 1 }')),
      groups: '[{ id: g, signals: [a], max: 10 }]',
    },
    silent: {
      signals: list(signal('on: x, at_most: { times: 2 }')),
      groups: '[{ id: g, signals: [a], max: 10 }]',
    },
    path: 'groups[0].max',
    says: /never caps.*10 at most/,
  },
  {
    rule: 'no-late-signal',
    what: 'nothing that people do before they buy',
    fires: { signals: list(signal('on: page_view, where: { path: { starts_with: /blog } }')) },
    silent: { signals: list(signal('on: page_view, where: { path: { starts_with: /pricing } }')) },
    path: 'signals',
    says: /pricing/,
  },
  {
    rule: 'one-sided',
    what: 'fit alone',
    fires: { signals: list(fitting('points: 5, when: { person.title: x }')) },
    silent: {
      signals: list(fitting('points: 5, when: { person.title: x }'), signal('on: x', 'b')),
    },
    path: 'signals',
    says: /only fit/,
  },
  {
    rule: 'weightless-dimension',
    what: 'signals without weight',
    fires: {
      signals: list(fitting('points: 5, when: { person.title: x }')),
      combine: '{ weighted: { engagement: 100 } }',
    },
    silent: {
      signals: list(fitting('points: 5, when: { person.title: x }')),
      combine: '{ weighted: { fit: 100 } }',
    },
    path: 'combine.weighted',
    says: /fit has signals and no weight/,
  },
  {
    rule: 'overlapping-bands',
    what: 'bands that share an end',
    fires: { signals: bands('{ between: [50, 200] }', '{ between: [200, 999] }') },
    silent: { signals: bands('{ gte: 50, lt: 200 }', '{ gte: 200, lt: 1000 }') },
    path: 'signals[1]',
    says: /both count where company\.employees is 200/,
  },
  {
    rule: 'overlapping-bands',
    what: 'kinds of content in two signals',
    fires: {
      signals: list(
        signal('on: x, where: { kind: { in: [ebook, guide] } }', 'a'),
        signal('on: x, where: { kind: { in: [guide, report] } }', 'b'),
      ),
    },
    silent: {
      signals: list(
        signal('on: x, where: { kind: { in: [ebook, guide] } }', 'a'),
        signal('on: y, where: { kind: { in: [guide, report] } }', 'b'),
      ),
    },
    path: 'signals[1]',
    says: /both count where kind is guide/,
  },
  {
    rule: 'stacked-bands',
    what: 'a band inside another',
    fires: { signals: bands('{ gte: 50 }', '{ gte: 200 }') },
    silent: { signals: bands('{ gte: 50, lt: 200 }', '{ gte: 200 }') },
    path: 'signals[1]',
    says: /a and b|b and a/,
  },
]

function many(rest: (n: number) => string): string[] {
  return Array.from({ length: 31 }, (_, n) => fitting(`points: 1, ${rest(n)}`, `s${n}`))
}

function bands(one: string, other: string): string {
  return list(
    fitting(`points: 10, when: { company.employees: ${one} }`, 'a'),
    fitting(`points: 20, when: { company.employees: ${other} }`, 'b'),
  )
}

describe('signals', () => {
  test.each(CASES)('$rule: $what', (each) => expectCase(each))

  test('what one band grants and another takes are no overlap', () => {
    const signals = list(
      fitting('points: 10, when: { company.employees: { gte: 50 } }', 'a'),
      fitting('points: -5, when: { company.employees: { gte: 9000 } }', 'b'),
    )
    expect(findingsOf('stacked-bands', { signals })).toEqual([])
  })
})
