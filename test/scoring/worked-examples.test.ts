import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkAccountExamples } from '../../src/scoring/accounts/check-account-examples.ts'
import { checkExamples } from '../../src/scoring/check-examples.ts'
import { accountSum } from './accounts/accounts.ts'
import { AS_OF, modelOf, parsed, score, signals, sumOf } from './models.ts'

const FOLDER = new URL('../../config/models/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'))
const shipped = files.map((file) => ({
  file,
  model: parsed(readFileSync(new URL(file, FOLDER), 'utf8')),
}))
const starter = parsed(readFileSync(new URL('b2b-starter.yaml', FOLDER), 'utf8'))

test('the shipped models are found', () => {
  expect(files).toEqual(expect.arrayContaining(['b2b-starter.yaml', 'plg-trial.yaml']))
})

describe.each(shipped)('the shipped model $file', ({ file, model }) => {
  test('has at least eight examples', () => {
    expect(checkExamples(model, AS_OF).length).toBeGreaterThanOrEqual(8)
  })

  const { examples, accounts } = model.document
  test.each(examples)(`${model.model} keeps its promise: $name`, ({ name }) => {
    const outcome = checkExamples(model, AS_OF).find((each) => each.name === name)
    expect(outcome?.differences).toEqual([])
    expect(outcome && sumOf(outcome.result)).toBe(outcome?.result.score)
  })

  test.each(accounts?.examples ?? [])(
    `${model.model} keeps its promise about accounts: $name`,
    ({ name }) => {
      const outcome = checkAccountExamples(model, AS_OF).find((each) => each.name === name)
      expect(outcome?.differences).toEqual([])
      expect(outcome && accountSum(outcome.result)).toBe(outcome?.result.score)
    },
  )

  test('says that it is a hypothesis', () => {
    expect(model.document.about).toContain('hypothesis')
  })

  test('is called like its file', () => {
    expect(`${model.model}.yaml`).toBe(file)
  })
})

describe('examples', () => {
  test('an example whose expectation is wrong is reported with both values', () => {
    const [example] = starter.document.examples
    const wrong = {
      ...starter.document,
      examples: example ? [{ ...example, expect: { score: 96 } }] : [],
    }
    expect(checkExamples({ ...starter, document: wrong }, AS_OF)).toMatchObject([
      { ok: false, differences: [{ field: 'score', expected: 96, actual: 95 }] },
    ])
  })
})

describe("the guides' test vectors on the starter", () => {
  test('25 + 40 + 30 = 95', () => {
    const result = score(starter, {
      company: { employees: 1000 },
      activities: [
        { type: 'content_downloaded', kind: 'whitepaper', age: '0d' },
        { type: 'page_view', path: '/pricing', age: '0d' },
      ],
    })
    expect(result).toMatchObject({ score: 95, fit: 30, engagement: 65, stage: 'mql' })
  })

  const ready = {
    person: { seniority: 'vp', region: 'NA' },
    company: { employees: 400 },
    activities: [{ type: 'content_downloaded', kind: 'whitepaper', age: '0d' }],
  }

  test('75 without authority stays MQL and says what to ask', () => {
    expect(score(starter, ready)).toMatchObject({
      score: 75,
      grade: 'B',
      stage: 'mql',
      held: [{ gate: 'authority', reason: 'Authority unknown', ask: 'person.authority' }],
      reasons: expect.arrayContaining(['Held as MQL: Authority unknown']),
    })
  })

  test('75 with authority is SQL', () => {
    const person = { ...ready.person, authority: 'confirmed' }
    expect(score(starter, { ...ready, person })).toMatchObject({
      stage: 'sql',
      tier: 'A',
      held: [],
    })
  })

  test('a student with 100 is graded D and not routed', () => {
    const result = score(starter, {
      person: { seniority: 'student', region: 'EMEA', function: 'sales', authority: 'confirmed' },
      company: { employees: 5000, revenue: 60_000_000, industry: 'Software' },
      activities: [
        { type: 'demo_requested', age: '0d' },
        { type: 'page_view', path: '/pricing', age: '0d' },
      ],
    })
    expect(result).toMatchObject({ score: 100, grade: 'D', route: null, action: 'hold' })
  })
})

