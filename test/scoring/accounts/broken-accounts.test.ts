import { describe, expect, test } from 'vitest'
import { formatProblem, type ModelProblem } from '../../../src/scoring/language/model-problem.ts'
import { parseModel } from '../../../src/scoring/language/parse.ts'
import { GOOD } from '../broken-signals.ts'
import { ACCOUNTS, BROKEN_ACCOUNTS } from './broken-accounts.ts'

const LINES_BEFORE = GOOD.split('\n').length - 1

function problemsOf(accounts: string): ModelProblem[] {
  const reading = parseModel(`${GOOD}${accounts}`, 'mine.yaml')
  return reading.ok ? [] : reading.problems
}

describe('a broken accounts section', () => {
  test('the good one is good', () => {
    expect(problemsOf(ACCOUNTS).map(formatProblem)).toEqual([])
  })

  test.each(BROKEN_ACCOUNTS)('$what is named with line and remedy', ({ find, put, line, says }) => {
    expect(ACCOUNTS).toContain(find)
    const problems = problemsOf(ACCOUNTS.replace(find, put))
    const text = problems.map(formatProblem).join('\n')
    expect(
      problems.map((problem) => problem.line - LINES_BEFORE),
      text,
    ).toContain(line)
    expect(text).toMatch(says)
    for (const { remedy } of problems) expect(remedy).toMatch(/\S/)
  })

  test('company fit needs a signal that looks at the company', () => {
    const yaml = `${GOOD}${ACCOUNTS}`.replace('company.employees: { gte: 1000 }', 'person.age: 3')
    const reading = parseModel(yaml)
    expect(reading.ok ? [] : reading.problems).toMatchObject([
      { path: 'accounts.company_fit', remedy: expect.stringContaining('company.employees') },
    ])
  })

  test('seniorities are the customer’s own words', () => {
    expect(problemsOf(ACCOUNTS.replace('boss: 2', 'grand_poobah: 2'))).toEqual([])
  })
})
