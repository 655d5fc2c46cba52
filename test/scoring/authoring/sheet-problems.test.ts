import { describe, expect, test } from 'vitest'
import { formatSheetProblem } from '../../../src/scoring/authoring/sheet/columns.ts'
import { importSheet } from '../../../src/scoring/authoring/sheet/import-sheet.ts'

const HEADING = ['id', 'label', 'dimension', 'points', 'kind', 'what']
const GOOD = ['a', 'A', 'fit', '5', 'when', '{person.title: x}']

function problemsOf(table: readonly (readonly string[])[]): string[] {
  const result = importSheet(table)
  return result.ok ? [] : result.problems.map((problem) => formatSheetProblem(problem, 'sheet.csv'))
}

/** A good row with some cells changed; other columns are added. */
function withCells(cells: Readonly<Record<string, string>>): string[][] {
  const extra = Object.keys(cells).filter((name) => !HEADING.includes(name))
  const heading = [...HEADING, ...extra]
  const row = heading.map((name, index) => cells[name] ?? GOOD[index] ?? '')
  return [heading, ['b', ...GOOD.slice(1, 5), '{person.city: x}'], [], row]
}

describe('a sheet with a mistake names row, column and remedy', () => {
  test('the good one is good', () => {
    expect(problemsOf(withCells({}))).toEqual([])
  })

  // The row at fault is the fourth, as a spreadsheet counts: heading, a good one, a blank one.
  test.each([
    [
      { points: 'abc' },
      /^sheet\.csv: row 4, column points: "abc" is not a number\. Write for example/,
    ],
    [{ points: '1.000' }, /row 4, column points: .*thousands/],
    [{ points: '1,000.50' }, /row 4, column points: .*thousands/],
    [{ points: '99999' }, /row 4, column points: 99999 cannot be a number of points\. .*10000/],
    [{ points: '' }, /row 4, column points: this must not be blank/],
    [{ id: 'A b' }, /row 4, column id: "A b" is not an id/],
    [{ id: 'b' }, /row 4, column id: b is already the id/],
    [{ dimension: 'fitt' }, /row 4, column dimension: .*Did you mean fit/],
    [{ kind: 'wenn' }, /row 4, column kind: "wenn" is no kind.*when, unless, on/],
    [{ what: '{company.employees: {gte: 10' }, /row 4, column what: this cannot be read/],
    [{ what: '{company.employees: {gte: 2,5}}' }, /row 4, column what: /],
    [
      { what: 'big companies' },
      /row 4, column what: "big companies" is no condition.*company\.employees >= 1000/,
    ],
    [{ what: '{employees: 5}' }, /row 4, column what: employees is not a field/],
    [{ what: '{company.employees: {get: 5}}' }, /row 4, column what: .*Did you mean gt/],
    [{ kind: 'on', what: 'page view' }, /row 4, column what: "page view" is not an id/],
    [
      { kind: 'inactive_for', what: '30 days', points: '-5' },
      /row 4, column what: "30 days" is not a length/,
    ],
    [{ where: '{path: /a}' }, /row 4, column where: where does not go with when/],
    [{ kind: 'on', what: 'x', at_most: 'often' }, /row 4, column at_most: "often" is not a number/],
    [{ kind: 'on', what: 'x', per: '7d' }, /row 4, column at_most: times is missing/],
    [{ kind: 'on', what: 'x', at_most: '1', per: '7' }, /row 4, column per: "7" is not a length/],
    [{ kind: 'on', what: 'x', decay: '14d' }, /row 4, column decay: /],
    [
      { kind: 'on', what: 'x', only: 'maybe' },
      /row 4, column only: "maybe" is neither yes nor blank/,
    ],
    [{ kind: 'on', what: 'x', replaces: 'y' }, /row 4, column replaces: y is neither a signal/],
    [{ group: 'g' }, /row 4, column group_max: the group g has no maximum/],
    [{ group_max: '5' }, /row 4, column group_max: there is a maximum and no group/],
    [{ group: 'g', group_max: 'lots' }, /row 4, column group_max: "lots" is not a number/],
    [{ group: 'G g', group_max: '5' }, /row 4, column group: "G g" is not an id/],
    [{ group: 'g', group_max: '-5' }, /row 4, column group_max: max must be above 0/],
  ])('%j', (cells, says) => {
    const problems = problemsOf(withCells(cells))
    expect(problems.join('\n')).toMatch(says)
    for (const problem of problems) expect(problem).toMatch(/[.?]$/)
  })

  test.each([
    [[['ID', 'name', ...HEADING.slice(2)], GOOD], /row 1, column name: this column is not known/],
    [[[...HEADING, 'id'], GOOD], /row 1, column id: this column is there twice/],
    [
      [
        ['id', 'points'],
        ['a', '5'],
      ],
      /row 1, column label: this column is missing/,
    ],
    [[HEADING, [...GOOD, 'more']], /row 2: "more" stands beyond the last column/],
    [[HEADING], /the sheet has no signals/],
    [[], /row 1, column id: this column is missing/],
    [[HEADING, ['a,A,fit,5']], /row 2, column label: this must not be blank/],
  ])('%j', (table, says) => {
    expect(problemsOf(table).join('\n')).toMatch(says)
  })

  test('members of a group must agree on its maximum and share a dimension', () => {
    const heading = [...HEADING, 'group', 'group_max']
    const other = ['b', 'B', 'engagement', '5', 'on', 'x']
    expect(problemsOf([heading, [...GOOD, 'g', '5'], [...other, 'g', '6']]).join()).toMatch(
      /row 3, column group_max: g has the maximum 5 in an earlier row and 6 here/,
    )
    expect(problemsOf([heading, [...GOOD, 'g', '5'], [...other, 'g', '']]).join()).toMatch(
      /row 3, column group: b is of another dimension/,
    )
  })

  test('every mistake is told at once', () => {
    const table = withCells({ points: 'abc', kind: 'wenn' })
    expect(problemsOf(table)).toHaveLength(2)
  })

  test('a cell that is a bomb is refused', () => {
    const deep = `{person.title: ${'['.repeat(5000)}}`
    expect(problemsOf(withCells({ what: deep })).join()).toMatch(
      /row 4, column what: .*nested too deeply/,
    )
  })

  test.each([
    ['2,5', 2.5],
    ['2.5', 2.5],
    ['+3', 3],
    ['−4', -4],
    ['1000', 1000],
  ])('%s is a number', (cell, points) => {
    const result = importSheet(withCells({ points: cell }))
    expect(result.ok && result.model.document.signals[1]?.points).toBe(points)
  })

  test.each([
    ['company.employees >= 1000', { 'company.employees': { gte: 1000 } }],
    ['company.employees < 50', { 'company.employees': { lt: 50 } }],
    ['person.region = EMEA', { 'person.region': { eq: 'EMEA' } }],
    ['company.employees: { gte: 5 }', { 'company.employees': { gte: 5 } }],
  ])('%s is a condition', (cell, when) => {
    const result = importSheet(withCells({ what: cell }))
    expect(result.ok && result.model.document.signals[1]?.when).toEqual(when)
  })
})