interface Fading {
  readonly source: string
  readonly points: number
  readonly decay: string
  readonly age: string
  readonly left: number
}

const FADING: readonly Fading[] = [
  {
    source: 'MadKudu: 9 points over 90 d, day 3',
    points: 9,
    decay: '{ linear: 90d }',
    age: '3d',
    left: 8.7,
  },
  {
    source: 'a half-life of 14 d at day 14',
    points: 10,
    decay: '{ half_life: 14d }',
    age: '14d',
    left: 5,
  },
  {
    source: 'kenbun corrected: 10 at 90 d',
    points: 10,
    decay: '{ half_life: 14d }',
    age: '90d',
    left: 0.12,
  },
  { source: 'demo 50 at 180 d', points: 50, decay: '{ half_life: 90d }', age: '180d', left: 12.5 },
  {
    source: 'whitepaper 25 at 540 d',
    points: 25,
    decay: '{ half_life: 60d }',
    age: '540d',
    left: 0.05,
  },
  {
    source: 'Breadcrumbs: 15 % absolute per 45 d, day 44',
    points: 20,
    decay: '{ steps: { every: 45d, lose: 0.15 } }',
    age: '44d',
    left: 20,
  },
  {
    source: 'Breadcrumbs: day 45',
    points: 20,
    decay: '{ steps: { every: 45d, lose: 0.15 } }',
    age: '45d',
    left: 17,
  },
  {
    source: 'Breadcrumbs: day 90',
    points: 20,
    decay: '{ steps: { every: 45d, lose: 0.15 } }',
    age: '90d',
    left: 14,
  },
  {
    source: 'HubSpot: 50 % a month is gone after two',
    points: 20,
    decay: '{ steps: { every: 30d, lose: 0.5 } }',
    age: '60d',
    left: 0,
  },
  { source: 'a window, last minute', points: 7, decay: '{ window: 30d }', age: '719h', left: 7 },
  { source: 'a window at its end', points: 7, decay: '{ window: 30d }', age: '30d', left: 0 },
  { source: 'a line at its end', points: 7, decay: '{ linear: 30d }', age: '30d', left: 0 },
  { source: 'no decay, years later', points: 7, decay: 'none', age: '3650d', left: 7 },
  {
    source: 'a negative signal fades towards 0',
    points: -10,
    decay: '{ half_life: 30d }',
    age: '30d',
    left: -5,
  },
]

describe('decay', () => {
  test.each(FADING)('$source', ({ points, decay, age, left }) => {
    const model = modelOf({
      signals: signals(
        `id: base, dimension: engagement, points: 20, on: base`,
        `id: fading, dimension: engagement, points: ${points}, on: done, decay: ${decay}`,
      ),
    })
    const result = score(model, {
      activities: [
        { type: 'base', age: '0d' },
        { type: 'done', age },
      ],
    })
    expect(result.engagement).toBe(20 + left)
    const line = result.contributions.find(({ signal }) => signal === 'fading')
    expect(line).toMatchObject({ points: left, decayed: Math.round((points - left) * 100) / 100 })
  })

  test("a dimension's decay is the default of its signals, and `none` switches it off", () => {
    const model = modelOf({
      dimensions: '{ engagement: { max: 100, decay: { half_life: 10d } } }',
      signals: signals(
        'id: fades, dimension: engagement, points: 10, on: a',
        'id: stays, dimension: engagement, points: 10, on: a, decay: none',
      ),
    })
    expect(score(model, { activities: [{ type: 'a', age: '10d' }] }).engagement).toBe(15)
  })

  test('each occurrence is rounded half away from zero, once', () => {
    const model = modelOf({
      signals: signals(
        'id: s, dimension: engagement, points: 0.03, on: a, decay: { half_life: 1d }',
      ),
    })
    const activities = [
      { type: 'a', age: '1d' },
      { type: 'a', id: 'b', age: '1d' },
    ]
    expect(score(model, { activities }).engagement).toBe(0.04)
  })
})
