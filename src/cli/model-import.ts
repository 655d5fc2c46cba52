import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { requireModel } from '../../jobs/models.ts'
import { messageOf, UserError } from '../errors.ts'
import { formatSheetProblem } from '../scoring/authoring/sheet/columns.ts'
import {
  importSheet,
  type SheetBase,
  type SheetChanges,
} from '../scoring/authoring/sheet/import-sheet.ts'
import { writeNamed } from './model-export.ts'
import { readNamed } from './named-file.ts'
import { plural, print, safe } from './terminal.ts'

export interface ImportOptions {
  /** The model that the sheet was exported from. */
  readonly base?: string | undefined
  /** Where to write; stdout when absent. */
  readonly out?: string | undefined
  readonly json: boolean
}

/** Makes a model of a spreadsheet of signals. Exit code 1 when the sheet has problems. */
export async function modelImport(file: string, options: ImportOptions): Promise<void> {
  const table = readCsv(await readSheet(file), file)
  const { base, out } = options
  const result = importSheet(table, base === undefined ? undefined : await readBase(base))
  if (!result.ok) {
    process.exitCode = 1
    const { problems } = result
    if (options.json) return print(JSON.stringify({ ok: false, model: null, problems }))
    for (const problem of problems) print(safe(formatSheetProblem(problem, file)))
    return print(`${plural(problems.length, 'problem')} in ${file}; nothing was written`)
  }
  const { model, yaml, changes } = result
  if (out !== undefined) await writeNamed(out, yaml)
  if (options.json) {
    const place = out === undefined ? { file: null, yaml } : { file: out }
    return print(
      JSON.stringify({ ok: true, model: model.name, problems: [], ...changes, ...place }),
    )
  }
  if (out === undefined) return print(yaml.trimEnd())
  const count = plural(model.document.signals.length, 'signal')
  print(`${model.name} with ${count} written to ${out}${describeChanges(changes, base)}`)
}

async function readBase(file: string): Promise<SheetBase> {
  const text = await readNamed(file)
  return { text, model: requireModel(text, file) }
}

function describeChanges({ added, changed, removed }: SheetChanges, base?: string): string {
  if (base === undefined) return ''
  const parts = [
    ...listOf('added', added),
    ...listOf('changed', changed),
    ...listOf('removed', removed),
  ]
  return parts.length === 0 ? `; nothing differs from ${base}` : `; ${parts.join('; ')}`
}

function listOf(what: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [`${what} ${ids.join(', ')}`]
}

/** A sheet of signals is far smaller; more is a mistake or an attack. */
const MAX_BYTES = 2 * 1024 * 1024

async function readSheet(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`Cannot read ${file}; check the path`, { cause })
  })
  if (bytes.length > MAX_BYTES) {
    throw new UserError(`${file} is larger than 2 MB; a sheet has one row per signal`)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UserError(`${file} is not UTF-8; save it as "CSV UTF-8"`, { cause })
  }
}

function readCsv(text: string, file: string): string[][] {
  const { delimiter, content } = delimiterOf(text)
  try {
    return parse(content, { delimiter, relax_column_count: true, skip_empty_lines: false })
  } catch (cause) {
    const where =
      cause instanceof CsvError && typeof cause['lines'] === 'number'
        ? ` near line ${cause['lines']}`
        : ''
    throw new UserError(
      `${file} cannot be read as CSV${where}: ${messageOf(cause)}. Check the double quotes`,
      { cause },
    )
  }
}

const DELIMITERS = [';', '\t']

/** The mark that separates the names of the heading; a first line `sep=;` says it outright. */
function delimiterOf(text: string): { delimiter: string; content: string } {
  const [heading = ''] = text.split('\n', 1)
  const said = /^sep=(.)\r?$/.exec(heading)?.[1]
  if (said !== undefined) return { delimiter: said, content: text.slice(heading.length + 1) }
  const count = (mark: string) => heading.split(mark).length
  const delimiter = DELIMITERS.find((mark) => count(mark) > count(',')) ?? ','
  return { delimiter, content: text }
}
