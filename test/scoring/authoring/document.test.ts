import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCondition } from '../../../src/scoring/authoring/describe-condition.ts'
import { md } from '../../../src/scoring/authoring/document/markdown.ts'
import { documentModel } from '../../../src/scoring/authoring/document-model.ts'
import { conditionSchema } from '../../../src/scoring/language/predicate-document.ts'
import { models } from '../generated.ts'
import { modelOf, parsed } from '../models.ts'
import { fitting, list, signal } from './findings.ts'

describe('a condition in words', () => {
  test.each([
    [{ 'company.employees': { gte: 1000 } }, 'company employees at least 1,000'],
    [
      { 'company.employees': { gte: 200, lt: 1000 }, 'person.region': 'EMEA' },
      'company employees at least 200 and below 1,000 and person region is EMEA',
    ],
    [{ 'company.founded_year': { gt: 2010 } }, 'company founded year above 2010'],
    [{ 'company.employees': { between: [50, 199] } }, 'company employees from 50 to 199'],
    [
      { 'person.seniority': { in: ['vp', 'c_level', 'a b'] } },
      'person seniority is vp, c_level or "a b"',
    ],
    [{ 'person.function': { not_in: ['hr', 'legal'] } }, 'person function is not hr or legal'],
    [{ path: { starts_with: '/pricing' } }, 'path begins with "/pricing"'],
    [{ path: { matches: '^/a|b' } }, 'path matches the pattern "^/a|b"'],
    [{ 'person.title': { exists: true } }, 'person title is known'],
    [{ 'person.title': { unknown: true } }, 'person title is unknown'],
    [{ 'person.unsubscribed': true }, 'person unsubscribed is true'],
    [{ any: [{ a: 1 }, { b: 2, c: 3 }] }, 'a is 1 or (b is 2 and c is 3)'],
    [{ x: 0, any: [{ a: 1 }, { b: 2 }] }, 'x is 0 and (a is 1 or b is 2)'],
    [{ none: [{ a: 1 }, { b: 2 }] }, 'not (a is 1 or b is 2)'],
    [{ all: [{ any: [{ a: 1 }, { b: 2 }] }, { c: 3 }] }, '(a is 1 or b is 2) and c is 3'],
  ])('%j', (condition, words) => {
    expect(describeCondition(conditionSchema.parse(condition))).toBe(words)
  })
})

/** The row of a table that begins with this cell. */
function rowOf(page: string, cell: string): string | undefined {
  return page.split('\n').find((line) => line.startsWith(`| ${cell} |`))
}

