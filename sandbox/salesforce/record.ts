/** A date is 'YYYY-MM-DD'; a datetime is what Date.toISOString writes, on a whole second. */
export type Value = string | number | boolean | null

/** Field values by API name, without Id, CreatedDate, LastModifiedDate, SystemModstamp and IsDeleted. */
export type Fields = Record<string, Value>

/** The objects that an org holds as records. */
export const S_OBJECT_TYPES = [
  'Lead',
  'Contact',
  'Account',
  'Opportunity',
  'OpportunityContactRole',
  'Task',
  'Event',
  'Campaign',
  'CampaignMember',
  'User',
  'Group',
  'Organization',
  'PermissionSet',
  'PermissionSetAssignment',
  'FieldPermissions',
  'LeadStatus',
  'LeadHistory',
  'ContactHistory',
  'AccountHistory',
] as const

export type SObjectType = (typeof S_OBJECT_TYPES)[number]

/** One stored record. Times are milliseconds since the epoch, whole seconds. */
export interface StoredRecord {
  readonly type: SObjectType
  /** 18 characters. */
  readonly id: string
  readonly fields: Fields
  readonly createdAt: number
  /** LastModifiedDate. */
  readonly modifiedAt: number
  /** SystemModstamp. */
  readonly stampedAt: number
  readonly isDeleted: boolean
  /** Queries before this moment do not see this version: its transaction commits late. */
  readonly visibleAt: number
}
