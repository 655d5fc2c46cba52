import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Field } from '../field-facts.ts'

export const PERSON_FIELDS: readonly Field[] = [
  { property: 'email', fact: 'email', type: 'text' },
  { property: 'firstname', fact: 'first_name', type: 'text' },
  { property: 'lastname', fact: 'last_name', type: 'text' },
  { property: 'jobtitle', fact: 'title', type: 'text' },
  { property: 'company', fact: 'company_name', type: 'text' },
  { property: 'country', fact: 'country', type: 'text' },
  { property: 'state', fact: 'state', type: 'text' },
  { property: 'city', fact: 'city', type: 'text' },
  { property: 'phone', fact: 'phone', type: 'text' },
  { property: 'industry', fact: 'industry', type: 'text' },
  { property: 'lifecyclestage', fact: 'lifecycle_stage', type: 'text' },
  { property: 'hs_lead_status', fact: 'lead_status', type: 'text' },
  { property: 'hs_buying_role', fact: 'buying_role', type: 'list' },
  { property: 'product_interest', fact: 'product_interest', type: 'text' },
  { property: 'hs_email_optout', fact: 'unsubscribed', type: 'truth' },
  { property: 'hs_email_hard_bounce_reason_enum', fact: 'hard_bounced', type: 'presence' },
  { property: 'hs_analytics_num_page_views', fact: 'page_views', type: 'number' },
  { property: 'hs_analytics_num_visits', fact: 'visits', type: 'number' },
  { property: 'hs_analytics_source', fact: 'source', type: 'text' },
  { property: 'seniority', fact: 'seniority', type: 'seniority' },
  { property: 'job_function', fact: 'function', type: 'function' },
]

export const COMPANY_FIELDS: readonly Field[] = [
  { property: 'name', fact: 'name', type: 'text' },
  { property: 'domain', fact: 'domain', type: 'text' },
  { property: 'industry', fact: 'industry', type: 'text' },
  { property: 'numberofemployees', fact: 'employees', type: 'number' },
  { property: 'annualrevenue', fact: 'revenue', type: 'number' },
  { property: 'country', fact: 'country', type: 'text' },
  { property: 'state', fact: 'state', type: 'text' },
  { property: 'city', fact: 'city', type: 'text' },
  { property: 'type', fact: 'type', type: 'text' },
  { property: 'founded_year', fact: 'founded_year', type: 'number' },
]

/** The losers of merges into this record: `12;34`. */
export const MERGED_IDS = 'hs_merged_object_ids'

/** Behaviour that HubSpot rolls up on the contact. */
const ROLL_UPS = [
  'first_conversion_event_name',
  'first_conversion_date',
  'recent_conversion_event_name',
  'recent_conversion_date',
  'hs_analytics_last_url',
  'hs_analytics_last_timestamp',
  'hs_email_last_open_date',
  'hs_email_last_click_date',
  'hs_email_last_reply_date',
]

/** The CRM objects we read. */
export const OBJECT_TYPES = [
  'contacts',
  'companies',
  'deals',
  'calls',
  'emails',
  'meetings',
  'communications',
] as const
export type ObjectType = (typeof OBJECT_TYPES)[number]

/** What HubSpot calls one of them. */
export const SINGULAR: Readonly<Record<ObjectType, string>> = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  calls: 'call',
  emails: 'email',
  meetings: 'meeting',
  communications: 'communication',
}

/** The objects that record what somebody did. */
export type EngagementType = 'calls' | 'emails' | 'meetings' | 'communications'

/** What each object is to us; an engagement is an activity. */
export function subjectKind(object: ObjectType): SubjectKind | undefined {
  if (object === 'contacts') return 'person'
  return object === 'companies' ? 'company' : undefined
}

/** A meeting's type, of a list that each portal keeps for itself; asked for only where a mapping speaks of it. */
export const MEETING_TYPE = 'hs_activity_type'

/** The properties every customer needs, per object. */
export const READ_PROPERTIES: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: [
    ...PERSON_FIELDS.map((field) => field.property),
    ...ROLL_UPS,
    'associatedcompanyid',
    MERGED_IDS,
  ],
  companies: [...COMPANY_FIELDS.map((field) => field.property), MERGED_IDS],
  deals: ['dealstage', 'amount', 'createdate', 'closedate', 'hs_is_closed', 'hs_is_closed_won'],
  calls: ['hs_timestamp', 'hs_call_status', 'hs_call_direction', 'hs_call_duration'],
  emails: ['hs_timestamp', 'hs_email_direction'],
  meetings: ['hs_timestamp', 'hs_meeting_title', 'hs_meeting_outcome', 'hs_meeting_start_time'],
  communications: ['hs_timestamp'],
}

/** On contacts `hs_lastmodifieddate` exists too, but a search by it finds nothing (BEHAVIOR.md, 2). */
export function cursorProperty(object: ObjectType): string {
  return object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
}
