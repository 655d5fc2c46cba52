import { z } from 'zod'
import { CrmUnavailable, UserError } from '../../src/errors.ts'
import { CRM } from './api-version.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'

/** One record, with every value as text; what is empty is `""`. */
export interface SalesforceRecord {
  /** 18 characters. */
  readonly id: string
  /** By API name; of a parent `Account.Name`. Times end in `Z`. */
  readonly fields: Readonly<Record<string, string>>
  /** Children that came along, by the name of their relationship. */
  readonly children: Readonly<Record<string, Children>>
  readonly isDeleted: boolean
  readonly createdAt: Date
  /** When anything last changed it (SystemModstamp). Whole seconds. */
  readonly stampedAt: Date
}

interface Children {
  readonly records: readonly Texts[]
  /** Where the rest of them is. */
  readonly more: string | undefined
}

type Texts = Readonly<Record<string, string>>

const Raw = z.record(z.string(), z.unknown())
const NextUrl = z
  .string()
  .nullish()
  .transform((url) => url ?? undefined)
const ChildList = z.object({ records: z.array(Raw), nextRecordsUrl: NextUrl })
const QueryAnswer = z.object({
  totalSize: z.number(),
  done: z.boolean(),
  nextRecordsUrl: NextUrl,
  records: z.array(Raw),
})
const CountAnswer = z.object({ totalSize: z.number() })

/** A stretch of a query's results. */
export interface QueryPage {
  readonly records: readonly SalesforceRecord[]
  /** Salesforce's own way on, which ends after some days. */
  readonly nextUrl: string | undefined
  /** Whether this query has more than these. */
  readonly more: boolean
}

/** Of a URL; Salesforce refuses more than about 16,000. */
const MAX_URL = 15_000

/** One page of a query, deleted and archived records too; empty only when there is nothing (more). */
export async function queryPage(org: Org, soql: string): Promise<QueryPage> {
  if (!fitsUrl(soql)) {
    throw new UserError(
      'The models ask for more fields than fit into one query to Salesforce; remove some of the fields of your own from them',
    )
  }
  return await readPage(org, { path: '/queryAll', query: { q: soql } })
}

/** All results of a query, for one that finds some thousands at the most. */
export async function queryEverything(
  org: Org,
  soql: string,
): Promise<readonly SalesforceRecord[]> {
  const first = await queryPage(org, soql)
  const records = [...first.records]
  for (let url = first.nextUrl; url !== undefined; ) {
    const page = await readPage(org, { path: url })
    records.push(...page.records)
    url = page.nextUrl
  }
  return records
}

/** @param soql a query that counts */
export async function queryCount({ client }: Org, soql: string): Promise<number> {
  const query = { q: soql }
  const { totalSize } = await client.call({
    method: 'GET',
    path: '/queryAll',
    query,
    answer: CountAnswer,
  })
  return totalSize
}

/** Texts of one kind of row that has no stamp, e.g. of a history. */
export async function queryRows(org: Org, soql: string): Promise<readonly Texts[]> {
  const rows: Texts[] = []
  let at: { path: string; query?: Record<string, string> } | undefined = {
    path: '/queryAll',
    query: { q: soql },
  }
  while (at) {
    const answer: z.infer<typeof QueryAnswer> = await ask(org, at)
    rows.push(...answer.records.map((raw) => textsOf(raw)))
    at = answer.nextRecordsUrl === undefined ? undefined : { path: answer.nextRecordsUrl }
  }
  return rows
}

/** The rest of the children of a record. */
export async function restOfChildren(org: Org, url: string): Promise<readonly Texts[]> {
  const rows: Texts[] = []
  for (let at: string | undefined = url; at !== undefined; ) {
    const answer: z.infer<typeof QueryAnswer> = await ask(org, { path: at })
    rows.push(...answer.records.map((raw) => textsOf(raw)))
    at = answer.nextRecordsUrl
  }
  return rows
}

interface Place {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

async function readPage(org: Org, place: Place): Promise<QueryPage> {
  const { records, done, nextRecordsUrl, totalSize } = await ask(org, place)
  if (records.length === 0 && nextRecordsUrl !== undefined) {
    return await readPage(org, { path: nextRecordsUrl })
  }
  const isCut = !done || nextRecordsUrl !== undefined || totalSize > records.length
  if (isCut && records.length === 0) throw new CrmUnavailable(CRM, 'A query does not move on')
  return { records: records.map(fromRest), nextUrl: nextRecordsUrl, more: isCut }
}

function ask({ client }: Org, place: Place): Promise<z.infer<typeof QueryAnswer>> {
  return client.call({ method: 'GET', ...place, answer: QueryAnswer })
}

/** Whether a query can be asked by GET. */
function fitsUrl(soql: string): boolean {
  return encodedLength(soql) <= MAX_URL
}

/** Characters of a text in a URL. */
export function encodedLength(text: string): number {
  return new URLSearchParams({ q: text }).toString().length
}

function fromRest(raw: z.infer<typeof Raw>): SalesforceRecord {
  const children: Record<string, Children> = {}
  for (const [name, value] of Object.entries(raw)) {
    const list = ChildList.safeParse(value)
    if (!list.success) continue
    const records = list.data.records.map((child) => textsOf(child))
    children[name] = { records, more: list.data.nextRecordsUrl }
  }
  return toRecord(textsOf(raw), children)
}

/** The values of a record and of its parents. */
function textsOf(raw: z.infer<typeof Raw>, prefix = ''): Texts {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'attributes') continue
    if (Array.isArray(value)) continue
    const parent = typeof value === 'object' && value !== null ? Raw.parse(value) : undefined
    if (parent) Object.assign(texts, textsOf(parent, `${prefix}${name}.`))
    else texts[`${prefix}${name}`] = textOf(value)
  }
  return texts
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(UTC_OFFSET, '$1Z')
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** `2026-10-15T13:39:16.000+0000`, which is no ISO text. */
const UTC_OFFSET = /^(\d{4}-\d\d-\d\dT[\d:.]+)\+0000$/

const Essentials = z.object({
  Id: z.string().transform((text, context) => {
    const id = to18(text)
    if (id === undefined) context.addIssue('no id')
    return id ?? z.NEVER
  }),
  IsDeleted: z.string().optional(),
  CreatedDate: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  SystemModstamp: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
})

/**
 * A record of texts, as REST or a bulk job gave them.
 * @throws CrmUnavailable where it does not say what every record says
 */
export function toRecord(
  texts: Texts,
  children: SalesforceRecord['children'] = {},
): SalesforceRecord {
  const parsed = Essentials.safeParse(texts)
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join('.')).join(', ')
    throw new CrmUnavailable(CRM, `A record of Salesforce is not as promised at: ${places}`)
  }
  const { Id: id, IsDeleted, CreatedDate: createdAt, SystemModstamp: stampedAt } = parsed.data
  return { id, fields: texts, children, isDeleted: IsDeleted === 'true', createdAt, stampedAt }
}
