import { z } from 'zod'
import { chunks } from '../chunks.ts'
import { inParallel } from '../parallel.ts'
import { sObjectOf, to18 } from './ids.ts'
import type { Org } from './org.ts'

/** An id takes 25 characters of a URL, which may have 16,000. */
const IDS_AT_ONCE = 400
const QUERIES_AT_ONCE = 4

/** What is asked of records, and the shape of one. */
export interface Question<T> {
  readonly sObject: string
  /** API names. */
  readonly fields: readonly string[]
  readonly row: z.ZodType<T>
}

/** Records by their ids, deleted ones too; unknown ids are left out. */
export async function recordsById<T>(
  org: Org,
  question: Question<T>,
  ids: readonly string[],
): Promise<readonly T[]> {
  const known = ids.flatMap((id) => to18(id) ?? [])
  const pages = await inParallel(chunks(known, IDS_AT_ONCE), QUERIES_AT_ONCE, (some) =>
    query(org, question, some),
  )
  return pages.flat()
}

function query<T>(
  org: Org,
  { sObject, fields, row }: Question<T>,
  ids: readonly string[],
): Promise<readonly T[]> {
  const list = ids.map((id) => `'${id}'`).join(',')
  return rowsOf(org, `SELECT ${fields.join(', ')} FROM ${sObject} WHERE Id IN (${list})`, row)
}

/** All rows of a query, those of deleted records too. */
export async function rowsOf<T>(
  { client }: Org,
  q: string,
  row: z.ZodType<T>,
): Promise<readonly T[]> {
  const Page = z.object({ records: z.array(row), nextRecordsUrl: z.string().nullish() })
  let page = await client.call({ method: 'GET', path: '/queryAll', query: { q }, answer: Page })
  const rows = [...page.records]
  while (page.nextRecordsUrl) {
    page = await client.call({ method: 'GET', path: page.nextRecordsUrl, answer: Page })
    rows.push(...page.records)
  }
  return rows
}

/** Ids by the sObject that their first characters name; those of other objects, or none, are left out. */
export function idsByObject<T extends string>(
  ids: readonly string[],
  sObjects: readonly T[],
): ReadonlyMap<T, readonly string[]> {
  return new Map(
    sObjects.flatMap((sObject) => {
      const own = ids.filter((id) => sObjectOf(id) === sObject)
      return own.length > 0 ? [[sObject, own] as const] : []
    }),
  )
}
