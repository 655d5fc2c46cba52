import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { CrmUnavailable } from '../../src/errors.ts'
import { CRM } from './api-version.ts'
import type { CsvAnswer } from './client.ts'
import { Rows } from './schema.ts'

/** One record by column name; an empty cell is `""`. */
export type Row = Readonly<Record<string, string>>

/** An empty cell leaves a value as it is; this clears it. */
const CLEARED = '#N/A'
/** A job takes 150 MB, of which base64 on the way may take a third. */
const MAX_BYTES = 100_000_000

/**
 * The rows as texts of at most 100 MB, each for a job of its own.
 * @param rows null clears a value; a column that a row has not is left as it is
 */
export function csvOf(
  rows: readonly Readonly<Record<string, string | null>>[],
  maxBytes = MAX_BYTES,
): readonly string[] {
  const columns = [...new Set(rows.flatMap(Object.keys))]
  const header = stringify([columns])
  const texts: string[] = []
  let lines: string[] = []
  let bytes = header.length
  for (const row of rows) {
    const line = stringify([columns.map((column) => cellOf(row[column]))])
    const size = Buffer.byteLength(line)
    if (lines.length > 0 && bytes + size > maxBytes) {
      texts.push(header + lines.join(''))
      lines = []
      bytes = header.length
    }
    lines.push(line)
    bytes += size
  }
  return lines.length === 0 ? texts : [...texts, header + lines.join('')]
}

function cellOf(value: string | null | undefined): string {
  return value === null ? CLEARED : (value ?? '')
}

/**
 * The records of a page of results.
 * @throws CrmUnavailable when it is cut short
 */
export function rowsIn({ text, headers }: CsvAnswer): readonly Row[] {
  const rows = parsed(text)
  const promised = headers.get('sforce-numberofrecords')
  if (promised !== null && Number(promised) !== rows.length) {
    throw new CrmUnavailable(CRM, `${promised} records were promised, and ${rows.length} came`)
  }
  return rows
}

function parsed(text: string): readonly Row[] {
  try {
    return Rows.parse(parse(text, { bom: true, columns: true, skipEmptyLines: true }))
  } catch (error) {
    throw new CrmUnavailable(CRM, 'The results are not whole CSV', { cause: error })
  }
}
