/** A good model; each case breaks one line of it. Line numbers count from 1. */
export const GOOD = `model: mine
dimensions:
  fit: { max: 100 }
  engagement: { max: 100, decay: { half_life: 30d } }
signals:
  - id: large
    label: Large company
    dimension: fit
    points: 30
    when: { company.employees: { gte: 1000 } }
  - id: webinar
    label: Webinar
    dimension: engagement
    points: 25
    on: webinar_attended
    replaces: registration
  - id: registration
    label: Registration
    dimension: engagement
    points: 10
    on: webinar_registered
    at_most: { times: 1, per: 7d }
groups:
  - { id: webinars, signals: [webinar, registration], max: 30 }
gates:
  - id: authority
    unless: { person.authority: confirmed }
    then: { stage_at_most: mql, reason: Authority unknown, ask: person.authority }
grades: { A: 75, B: 50, C: 25, D: 0 }
stages: { mql: { score: 50 }, sql: { score: 75, grade: B } }
tiers: { A: { stage: sql }, B: { any: [ { stage: mql }, { grade: A } ] }, C: {} }
routing:
  - { when: { person.region: EMEA }, to: emea }
examples:
  - { name: large, company: { employees: 1200 }, expect: { score: 30, tier: C } }
`

export interface Breakage {
  readonly what: string
  readonly find: string
  readonly put: string
  readonly line: number
  readonly says: RegExp
}

/** Breakages of the signals. */
export const BROKEN_SIGNALS: readonly Breakage[] = [
  {
    what: 'a key twice',
    find: 'points: 30',
    put: 'points: 30\n    points: 31',
    line: 10,
    says: /unique.*Keep one/,
  },
  {
    what: 'a misspelt key',
    find: 'points: 30',
    put: 'ponts: 30',
    line: 9,
    says: /ponts is not known here.*mean points/,
  },
  {
    what: 'a misspelt top-level key',
    find: 'routing:',
    put: 'rooting:',
    line: 32,
    says: /mean routing/,
  },
  {
    what: 'a misspelt operator',
    find: 'gte: 1000',
    put: 'gt_e: 1000',
    line: 10,
    says: /gt_e is not known here.*mean (gte|gt)/,
  },
  {
    what: 'a misspelt threshold',
    find: 'stage: sql',
    put: 'stge: sql',
    line: 31,
    says: /mean stage/,
  },
  {
    what: 'an id twice',
    find: 'id: registration',
    put: 'id: large',
    line: 17,
    says: /already the id/,
  },
  {
    what: 'an unknown dimension',
    find: 'dimension: fit',
    put: 'dimension: fitt',
    line: 8,
    says: /mean fit/,
  },
  {
    what: 'a group with an unknown signal',
    find: '[webinar, registration]',
    put: '[webinar, registratoin]',
    line: 24,
    says: /mean registration/,
  },
  {
    what: 'a group across dimensions',
    find: '[webinar, registration]',
    put: '[webinar, large]',
    line: 24,
    says: /another dimension/,
  },
  {
    what: 'a group named like a dimension',
    find: 'id: webinars',
    put: 'id: fit',
    line: 24,
    says: /already the name/,
  },
  {
    what: 'replacing something unknown',
    find: 'replaces: registration',
    put: 'replaces: webinar_registerd',
    line: 16,
    says: /mean webinar_registered/,
  },
  {
    what: 'replacing in a ring',
    find: 'at_most: { times: 1, per: 7d }',
    put: 'replaces: webinar',
    line: 16,
    says: /replace each other/,
  },
  {
    what: 'replacing itself',
    find: 'replaces: registration',
    put: 'replaces: webinar_attended',
    line: 16,
    says: /replace each other/,
  },
  {
    what: 'a negative half-life',
    find: 'half_life: 30d',
    put: 'half_life: -30d',
    line: 4,
    says: /not a length of time.*30d/,
  },
  {
    what: 'a half-life of nothing',
    find: 'half_life: 30d',
    put: 'half_life: 0d',
    line: 4,
    says: /above zero/,
  },
  {
    what: 'months',
    find: 'half_life: 30d',
    put: 'half_life: 1m',
    line: 4,
    says: /not a length of time/,
  },
  {
    what: 'a bare number of days',
    find: 'per: 7d',
    put: 'per: 7',
    line: 22,
    says: /not a length of time/,
  },
  {
    what: 'two decays',
    find: 'half_life: 30d',
    put: 'half_life: 30d, window: 9d',
    line: 4,
    says: /exactly one/,
  },
  {
    what: 'an unknown decay',
    find: 'half_life: 30d',
    put: 'halflife: 30d',
    line: 4,
    says: /mean half_life/,
  },
  {
    what: 'a pattern that cannot be read',
    find: '{ gte: 1000 }',
    put: '{ matches: "(a" }',
    line: 10,
    says: /RE2/,
  },
  {
    what: 'a look-behind',
    find: '{ gte: 1000 }',
    put: '{ matches: "(?<=a)b" }',
    line: 10,
    says: /RE2/,
  },
  {
    what: 'an exploding pattern',
    find: '{ gte: 1000 }',
    put: '{ matches: "(a{1000}){1000}" }',
    line: 10,
    says: /RE2/,
  },
  {
    what: 'a field without its subject',
    find: 'company.employees',
    put: 'employees',
    line: 10,
    says: /person\.NAME/,
  },
  {
    what: 'not instead of none',
    find: '{ company.employees: { gte: 1000 } }',
    put: '{ non: { eq: 1 } }',
    line: 10,
    says: /mean none/,
  },
  {
    what: 'an empty condition',
    find: '{ company.employees: { gte: 1000 } }',
    put: '{}',
    line: 10,
    says: /empty/,
  },
  {
    what: 'a list as a value',
    find: 'person.region: EMEA',
    put: 'person.region: [EMEA]',
    line: 33,
    says: /in: \[a, b\]/,
  },
  {
    what: 'null as a value',
    find: 'person.region: EMEA',
    put: 'person.region: null',
    line: 33,
    says: /unknown: true/,
  },
]
