import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plumbline } from '../helpers/cli.ts'

const STARTER = 'config/models/b2b-starter.yaml'
/** Valid, with a tier that nobody gets and little besides. */
const POOR = `model: poor
dimensions: { fit: { max: 100 } }
signals: [ { id: a, label: A, dimension: fit, points: 60, when: { person.title: { exists: true } } } ]
grades: { D: 0 }
stages: { mql: { score: 50 } }
tiers: { A: {}, B: { stage: mql } }
`

describe('tools for people who write models', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-tools-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const run = (...args: string[]) => plumbline(['model', ...args]).ended
  const at = (name: string) => path.join(folder, name)
  const file = async (name: string, content: string | Uint8Array) => {
    await writeFile(at(name), content)
    return at(name)
  }

  test('lint names place, rule and remedy; warnings end 1 only when that is asked for', async () => {
    const poor = await file('poor.yaml', POOR)
    const { code, stdout } = await run('lint', poor)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /poor\.yaml:6:17: warning: tiers\.B: .*always holds.* \(unreachable-tier\)/,
    )
    expect(stdout).toMatch(/poor@\w+: \d+ warnings, \d+ hints/)
    expect((await run('lint', poor, '--strict')).code).toBe(1)
    const json = JSON.parse((await run('lint', poor, '--strict', '--json')).stdout)
    expect(json).toMatchObject({ ok: false, problems: [] })
    expect(json.findings).toContainEqual(
      expect.objectContaining({
        rule: 'unreachable-tier',
        severity: 'warning',
        line: 6,
        column: 17,
      }),
    )
  })

  test('lint of the starter has nothing to remark, of a broken model its problems', async () => {
    const good = await run('lint', STARTER, '--strict')
    expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/nothing to remark/)])
    const broken = await run('lint', await file('broken.yaml', 'model: x\n'))
    expect(broken.code).toBe(1)
    expect(broken.stdout).toMatch(/broken\.yaml:1:1: .*problems? in/s)
  })

  test('lint knows the words of enrichment', async () => {
    const text = POOR.replace('person.title: { exists: true }', 'person.seniority: c-level')
    const { stdout } = await run('lint', await file('word.yaml', text))
    expect(stdout).toContain('person.seniority is never "c-level". Did you mean c_level?')
  })

  test('check prints lint after problems, and warnings do not fail it', async () => {
    const poor = await file('poor.yaml', POOR)
    const { code, stdout } = await run('check', poor)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /unreachable-tier.*no problems, 0 of 0 examples hold; lint: \d+ warnings/s,
    )
    const json = JSON.parse((await run('check', poor, '--json')).stdout)
    expect(json).toMatchObject({ ok: true, problems: [], findings: expect.any(Array) })
    expect(json.findings.length).toBeGreaterThan(0)
  })

  test('doc prints a page', async () => {
    const { code, stdout } = await run('doc', STARTER)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^# b2b-starter\n/)
    const json = JSON.parse((await run('doc', STARTER, '--json')).stdout)
    expect(json.markdown.trimEnd()).toBe(stdout.trimEnd())
    expect(json.model).toMatch(/^b2b-starter@/)
  })

  test('schema prints what is checked in for editors', async () => {
    const { stdout } = await run('schema')
    const checkedIn = await readFile('config/models/model.schema.json', 'utf8')
    expect(JSON.parse(stdout)).toEqual(JSON.parse(checkedIn))
  })

  test('export and import give the same model back', async () => {
    const sheet = at('starter.csv')
    const written = await run('export', STARTER, '--csv', '--out', sheet)
    expect(written.stdout).toMatch(/^\d+ signals of b2b-starter@\w+ written to /)
    // The mark by which Excel knows UTF-8.
    expect((await readFile(sheet)).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const back = at('back.yaml')
    const read = await run('import', sheet, '--base', STARTER, '--out', back)
    expect(read.stdout).toContain('nothing differs from')
    expect(await readFile(back, 'utf8')).toBe(await readFile(STARTER, 'utf8'))
  })

  test('export prints CSV, or rows as JSON', async () => {
    const { stdout } = await run('export', STARTER, '--csv')
    expect(stdout).toMatch(/^"id","label",.*\n"[^\n]*",fit|^"id"/)
    const json = JSON.parse((await run('export', STARTER, '--csv', '--json')).stdout)
    expect(json.columns.slice(0, 4)).toEqual(['id', 'label', 'dimension', 'points'])
    expect(json.rows[0].length).toBe(json.columns.length)
  })

  // As a German Excel saves it: semicolons, decimal commas, CRLF, a mark in front; as text files do.
  const ROWS = [
    ['id', 'label', 'dimension', 'points', 'kind', 'what'],
    [
      'big',
      'Über 1.000; viele',
      'fit',
      '2,5',
      'when',
      '{company.employees: {gte: 1000, lt: 9999}}',
    ],
  ]
  const join = (mark: string, end: string) =>
    ROWS.map((row) => row.map((cell) => `"${cell}"`).join(mark)).join(end) + end
  test.each([
    ['semicolons', join(';', '\r\n')],
    ['a mark in front', `\uFEFF${join(';', '\r\n')}`],
    ['a line that says so', `sep=;\r\n${join(';', '\r\n')}`],
    ['tabs', join('\t', '\n')],
    ['commas', join(',', '\n')],
  ])('a sheet with %s is read', async (name, content) => {
    const sheet = await file(`${name}.csv`, content)
    const { code, stdout } = await run('import', sheet, '--json')
    expect(code).toBe(0)
    const { ok, model, yaml } = JSON.parse(stdout)
    expect([ok, model]).toEqual([true, expect.stringMatching(/^from-a-sheet@/)])
    expect(yaml).toContain('label: Über 1.000; viele')
    expect(yaml).toContain('points: 2.5')
  })

  test('a sheet with mistakes ends 1, names row and column, and writes nothing', async () => {
    const sheet = await file('bad.csv', 'id,points\nbig,many\n')
    const out = at('never.yaml')
    const { code, stdout } = await run(
      'import',
      sheet,
      '--base',
      await file('poor.yaml', POOR),
      '--out',
      out,
    )
    expect(code).toBe(1)
    expect(stdout).toMatch(/bad\.csv: row 2, column points: "many" is not a number/)
    await expect(readFile(out)).rejects.toThrow('ENOENT')
    const json = JSON.parse((await run('import', sheet, '--json')).stdout)
    expect(json).toMatchObject({ ok: false, model: null, problems: expect.any(Array) })
  })

  test.each([
    ['latin.csv', Buffer.from('id,label\na,\xfcber\n', 'latin1'), /not UTF-8.*CSV UTF-8/],
    ['quotes.csv', 'id,label\na,"open\n', /cannot be read as CSV.*double quotes/],
  ])('%s is refused with a remedy', async (name, content, words) => {
    const { code, stderr } = await run('import', await file(name, content))
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('    at ')
  })

  test('a file that is not there or cannot be written is named', async () => {
    const missing = await run('import', at('missing.csv'))
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/missing\.csv; check the path/),
    ])
    const nowhere = await run('export', STARTER, '--csv', '--out', at('no/such/folder.csv'))
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/Cannot write .*folder\.csv/),
    ])
  })
})
