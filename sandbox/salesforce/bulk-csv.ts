import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import type { FieldDefinition } from './objects-field.ts'

const DELIMITERS = {
  COMMA: ',',
  SEMICOLON: ';',
  TAB: '\t',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
} as const
const LINE_ENDINGS = { LF: '\n', CRLF: '\r\n' } as const

/** How a job's texts are written. */
export const CsvFormat = z.object({
  contentType: z.literal('CSV').default('CSV'),
  columnDelimiter: z
    .enum(['COMMA', 'SEMICOLON', 'TAB', 'PIPE', 'CARET', 'BACKQUOTE'])
    .default('COMMA'),
  lineEnding: z.enum(['LF', 'CRLF']).default('LF'),
})
export type CsvFormat = z.infer<typeof CsvFormat>

/** One row with its line ending. Every cell is in quotes; an unknown value is an empty one. */
export function csvLine(cells: readonly string[], format: CsvFormat): string {
  return stringify([[...cells]], {
    quoted: true,
    quoted_empty: true,
    delimiter: DELIMITERS[format.columnDelimiter],
    record_delimiter: LINE_ENDINGS[format.lineEnding],
  })
}

const Rows = z.array(z.array(z.string()))

/**
 * The rows of an upload, the header among them; at most `most` of them, where it is not below zero.
 * @throws Error in the words of the job's errorMessage
 */
export function csvRows(text: string, format: CsvFormat, most = -1): string[][] {
  const isWindows = /^[^\n]*\r\n/.test(text)
  if (isWindows !== (format.lineEnding === 'CRLF') && text.includes('\n'))
    throw new Error(
      `LineEnding is invalid on user data. Current LineEnding setting is ${format.lineEnding}`,
    )
  try {
    return Rows.parse(
      parse(text, {
        bom: true,
        delimiter: DELIMITERS[format.columnDelimiter],
        to: most,
        skip_empty_lines: true,
      }),
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`InvalidBatch : ${reason}`)
  }
}

/** What a cell says about a field: nothing when it is empty, no value for `#N/A`. */
export function cellValue(field: FieldDefinition, cell: string): unknown {
  if (cell === '') return undefined
  if (cell === '#N/A') return null
  switch (field.type) {
    case 'boolean':
      return /^(true|false)$/i.test(cell) ? cell.toLowerCase() === 'true' : cell
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return Number.isNaN(Number(cell)) ? cell : Number(cell)
    default:
      return cell
  }
}
