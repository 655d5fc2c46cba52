/** The object types this portal holds, by the names its paths use. */
export const RECORD_TYPES = [
  'companies',
  'contacts',
  'deals',
  'calls',
  'emails',
  'meetings',
  'notes',
  'tasks',
  'communications',
] as const

export type RecordType = (typeof RECORD_TYPES)[number]

/**
 * One record of a portal before it is loaded. Times are milliseconds since the epoch; ids are decimal
 * numbers, unique within their type. `createdAt` and `updatedAt` are the truth about those moments: the
 * properties `createdate`, `lastmodifieddate`, `hs_lastmodifieddate` and `hs_object_id` follow from them.
 * `primary` marks the one main company of a contact or deal. A record with `mergedInto` is a merge's loser.
 */
export interface PortalRecord {
  type: RecordType
  id: string
  properties: Record<string, string>
  associations?: { type: RecordType; id: string; primary?: boolean }[]
  createdAt: number
  updatedAt: number
  archivedAt?: number
  mergedInto?: string
}