describe('a model for a new colleague', () => {
  const page = documentModel(parsed(readFileSync('config/models/b2b-starter.yaml', 'utf8')))

  test('says of each signal what it is worth, for what, how often and how long', () => {
    expect(rowOf(page, 'Visited pricing')).toBe(
      '| Visited pricing | +40 | page view where path begins with "/pricing" | at most once in 7 days | halves every 14 days |',
    )
    expect(rowOf(page, '1,000+ employees')).toContain('company employees at least 1,000')
  })

  test('says what gates hold back and what clears them', () => {
    expect(rowOf(page, 'Authority unknown')).toBe(
      '| Authority unknown | until it is known that person authority is confirmed | stage MQL at most | fill in person authority |',
    )
  })

  test('says the thresholds in words, the matrix as a square and the routing in order', () => {
    expect(rowOf(page, 'SQL')).toMatch(/score 75 or more and .*grade B or better/)
    expect(rowOf(page, 'B')).toMatch(/fit 50 or more/)
    expect(page).toContain('| B | stage MQL or further or grade A or better |')
    expect(page).toMatch(/\|\s+\| Fit 50 or more \| Fit below \|/)
    expect(rowOf(page, '1')).toContain('emea-enterprise')
    expect(page).toContain('keeps it until 5 points below')
  })

  test('every signal, gate and example of every starter is on its page', () => {
    for (const file of globSync('config/models/*.yaml')) {
      const model = parsed(readFileSync(file, 'utf8'))
      const written = documentModel(model)
      const { signals, gates, examples } = model.document
      const named = [
        ...signals.map(({ label }) => label),
        ...gates.map(({ then: { reason } }) => reason),
        ...examples.map(({ name }) => name),
      ]
      for (const name of named) expect(written).toContain(md(name))
    }
  })

  test.each([
    ['repeated: { times: 3, within: 30d }', /3 of them within 30 days \| once/],
    [
      'repeated: { times: 3, in_last: 1w }',
      /while there are 3 of them in the last 1 week \| while it lasts/,
    ],
    ['at_most: { times: 2 }', /at most 2 times ever/],
    ['scale_by: attended_share', /times attended share \(0 to 1\) \| every time/],
    ['decay: { linear: 90d }', /evenly, to nothing after 90 days/],
    ['decay: { steps: { every: 45d, lose: 0.15 } }', /loses 15% of the points every 45 days/],
    ['decay: { window: 36h }', /counts in full for 36 hours, then nothing/],
    ['decay: none', /never/],
  ])('%s', (part, words) => {
    const model = modelOf({ signals: list(signal(`on: x, ${part}`)) })
    expect(rowOf(documentModel(model), 'A label')).toMatch(words)
  })

  test('a sequence and going quiet', () => {
    const steps =
      'sequence: [{ on: page_view }, { on: demo_requested, where: { kind: a } }], within: 30d'
    const quiet = '{ id: b, label: Quiet, dimension: engagement, points: -5, inactive_for: 30d }'
    const written = documentModel(modelOf({ signals: list(signal(steps), quiet) }))
    expect(rowOf(written, 'A label')).toContain(
      'page view, then demo requested where kind is a, within 30 days | once',
    )
    expect(rowOf(written, 'Quiet')).toContain(
      '| -5 | no activity for 30 days | for every whole period |',
    )
  })

  test('a small model has no empty sections', () => {
    const written = documentModel(
      modelOf({ signals: list(fitting('points: 5, when: { person.title: x }')) }),
    )
    expect(written).not.toMatch(/## (Gates|Routing|Accounts|What to do|Worked examples)/)
    expect(written).not.toContain('undefined')
  })

  test('random models: same page twice, and every table row as wide as its heading', () => {
    fc.assert(
      fc.property(models(true), (model) => {
        const written = documentModel(model)
        expect(documentModel(model)).toBe(written)
        expect(widths(written)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

/** Table lines with another number of cells than the line above. */
function widths(page: string): string[] {
  const lines = page.split('\n')
  return lines.filter((line, index) => {
    const before = lines[index - 1] ?? ''
    return line.startsWith('|') && before.startsWith('|') && cells(line) !== cells(before)
  })
}

function cells(line: string): number {
  return line.replaceAll(/\\[\\|]/g, '').split('|').length
}

describe('hostile text', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '[click](javascript:alert(1))',
    '![x](http://a.example/x.png)',
    'a | b | c',
    '`code` **bold** _em_ ~~gone~~ \\| \\',
    '@everyone https://evil.example www.evil.example',
    'one\n\n# two',
  ]

  test.each(HOSTILE)('%j is shown and does nothing', (label) => {
    const written = documentModel(
      modelOf({
        signals: `[{ id: a, label: ${JSON.stringify(label)}, dimension: fit, points: 5, when: { person.title: ${JSON.stringify(label)} } }]`,
        about: JSON.stringify(label),
        gates: `[{ id: g, when: { person.title: x }, then: { route: none, reason: ${JSON.stringify(label)} } }]`,
        routing: `[{ to: ${JSON.stringify(label)} }]`,
        examples: `[{ name: ${JSON.stringify(label)}, expect: { score: 0 } }]`,
      }),
    )
    expect(written).not.toMatch(
      /<script|(?<!\\)\[click|(?<!\\)`code|(?<!\\)\*\*bold|https?:\/\/|@every|www\./,
    )
    expect(written).not.toMatch(/^# two/m)
    expect(widths(written)).toEqual([])
  })

  test.each([
    ['# heading', String.raw`\# heading`],
    ['1. item', String.raw`1\. item`],
    ['- item', String.raw`\- item`],
    ['c_level and _em_', String.raw`c_level and \_em\_`],
    ['a & b < c', 'a &amp; b &lt; c'],
    ['‮evil', 'evil'],
  ])('%s', (text, written) => {
    expect(md(text)).toBe(written)
  })
})
