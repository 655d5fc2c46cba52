import type { PortalRecord } from '../hubspot/record.ts'
import type { Fields } from './csv-fields.ts'
import { isCountry } from './csv-words.ts'
import type { IdSource } from './ids.ts'

type Properties = Record<string, string>

/** Every company so far, by the file's own id and by name; grows with the companies, not the people. */
export interface CompanyBook {
  readonly ids: IdSource
  readonly byFileId: Map<string, string>
  readonly byName: Map<string, string>
}

export function createCompanyBook(ids: IdSource): CompanyBook {
  return { ids, byFileId: new Map(), byName: new Map() }
}

/** The company of one row of a companies file; undefined when it tells of none, or of one twice. */
export function companyFromRow(
  fields: Fields,
  book: CompanyBook,
  createdAt: number,
): PortalRecord | undefined {
  const fileId = fields.text('companyId') ?? fields.text('recordId')
  const name = fields.text('companyName') ?? fields.text('fullName')
  if (name === undefined && companyDomain(fields) === undefined) {
    fields.note('a row without a company name or domain, left out')
    return undefined
  }
  if (fileId !== undefined && book.byFileId.has(fileId)) {
    fields.note('a company id came twice: the first row counts')
    return undefined
  }
  const record = companyRecord(fields, name, book, createdAt)
  if (fileId !== undefined) book.byFileId.set(fileId, record.id)
  return record
}

/** The company a person's row names: one already known, or a new record to send before the person. */
export function companyOfPerson(
  fields: Fields,
  book: CompanyBook,
  createdAt: number,
): { id?: string; record?: PortalRecord } {
  const fileId = fields.text('companyId')
  const known = fileId === undefined ? undefined : book.byFileId.get(fileId)
  if (known !== undefined) return { id: known }
  const name = fields.text('companyName')
  if (name === undefined) {
    if (fileId !== undefined) fields.note('a company id is in no companies file: no company')
    return {}
  }
  const sameName = book.byName.get(companyKey(name))
  if (sameName !== undefined) return { id: sameName }
  const record = companyRecord(fields, name, book, createdAt)
  if (fileId !== undefined) book.byFileId.set(fileId, record.id)
  return { id: record.id, record }
}

function companyRecord(
  fields: Fields,
  name: string | undefined,
  book: CompanyBook,
  createdAt: number,
): PortalRecord {
  const id = book.ids.next('companies')
  const key = name === undefined ? '' : companyKey(name)
  if (key !== '' && !book.byName.has(key)) book.byName.set(key, id)
  const properties = companyProperties(fields, name)
  return { type: 'companies', id, properties, createdAt, updatedAt: createdAt }
}

function companyProperties(fields: Fields, name: string | undefined): Properties {
  const domain = companyDomain(fields)
  const industry = fields.text('industry')
  const employees = fields.amount('employees')
  const revenue = fields.amount('revenue')
  const founded = fields.amount('foundedYear')
  return {
    ...(name !== undefined && { name }),
    ...(domain !== undefined && { domain }),
    ...(industry !== undefined && { industry }),
    ...(employees !== undefined && { numberofemployees: String(Math.round(employees)) }),
    ...(revenue !== undefined && { annualrevenue: String(revenue) }),
    ...(founded !== undefined && { founded_year: String(Math.round(founded)) }),
    ...place(fields),
  }
}

/** Country, state and city; a column "region" fills whichever of the first two it names. */
export function place(fields: Fields): Properties {
  const region = fields.text('region')
  const named = region !== undefined && isCountry(region) ? { country: region } : { state: region }
  const country = fields.text('country') ?? named.country
  const state = fields.text('state') ?? named.state
  const city = fields.text('city')
  return {
    ...(country !== undefined && { country }),
    ...(state !== undefined && { state }),
    ...(city !== undefined && { city }),
  }
}

function companyDomain(fields: Fields): string | undefined {
  const typed = fields.text('domain') ?? fields.text('website')
  const host = typed
    ?.toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .split(/[/?#:]/, 1)[0]
  return host?.includes('.') ? host : undefined
}

const LEGAL_FORMS =
  /[\s]+(inc|incorporated|llc|ltd|limited|corp|corporation|co|gmbh|ag|bv|sa|sas|plc)$/

/** "ACME, Inc." and "Acme Inc" are one company. */
function companyKey(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[.,'’"]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return plain.replace(LEGAL_FORMS, '') || name.toLowerCase()
}
