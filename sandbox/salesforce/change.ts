import type { Fields, SObjectType } from './record.ts'

/** One record's change, as whoever saved it tells it. */
export interface Change {
  readonly entity: SObjectType
  readonly changeType: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE'
  readonly recordIds: readonly string[]
  readonly changedFields: readonly string[]
  /** The new values of the changed fields; of a new or restored record, all of them. */
  readonly values: Fields
  readonly commitUser: string
  /** `com/salesforce/api/rest/66.0;client=NAME` */
  readonly changeOrigin: string
  readonly at: number
  /** When its transaction commits, in ms; at once where left out. Nobody hears of it before. */
  readonly visibleAt?: number
}
