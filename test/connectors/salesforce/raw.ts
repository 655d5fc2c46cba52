import { toRecord } from '../../../connectors/salesforce/query.ts'

export const CREATED = new Date('2026-01-05T08:00:00Z')
export const STAMPED = new Date('2026-10-20T09:30:00Z')
export const RAW_ID = '00Q000000000501EAA'

/** A record as a query gives it, with these fields. */
export function raw(fields: Record<string, string>, id = RAW_ID) {
  return toRecord({
    Id: id,
    IsDeleted: 'false',
    CreatedDate: CREATED.toISOString(),
    SystemModstamp: STAMPED.toISOString(),
    ...fields,
  })
}
