import { basename } from 'node:path'
import type { PortalRecord } from '../hubspot/record.ts'
import { activityFromRow } from './csv-activities.ts'
import { type Columns, readHeader } from './csv-columns.ts'
import { type CompanyBook, companyFromRow, createCompanyBook } from './csv-companies.ts'
import { dealFromRow } from './csv-deals.ts'
import { createFields, createNoteBook, type Fields } from './csv-fields.ts'
import { recordsOfPerson } from './csv-people.ts'
import { createPersonBook, type PersonBook } from './csv-person-book.ts'
import { CsvProblem } from './csv-problem.ts'
import { readCsvRows } from './csv-rows.ts'
import { createIdSource, type IdSource } from './ids.ts'
import { DAY, SECOND, wholeSecond } from './times.ts'

interface CsvFile {
  readonly file: string
  readonly columns: Columns
}

interface Import {
  readonly ids: IdSource
  readonly companies: CompanyBook
  readonly people: PersonBook
  readonly now: number
  readonly onNote: (text: string) => void
}

/**
 * The records of a HubSpot portal filled from CRM exports, in whatever order the files are named.
 * What a file holds (companies, people, deals, activities) is told by its columns. Records come as they
 * are read: companies, then people (each after a company first named on them, each followed by what
 * "Last Activity" and "Converted" tell), then deals and activities. Ids are numbered in that order; the
 * files' own ids only link the files. Memory grows with the companies, and with the people only where a
 * deals or activities file refers to them.
 * @param options.now Epoch ms: every time lies before it. People without a creation date count as
 *   created one day before, in the order of their rows.
 * @param options.onNote Called once per column left out, and once per kind of value repaired or dropped.
 * @throws CsvProblem at the first file or row that cannot be read; records before it have been given.
 */
export async function* readCsvMarket(
  files: readonly string[],
  options: { now: number; onNote(text: string): void },
): AsyncGenerator<PortalRecord> {
  if (files.length === 0) {
    throw new CsvProblem({ file: 'CSV import' }, 'no file was named', 'Name at least one')
  }
  const opened: CsvFile[] = []
  for (const file of files) opened.push(await openCsv(file, options.onNote))
  opened.sort((one, other) => turnOf(one) - turnOf(other))
  refuseOrphans(opened)
  const ids = createIdSource()
  const linked = opened.some(({ columns }) => refersToPeople(columns))
  const people = createPersonBook(linked)
  const shared = { ...options, ids, people, companies: createCompanyBook(ids) }
  for (const csv of opened) yield* recordsOf(csv, shared)
}

/** Reads the header and sees to it that at least one row follows. */
async function openCsv(file: string, onNote: (text: string) => void): Promise<CsvFile> {
  let columns: Columns | undefined
  for await (const row of readCsvRows(file)) {
    if (columns !== undefined) return { file, columns }
    columns = readHeader(file, row, (text) => onNote(`${basename(file)}: ${text}`))
  }
  const what = columns === undefined ? 'the file holds no row' : 'no row follows the header'
  throw new CsvProblem({ file }, what, 'Export it again with its records')
}

/** Files come after those they refer to: leads that name people before opportunities that name leads. */
function turnOf({ columns }: CsvFile): number {
  if (columns.kind === 'companies') return 0
  if (columns.kind === 'people') return 1
  if (columns.kind === 'activities') return 4
  return columns.positions.has('personId') || columns.positions.has('email') ? 2 : 3
}

function refersToPeople(columns: Columns): boolean {
  return columns.kind === 'deals' || columns.kind === 'activities'
}

function refuseOrphans(opened: readonly CsvFile[]): void {
  const [first] = opened
  if (first === undefined || !refersToPeople(first.columns)) return
  const what = `${first.columns.kind} without the people they belong to`
  throw new CsvProblem({ file: first.file }, what, 'Name the people file as well')
}

async function* recordsOf(csv: CsvFile, shared: Import): AsyncGenerator<PortalRecord> {
  const { file, columns } = csv
  const notes = createNoteBook((text) => shared.onNote(`${basename(file)}: ${text}`))
  let rows = 0
  for await (const row of readCsvRows(file)) {
    rows += 1
    if (rows === 1) continue
    const fields = createFields(row, { columns, notes, now: shared.now })
    if (row.cells.every((cell) => cell.trim() === '')) fields.note('an empty row, left out')
    else yield* recordsOfRow(csv, fields, rows, shared)
  }
  notes.tell()
}

function* recordsOfRow(
  csv: CsvFile,
  fields: Fields,
  row: number,
  shared: Import,
): Generator<PortalRecord> {
  const { ids, companies, people } = shared
  switch (csv.columns.kind) {
    case 'companies': {
      const company = companyFromRow(fields, companies, createdAt(fields, row, shared))
      if (company !== undefined) yield company
      return
    }
    case 'people': {
      const created = createdAt(fields, row, shared)
      people.remember(fields, yield* recordsOfPerson(fields, companies, ids, created))
      return
    }
    case 'deals':
      yield* dealOf(fields, row, shared)
      return
    case 'activities': {
      const contactId = people.find(fields)
      if (contactId === undefined)
        fields.note('an activity of nobody in the people files, left out')
      const record = contactId && activityFromRow(fields, contactId, ids)
      if (record) yield record
    }
  }
}

function* dealOf(fields: Fields, row: number, shared: Import): Generator<PortalRecord> {
  const { ids, companies, people } = shared
  const contactId = people.find(fields)
  const companyId = companies.byFileId.get(fields.text('companyId') ?? '')
  if (contactId === undefined && companyId === undefined) {
    fields.note('a deal of nobody in the people or companies files, left out')
    return
  }
  if (!people.claimDeal(fields)) {
    fields.note('a second deal of the same lead, left out')
    return
  }
  if (contactId !== undefined) people.remember(fields, contactId)
  yield dealFromRow(
    fields,
    { contactId, companyId, createdAt: createdAt(fields, row, shared) },
    ids,
  )
}

/** The row's creation date, else one day before now: in the order of the rows, a second apart while the day lasts. */
function createdAt(fields: Fields, row: number, { now }: Import): number {
  const known = fields.moment('createdAt')
  if (known !== undefined) return known
  fields.note('no creation date: taken as one day ago')
  return wholeSecond(now - DAY + Math.min(row * SECOND, DAY - SECOND))
}
