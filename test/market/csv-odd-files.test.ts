import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readCsvMarket } from '../../sandbox/market/csv.ts'
import { CsvProblem } from '../../sandbox/market/csv-problem.ts'
import { createCsvFolder, problemOf, readAll } from './csv-files.ts'
import { heapInUse } from './heap.ts'
import { NOW } from './market-records.ts'

const folder = createCsvFolder()
afterAll(() => folder.remove())

const GOOD_ROW = 'ada@firm.example,CTO\n'

describe('any bytes at all', () => {
  const part = fc.constantFrom(
    '"',
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    '\r',
    'a',
    'é',
    ' ',
    '\0',
    '\uFEFF',
  )
  const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''))
  const header = fc.constantFrom('Email,Title\n', 'Company;Employees\r\n', '')

  it('give records or a CsvProblem, nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(header, text, async (start, rest) => {
        const problem = await problemOf(folder.write('any.csv', start + rest))
        expect(problem === undefined || problem instanceof CsvProblem).toBe(true)
      }),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const problem = await problemOf(folder.write('any.csv', bytes))
        expect(problem === undefined || problem instanceof CsvProblem).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a CSV file that looks odd', () => {
  const rows = (separator: string) =>
    [
      ['Email', 'Job Title', 'City'],
      ['ada@firm.example', '"CTO; or, CIO\tor|so"', 'Köln'],
      ['bob@firm.example', 'VP', 'Paris'],
    ]
      .map((cells) => cells.join(separator))
      .join('\n')

  it.each([
    ['a comma', ','],
    ['a semicolon', ';'],
    ['a tab', '\t'],
    ['a bar', '|'],
  ])('is read with %s between the values', async (_name, separator) => {
    const { records } = await readAll(folder.write('odd.csv', rows(separator)))
    expect(records.map(({ properties }) => properties)).toMatchObject([
      { email: 'ada@firm.example', jobtitle: 'CTO; or, CIO\tor|so', city: 'Köln' },
      { email: 'bob@firm.example', jobtitle: 'VP', city: 'Paris' },
    ])
  })

  it.each([
    ['a byte order mark before a quote', (text: string) => `\uFEFF"Email"${text.slice(5)}`],
    ['carriage returns and line feeds', (text: string) => text.replaceAll('\n', '\r\n')],
    ['carriage returns alone', (text: string) => text.replaceAll('\n', '\r')],
    ['blank lines', (text: string) => `\n${text.replaceAll('\n', '\n\n')}\n\n`],
    ['other line ends in the header than below', (text: string) => text.replace('\n', '\r\n')],
  ])('is read with %s', async (_name, change) => {
    const { records } = await readAll(folder.write('odd.csv', change(rows(','))))
    expect(records.map(({ properties }) => properties['email'])).toEqual([
      'ada@firm.example',
      'bob@firm.example',
    ])
    expect(records[1]?.properties).toMatchObject({ jobtitle: 'VP', city: 'Paris' })
  })

  it('is read with a single column, and a separator that only stands in quotes', async () => {
    const { records } = await readAll(folder.write('odd.csv', '"Email"\n"a;b;c@firm.example"\n'))
    expect(records[0]?.properties).toEqual({ email: 'a;b;c@firm.example' })
  })

  it('keeps line breaks inside quotes', async () => {
    const { records } = await readAll(folder.write('odd.csv', 'Email,Title\na@b.example,"x\ny"\n'))
    expect(records[0]?.properties['jobtitle']).toBe('x\ny')
  })

  it('leaves rows out that hold nothing, and says so', async () => {
    const file = folder.write('odd.csv', `Email,Title\n${GOOD_ROW},\n ,\n`)
    const { records, notes } = await readAll(file)
    expect(records).toHaveLength(1)
    expect(notes).toContainEqual('odd.csv: an empty row, left out (2×, first in line 3)')
  })
})

describe('a long people file', () => {
  it('is not held in memory', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_row, n) => `person.number.${n}@some-long-domain.example,CTO,Firm,"a, ${n}"`,
    )
    const file = folder.write('long.csv', `Email,Title,Company,Phone\n${rows.join('\n')}\n`)
    rows.length = 0
    const heap: number[] = []
    let seen = 0
    for await (const record of readCsvMarket([file], { now: NOW, onNote: () => undefined })) {
      if (record.type === 'contacts') seen += 1
      if (record.type === 'contacts' && (seen === 5_000 || seen === 59_000)) heap.push(heapInUse())
    }
    expect(seen).toBe(60_000)
    const [early = 0, late = 0] = heap
    expect(late - early).toBeLessThan(2)
  })
})
