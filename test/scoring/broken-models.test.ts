import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem, type ModelProblem } from '../../src/scoring/language/model-problem.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import { BROKEN_FILES } from './broken-files.ts'
import { BROKEN_PARTS } from './broken-parts.ts'
import { BROKEN_SIGNALS, GOOD } from './broken-signals.ts'
import { BROKEN_VALUES } from './broken-values.ts'
import { parsed, score } from './models.ts'

function problemsOf(yaml: string): ModelProblem[] {
  const reading = parseModel(yaml, 'mine.yaml')
  return reading.ok ? [] : reading.problems
}

/** What is said about one line. */
function wordsAt(line: number, problems: readonly ModelProblem[]): string {
  const words = problems.map((problem) => ({ at: problem.line, text: formatProblem(problem) }))
  const there = words.filter(({ at }) => at === line)
  return there.length > 0
    ? there.map(({ text }) => text).join('\n')
    : `nothing about line ${line}, but ${words.map(({ at }) => at).join(', ')}`
}

/** Time of this thread alone: how busy the machine is with other things does not count. */
function millisecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(started)
  return (user + system) / 1000
}

describe('a broken model', () => {
  test('the good one is good', () => {
    expect(problemsOf(GOOD).map(formatProblem)).toEqual([])
  })

  test.each([...BROKEN_SIGNALS, ...BROKEN_PARTS, ...BROKEN_VALUES])(
    '$what is named with line and remedy',
    ({ find, put, line, says }) => {
      expect(GOOD).toContain(find)
      const problems = problemsOf(GOOD.replace(find, put))
      expect(wordsAt(line, problems)).toMatch(says)
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
})

describe('a file that is no model, or means harm', () => {
  test.each(BROKEN_FILES)('$what is refused quickly', ({ yaml, line, says }) => {
    const started = process.threadCpuUsage()
    const problems = problemsOf(yaml)
    expect(millisecondsSince(started)).toBeLessThan(2000)
    expect(wordsAt(line, problems)).toMatch(says)
    for (const problem of problems) {
      expect(problem.remedy).toMatch(/\S/)
      expect(formatProblem(problem).length).toBeLessThan(2000)
    }
  })

  test('no more problems are told than anybody corrects at once', () => {
    expect(problemsOf('a:\n'.repeat(1_000))).toHaveLength(101)
  })
})

describe('what looks dangerous and is not', () => {
  test('a byte order mark and line ends of Windows', () => {
    expect(problemsOf(`\ufeff${GOOD.replaceAll('\n', '\r\n')}`)).toEqual([])
  })

  test('an anchor and its alias', () => {
    const shared = GOOD.replace('points: 30', 'points: &points 30').replace(
      'max: 30',
      'max: *points',
    )
    expect(problemsOf(shared)).toEqual([])
  })

  test('a day as text', () => {
    expect(problemsOf(GOOD.replace('Large company', '2026-11-21'))).toEqual([])
  })

  test('a pattern that takes other engines forever', () => {
    const pattern = '{ person.title: { matches: "(a+)+$" } }'
    const model = parsed(GOOD.replace('{ company.employees: { gte: 1000 } }', pattern))
    const started = process.threadCpuUsage()
    const { fit } = score(model, { person: { title: `${'a'.repeat(50_000)}!` } })
    expect(millisecondsSince(started)).toBeLessThan(2000)
    expect(fit).toBe(0)
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
