import type { Breakage } from '../broken-signals.ts'

/** Line numbers of the breakages count from the line of `accounts:`, which is 1. */
export const ACCOUNTS = `accounts:
  engaged_within: 90d
  people:
    weight_by_seniority: { vp: 1.3, boss: 2 }
    diminishing: 0.7
  committee: { people: 3, points: 20 }
  cross_functional: { functions: 2, points: 15 }
  company_fit: { max: 40 }
  buying_group:
    - role: decision_maker
      label: Decision maker
      when: { person.seniority: vp }
    - role: champion
      label: Champion
      when: { any: [ { person.buying_role: CHAMPION }, { company.employees: { gte: 5 } } ] }
  tiers: { A: 75, B: 50 }
  examples:
    - name: one
      company: { employees: 1200 }
      people: [ { name: Ann, facts: { seniority: vp }, engagement: 30, age: 3d } ]
      previous_tier: A
      expect: { score: 69, tier: B, roles_engaged: [decision_maker] }
    - { name: none, expect: { tier: none } }
`
export const BROKEN_ACCOUNTS: readonly Breakage[] = [
  {
    what: 'a misspelt key',
    find: 'committee:',
    put: 'comittee:',
    line: 6,
    says: /Did you mean committee/,
  },
  { what: 'a window of nothing', find: '90d', put: '0d', line: 2, says: /15min, 36h/ },
  { what: 'a window in months', find: '90d', put: '3m', line: 2, says: /15min, 36h/ },
  { what: 'a weight below 0', find: 'vp: 1.3', put: 'vp: -1', line: 4, says: /least is 0/ },
  { what: 'a weight too large', find: 'vp: 1.3', put: 'vp: 11', line: 4, says: /most is 10/ },
  {
    what: 'a weight too fine',
    find: 'vp: 1.3',
    put: 'vp: 1.333',
    line: 4,
    says: /1\.333 has more than two decimals/,
  },
  {
    what: 'one seniority in two spellings',
    find: 'boss: 2',
    put: 'VP: 2',
    line: 4,
    says: /same seniority as vp.*Keep one/,
  },
  {
    what: 'growing shares',
    find: 'diminishing: 0.7',
    put: 'diminishing: 1.1',
    line: 5,
    says: /most is 1/,
  },
  {
    what: 'a share too fine',
    find: 'diminishing: 0.7',
    put: 'diminishing: 0.705',
    line: 5,
    says: /two decimals/,
  },
  { what: 'a committee of one', find: 'people: 3', put: 'people: 1', line: 6, says: /least is 2/ },
  { what: 'half a person', find: 'people: 3', put: 'people: 2.5', line: 6, says: /whole number/ },
  {
    what: 'thousandths of a point',
    find: 'points: 20',
    put: 'points: 0.125',
    line: 6,
    says: /two decimals/,
  },
  {
    what: 'a committee without points',
    find: ', points: 20',
    put: '',
    line: 6,
    says: /points is missing/,
  },
  {
    what: 'one function across',
    find: 'functions: 2',
    put: 'functions: 1',
    line: 7,
    says: /least is 2/,
  },
  { what: 'company fit of nothing', find: 'max: 40', put: 'max: 0', line: 8, says: /max: 40/ },
  {
    what: 'company fit above the score',
    find: 'max: 40',
    put: 'max: 101',
    line: 8,
    says: /between 0 and 100/,
  },
  {
    what: 'a role that is no id',
    find: 'role: champion',
    put: 'role: The Champion',
    line: 13,
    says: /not an id/,
  },
  {
    what: 'a role twice',
    find: 'role: champion',
    put: 'role: decision_maker',
    line: 13,
    says: /already the role of number 1/,
  },
  {
    what: 'a role without label',
    find: '      label: Champion\n',
    put: '',
    line: 13,
    says: /label is missing/,
  },
  {
    what: 'a role without condition',
    find: '      when: { person.seniority: vp }\n',
    put: '',
    line: 10,
    says: /when is missing/,
  },
  {
    what: 'a field that is none',
    find: 'person.seniority: vp',
    put: 'seniority: vp',
    line: 12,
    says: /seniority is not a field.*Write person\.NAME/,
  },
  {
    what: 'a field that is none, deep down',
    find: 'company.employees',
    put: 'employees',
    line: 15,
    says: /employees is not a field/,
  },
  {
    what: 'a misspelt connective',
    find: 'any: [',
    put: 'anyy: [',
    line: 15,
    says: /cannot stand here/,
  },
  {
    what: 'no roles',
    find: ACCOUNTS.slice(ACCOUNTS.indexOf('  buying_group'), ACCOUNTS.indexOf('  tiers')),
    put: '  buying_group: []\n',
    line: 9,
    says: /least is 1/,
  },
  {
    what: 'a tier that is never reached',
    find: 'A: 75, B: 50',
    put: 'A: 75, B: 75',
    line: 16,
    says: /nobody would ever be B.*best tier first/,
  },
  {
    what: 'a tier named none',
    find: 'B: 50',
    put: 'none: 50',
    line: 16,
    says: /cannot name a tier/,
  },
  {
    what: 'no tiers',
    find: '{ A: 75, B: 50 }',
    put: '{}',
    line: 16,
    says: /there is no tier.*A: 75/,
  },
  {
    what: 'an example of no age',
    find: 'age: 3d',
    put: 'age: 3 days',
    line: 20,
    says: /not an age/,
  },
  {
    what: 'an example with an unknown key',
    find: 'facts:',
    put: 'fact:',
    line: 20,
    says: /Did you mean facts/,
  },
  {
    what: 'an example held at no tier',
    find: 'previous_tier: A',
    put: 'previous_tier: Z',
    line: 21,
    says: /no tier Z/,
  },
  {
    what: 'an example that expects no tier',
    find: 'tier: B',
    put: 'tier: Z',
    line: 22,
    says: /no tier Z/,
  },
  {
    what: 'an example that expects no role',
    find: '[decision_maker]',
    put: '[decision_makr]',
    line: 22,
    says: /Did you mean decision_maker/,
  },
  {
    what: 'an example that expects nothing',
    find: '{ tier: none }',
    put: '{}',
    line: 23,
    says: /expects nothing/,
  },
  {
    what: 'an example twice',
    find: 'name: none',
    put: 'name: one',
    line: 23,
    says: /already the name of number 1/,
  },
]
