import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { Fields, SObjectType, StoredRecord } from '../../../sandbox/salesforce/record.ts'
import { findRecord, type NewRecord, toRecord } from '../../../sandbox/salesforce/record-table.ts'
import { openStore } from '../../../sandbox/salesforce/store.ts'
import { ORG_START, openOrg } from '../org.ts'

const list = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)))
const Announced = z.object({
  entity: z.string(),
  type: z.string(),
  ids: list,
  changed: list,
  user: z.string(),
  origin: z.string(),
})

/** An org whose file the test reads beside it, so that what was written is seen as it was stored. */
export async function writtenOrg(
  records: Iterable<NewRecord> = [],
  options: Parameters<typeof openOrg>[1] = {},
) {
  const org = await openOrg(records, options)
  const store = openStore(org.file)
  onTestFinished(() => store.close())
  const stored = (type: SObjectType, id: string) => findRecord(store, type, id)
  return {
    ...org,
    stored,
    fields: (type: SObjectType, id: string): Fields => stored(type, id)?.fields ?? {},
    all: (type: SObjectType): StoredRecord[] =>
      store.sql('select * from record where type = ? order by id').all(type).map(toRecord),
    /** What was announced, in its order. */
    events: () =>
      store
        .sql(`select entity, change_type as type, record_ids as ids, changed_fields as changed,
                commit_user as user, change_origin as origin from change_event order by id`)
        .all()
        .map((row) => Announced.parse(row)),
    rules: (rules: unknown) => org.lever('/__rules', rules),
    collection: (records_: unknown[], more: object = {}, headers: Record<string, string> = {}) =>
      org.call('PATCH', 'composite/sobjects', { records: records_, ...more }, headers),
  }
}

/** A record of any type, of the day before the test began. */
export function record(type: SObjectType, n: number, fields: Fields): NewRecord {
  return { type, id: idOf(type, n), fields, createdAt: ORG_START - 86_400_000 }
}

export const contact = (n: number, fields: Fields = {}) =>
  record('Contact', n, { LastName: `Person ${n}`, ...fields })

export const account = (n: number, fields: Fields = {}) =>
  record('Account', n, { Name: `Company ${n}`, ...fields })

/** One record as a collection takes it. */
export function part(type: SObjectType, n: number, fields: Record<string, unknown>) {
  return { attributes: { type }, id: idOf(type, n), ...fields }
}
