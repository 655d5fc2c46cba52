import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem, type ModelProblem } from '../../src/scoring/language/model-problem.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import { BROKEN_PARTS } from './broken-parts.ts'
import { BROKEN_SIGNALS, GOOD } from './broken-signals.ts'
import { parsed, yamlOf } from './models.ts'

function problemsOf(yaml: string): ModelProblem[] {
  const reading = parseModel(yaml, 'mine.yaml')
  return reading.ok ? [] : reading.problems
}

describe('a broken model', () => {
  test('the good one is good', () => {
    expect(problemsOf(GOOD).map(formatProblem)).toEqual([])
  })

  test.each([...BROKEN_SIGNALS, ...BROKEN_PARTS])(
    '$what is named with line and remedy',
    ({ find, put, line, says }) => {
      expect(GOOD).toContain(find)
      const problems = problemsOf(GOOD.replace(find, put))
      const first = problems.find((problem) => problem.line === line)
      expect(first, problems.map(formatProblem).join('\n')).toBeDefined()
      expect(problems.map(formatProblem).join('\n')).toMatch(says)
      for (const problem of problems) {
        expect(problem.remedy).toMatch(/\S/)
        expect(problem.column).toBeGreaterThan(0)
      }
    },
  )

  test('every problem is told at once, in the order of the text', () => {
    const twice = GOOD.replace('points: 30', 'points: many').replace('gte: 1000', 'gte: many')
    expect(problemsOf(twice).map(({ line, path }) => [line, path])).toEqual([
      [9, 'signals[0].points'],
      [10, 'signals[0].when.company.employees.gte'],
    ])
  })

  test('a problem reads as one line', () => {
    const [problem] = problemsOf(GOOD.replace('points: 30', 'ponts: 30')).filter(({ path }) =>
      path.endsWith('ponts'),
    )
    expect(problem && formatProblem(problem)).toBe(
      'mine.yaml:9:5: signals[0].ponts: ponts is not known here. Did you mean points?',
    )
  })

  test.each([
    ['nothing', ''],
    ['a list', '- a\n- b\n'],
    ['a word', 'hello'],
  ])('%s is not a model', (_name, yaml) => {
    expect(problemsOf(yaml)).toMatchObject([{ line: 1, remedy: expect.stringMatching(/\S/) }])
  })
})

describe('a hostile file is refused quickly', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [index, name] of [...'bcdefghi'].entries()) {
    const before = 'abcdefgh'[index]
    bomb.push(`${name}: &${name} [${`*${before}, `.repeat(8)}*${before}]`)
  }
  const hostile: [string, string, RegExp][] = [
    ['a YAML bomb', bomb.join('\n'), /anchors and aliases/],
    ['deep brackets', `a: ${'['.repeat(100_000)}`, /nested too deeply/],
    ['deep lists', `${'- '.repeat(50_000)}a`, /nested too deeply/],
    [
      'deep conditions',
      yamlOf({ signals: `[{ when: ${'{ all: [ '.repeat(60)}` }),
      /nested too deeply/,
    ],
    ['a huge file', `about: ${'x'.repeat(300_000)}`, /larger than 256 KB/],
    ['an object that would be a prototype', `${GOOD}__proto__: { max: 1 }\n`, /not known here/],
  ]
  test.each(hostile)('%s', (_name, yaml, says) => {
    const started = performance.now()
    const problems = problemsOf(yaml)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(problems.map(formatProblem).join('\n')).toMatch(says)
    expect(problems[0]).toMatchObject({
      line: expect.any(Number),
      remedy: expect.stringMatching(/\S/),
    })
  })
})

describe('the version', () => {
  const hash = (yaml: string) => parsed(yaml).hash
  test('is twelve hex digits, beside the id', () => {
    expect(parsed(GOOD).name).toMatch(/^mine@[0-9a-f]{12}$/)
  })
  test('does not depend on layout, comments or the order of keys', () => {
    const same = `# a comment\n${GOOD.replace('{ A: 75, B: 50, C: 25, D: 0 }', '{ D: 0, C: 25, B: 50, A: 75 }')}`
    expect(hash(same)).toBe(hash(GOOD))
  })
  test('depends on every number', () => {
    expect(hash(GOOD.replace('points: 25', 'points: 26'))).not.toBe(hash(GOOD))
  })
  test('depends on the order of the tiers, because the first that holds wins', () => {
    const swapped = GOOD.replace(
      '{ A: { stage: sql }, B: { any: [ { stage: mql }, { grade: A } ] }, C: {} }',
      '{ B: { any: [ { stage: mql }, { grade: A } ] }, A: { stage: sql }, C: {} }',
    )
    expect(hash(swapped)).not.toBe(hash(GOOD))
  })
})

describe('the model of the design page', () => {
  test('accounts are read although only people are scored', () => {
    const accounts = `
  engaged_within: 90d
  people: { weight_by_seniority: { c_level: 1.5, individual: 0.7 }, diminishing: 0.7 }
  committee: { people: 3, points: 20 }
  cross_functional: { functions: 2, points: 15 }
  tiers: { A: 75, B: 50, C: 0 }`
    expect(problemsOf(`${GOOD}accounts:${accounts}\n`)).toEqual([])
    const broken = problemsOf(`${GOOD}accounts:${accounts.replace('people: 3', 'peple: 3')}
`)
    expect(broken.map(({ remedy }) => remedy)).toContain('Did you mean people?')
  })

  test('the starter has no problem', () => {
    const file = new URL('../../config/models/b2b-starter.yaml', import.meta.url)
    expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([])
  })
})
