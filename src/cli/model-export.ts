import { writeFile } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { requireModel } from '../../jobs/models.ts'
import { messageOf, UserError } from '../errors.ts'
import { exportSheet } from '../scoring/authoring/sheet/export-sheet.ts'
import { readNamed } from './named-file.ts'
import { plural, print } from './terminal.ts'

export interface ExportOptions {
  /** Where to write; stdout when absent. */
  readonly out?: string | undefined
  readonly json: boolean
}

/** Writes a model's signals as a spreadsheet, one row each. */
export async function modelExport(file: string, options: ExportOptions): Promise<void> {
  const model = requireModel(await readNamed(file), file)
  const [heading = [], ...rows] = exportSheet(model)
  const { out } = options
  // Every text in quotes: a cell cannot end early in a program that expects semicolons.
  const csv = (bom: boolean) =>
    stringify([heading, ...rows], { quoted_string: true, quoted_empty: false, bom })
  // Excel takes a file without the mark for one in the local character set.
  if (out !== undefined) await writeNamed(out, csv(true))
  if (options.json) {
    return print(JSON.stringify({ model: model.name, file: out ?? null, columns: heading, rows }))
  }
  if (out === undefined) return print(csv(false).trimEnd())
  print(`${plural(rows.length, 'signal')} of ${model.name} written to ${out}`)
}

/** Writes a file that somebody named on the command line. */
export function writeNamed(file: string, content: string): Promise<void> {
  return writeFile(file, content).catch((cause: unknown) => {
    throw new UserError(`Cannot write ${file}: ${messageOf(cause)}; check the path`, { cause })
  })
}
