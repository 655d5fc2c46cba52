import { appendFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { readCsvMarket } from '../../sandbox/market/csv.ts'
import { CsvProblem } from '../../sandbox/market/csv-problem.ts'
import { createCsvFolder, problemOf } from './csv-files.ts'
import { heapInUse } from './heap.ts'
import { NOW } from './market-records.ts'

const folder = createCsvFolder()
afterAll(() => folder.remove())

const GOOD_ROW = 'ada@firm.example,CTO\n'
const utf16 = (text: string, mark: string) => Buffer.from(mark + text, 'utf16le')

interface Case {
  readonly of: string
  readonly content: string | Uint8Array
  readonly line?: number
  readonly says: RegExp
  readonly remedy: RegExp
}

const CASES: readonly Case[] = [
  {
    of: 'a last line that is cut off',
    content: `Email,Title\n${GOOD_ROW}bob@firm.exam`,
    line: 3,
    says: /the row has 1 columns, the header 2/,
    remedy: /Export the file again/,
  },
  {
    of: 'a value with a comma and no quotes',
    content: `Email,Title\r\n${GOOD_ROW}bob@firm.example,VP, Sales\r\n`,
    line: 3,
    says: /the row has 3 columns, the header 2/,
    remedy: /Export the file again/,
  },
  {
    of: 'a quote that is never closed',
    content: `Email,Title\n${GOOD_ROW}bob@firm.example,"VP\ncy@firm.example,CFO\n`,
    line: 3,
    says: /a quote is never closed/,
    remedy: /write a quote inside it twice/,
  },
  {
    of: 'a quote in the midst of a quoted value',
    content: 'Email,Title\nada@firm.example,"The "Boss" herself"\n',
    line: 2,
    says: /a quote stands inside a value/,
    remedy: /write a quote inside it twice/,
  },
  {
    of: 'a quote in the midst of a plain value',
    content: 'Email,Title\nada@firm.example,The "Boss"\n',
    line: 2,
    says: /a quote stands inside a value/,
    remedy: /write a quote inside it twice/,
  },
  {
    of: 'a NUL byte',
    content: `Email,Title\n${GOOD_ROW}bob@firm.example,V\0P\n`,
    line: 3,
    says: /binary data/,
    remedy: /Export it again as CSV in UTF-8/,
  },
  {
    of: 'Latin-1 text',
    content: Buffer.from(`Email,Title\n${GOOD_ROW}bob@firm.example,Geschäftsführer\n`, 'latin1'),
    line: 3,
    says: /not UTF-8 text/,
    remedy: /CSV UTF-8/,
  },
  {
    of: 'an end in the midst of a character',
    content: Buffer.from(`Email,Title\nada@firm.example,é`).subarray(0, -1),
    line: 2,
    says: /not UTF-8 text/,
    remedy: /CSV UTF-8/,
  },
  {
    of: 'UTF-16 with a byte order mark',
    content: utf16(`Email,Title\n${GOOD_ROW}`, '\uFEFF'),
    says: /UTF-16/,
    remedy: /Save it as UTF-8/,
  },
  {
    of: 'UTF-16 without a byte order mark',
    content: utf16(`Email,Title\n${GOOD_ROW}`, ''),
    says: /UTF-16/,
    remedy: /Save it as UTF-8/,
  },
  {
    of: 'a compressed file',
    content: Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00]),
    says: /compressed/,
    remedy: /Unpack it first/,
  },
  {
    of: 'a workbook',
    content: Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]),
    says: /workbook/,
    remedy: /Export it again as CSV/,
  },
  { of: 'an empty file', content: '', says: /the file is empty/, remedy: /Export it again/ },
  {
    of: 'nothing but blank lines',
    content: '\n\n\n',
    says: /holds no row/,
    remedy: /Export it again/,
  },
  {
    of: 'a header without rows',
    content: 'Email,Title\n',
    says: /no row follows the header/,
    remedy: /with its records/,
  },
  {
    of: 'no column that is known',
    content: 'Colour,Taste\nred,sweet\n',
    line: 1,
    says: /no column says .*found: Colour, Taste/,
    remedy: /header line with names like "Email"/,
  },
  {
    of: 'a column name that comes twice',
    content: 'Email,Title, email\na,b,c\n',
    line: 1,
    says: /columns 1 and 3 are both called "email"/,
    remedy: /Rename or remove one/,
  },
  {
    of: 'deals without people',
    content: 'Deal ID,Deal Stage,Email\n1,Closed Won,ada@firm.example\n',
    says: /deals without the people/,
    remedy: /Name the people file/,
  },
]

describe('a CSV file that cannot be read', () => {
  it.each(CASES)(
    'is refused with place and remedy: $of',
    async ({ content, line, says, remedy }) => {
      const file = folder.write('people.csv', content)
      const problem = await problemOf(file)
      expect(problem).toBeInstanceOf(CsvProblem)
      expect(problem).toMatchObject({
        name: 'CsvProblem',
        file,
        message: expect.stringMatching(says),
        ...(line !== undefined && { line }),
      })
      expect(problem).toMatchObject({ message: expect.stringMatching(remedy) })
      const place = line === undefined ? file : `${file}, line ${line}: `
      expect(problem).toMatchObject({ message: expect.stringContaining(place) })
    },
  )

  it('is refused when it is not there, or is a folder', async () => {
    expect(await problemOf('no-such-file.csv')).toMatchObject({
      name: 'CsvProblem',
      message: expect.stringMatching(/no-such-file\.csv: the file cannot be read \(ENOENT\)/),
    })
    expect(await problemOf(import.meta.dirname)).toBeInstanceOf(CsvProblem)
  })

  it('is refused when none is named', async () => {
    expect(await problemOf()).toBeInstanceOf(CsvProblem)
  })

  it.each([
    ['one endless line', 'Email,Title\n', 2],
    ['an endless header', '', 1],
    ['a quote that is never closed', 'Email,Title\nada@firm.example,"', 2],
  ])('is refused after one megabyte: %s', async (_case, start, line) => {
    const file = folder.write('endless.csv', start)
    const block = Buffer.alloc(8_000_000, 'some text, ')
    for (let n = 0; n < 8; n += 1) appendFileSync(file, block)
    const before = heapInUse()
    const rss = process.memoryUsage.rss()
    expect(await problemOf(file)).toMatchObject({
      name: 'CsvProblem',
      line,
      message: expect.stringMatching(/longer than 1 MB.*quote that is never closed/),
    })
    // The file holds 64 MB: a reader that takes it in whole needs more than that.
    expect((process.memoryUsage.rss() - rss) / 1e6).toBeLessThan(40)
    expect(heapInUse() - before).toBeLessThan(8)
  })

  it('gives the records before the bad row, and then fails', async () => {
    const rows = Array.from({ length: 5_000 }, (_row, n) => `p${n}@firm.example,CTO`)
    const file = folder.write('late.csv', `Email,Title\n${rows.join('\n')}\ncut@firm.exam`)
    let seen = 0
    const reading = (async () => {
      for await (const record of readCsvMarket([file], { now: NOW, onNote: () => undefined })) {
        seen += record.type === 'contacts' ? 1 : 0
      }
    })()
    await expect(reading).rejects.toMatchObject({ name: 'CsvProblem', line: 5_002 })
    expect(seen).toBeGreaterThan(1_000)
  })
})
