import { pipeline, Readable } from 'node:stream'
import { CsvError, type Parser, parse } from 'csv-parse'
import { CsvProblem } from './csv-problem.ts'
import { detectDelimiter, readTextChunks } from './csv-source.ts'

/** A longer row is a quote that was never closed, or no CSV at all. */
const MAX_ROW_BYTES = 1_000_000
const MEND_QUOTES = 'Put the whole value in quotes and write a quote inside it twice'

export interface CsvRow {
  /** Where the row ends in the file, counted from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Where the last whole row ended. */
interface Progress {
  line: number
}

/**
 * The rows of a CSV file, the header among them. Separator and line ends are found out; a byte order
 * mark and blank lines are passed over. Holds one row and two chunks in memory.
 * @throws CsvProblem at the first malformed row; rows before it may be lost.
 */
export async function* readCsvRows(file: string): AsyncGenerator<CsvRow> {
  const chunks = readTextChunks(file)
  const first = await chunks.next()
  if (first.done) return
  const progress: Progress = { line: 0 }
  const parser = createParser(detectDelimiter(first.value), progress)
  // The parser carries every error of the pipeline to the loop below.
  pipeline(Readable.from(following(first.value, chunks)), parser, () => undefined)
  try {
    for await (const row of parser) {
      // The option `info` makes every record one of these.
      const { record, info } = row as { record: string[]; info: { lines: number } }
      yield { line: info.lines, cells: record }
    }
  } catch (error) {
    throw error instanceof CsvError ? problemOf(error, file, progress) : error
  }
}

async function* following(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

function createParser(delimiter: string, progress: Progress): Parser {
  return parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_ROW_BYTES,
    skip_empty_lines: true,
    info: true,
    // Told at once, where the loop above may still have rows before it when the parser fails.
    on_record(cells, { lines }) {
      progress.line = lines
      return cells
    },
  })
}

function problemOf(error: CsvError, file: string, last: Progress): CsvProblem {
  const here = { file, line: typeof error['lines'] === 'number' ? error['lines'] : last.line + 1 }
  const cause = { cause: error }
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return new CsvProblem(here, widths(error), 'Export the file again', cause)
    case 'CSV_QUOTE_NOT_CLOSED':
      return new CsvProblem(
        { file, line: last.line + 1 },
        'a quote is never closed',
        MEND_QUOTES,
        cause,
      )
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return new CsvProblem(here, 'a quote stands inside a value', MEND_QUOTES, cause)
    case 'CSV_MAX_RECORD_SIZE':
      return new CsvProblem(
        { file, line: last.line + 1 },
        `the row that starts here is longer than ${MAX_ROW_BYTES / 1_000_000} MB`,
        'Look for a quote that is never closed, or missing line ends',
        cause,
      )
    default:
      return new CsvProblem(here, error.message, 'Export the file again as CSV', cause)
  }
}

function widths(error: CsvError): string {
  const [, expected = '?', found = '?'] = /expect (\d+), got (\d+)/.exec(error.message) ?? []
  return `the row has ${found} columns, the header ${expected}: cut off, or a separator stands in a value without quotes`
}
