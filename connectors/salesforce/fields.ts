import type { Field } from '../field-facts.ts'
import { OBJECTS, type SubjectObject } from './definitions.ts'
import type { SalesforceFieldType } from './values.ts'

/** The sObjects we read; streams are named by them. */
export const S_OBJECTS = [
  'Account',
  'Opportunity',
  'OpportunityContactRole',
  'Task',
  'Event',
  'CampaignMember',
  'Lead',
  'Contact',
] as const
export type SObject = (typeof S_OBJECTS)[number]

/** The objects that record what somebody did. */
export type ActivityObject = 'Task' | 'Event' | 'CampaignMember'

/** Whether an object holds people or companies. */
export function isSubject(object: SObject): object is SubjectObject {
  return OBJECTS.some((subject) => subject === object)
}

/** The relationship by which an opportunity's contact roles come along. */
export const ROLES = 'OpportunityContactRoles'

type Standard = readonly Field<SalesforceFieldType>[]

const OF_ALL_PEOPLE: Standard = [
  { property: 'Email', fact: 'email', type: 'text' },
  { property: 'FirstName', fact: 'first_name', type: 'text' },
  { property: 'LastName', fact: 'last_name', type: 'name' },
  { property: 'Title', fact: 'title', type: 'text' },
  { property: 'Phone', fact: 'phone', type: 'text' },
  { property: 'LeadSource', fact: 'source', type: 'text' },
  { property: 'HasOptedOutOfEmail', fact: 'unsubscribed', type: 'truth' },
  { property: 'EmailBouncedReason', fact: 'hard_bounced', type: 'presence' },
]

/** What the standard fields of people and companies say. */
export const STANDARD_FIELDS: Readonly<Record<SubjectObject, Standard>> = {
  Lead: [
    ...OF_ALL_PEOPLE,
    { property: 'Company', fact: 'company_name', type: 'name' },
    { property: 'Country', fact: 'country', type: 'text' },
    { property: 'State', fact: 'state', type: 'text' },
    { property: 'City', fact: 'city', type: 'text' },
    { property: 'Industry', fact: 'industry', type: 'text' },
    { property: 'Status', fact: 'lead_status', type: 'text' },
    { property: 'NumberOfEmployees', fact: 'company_employees', type: 'number' },
    { property: 'AnnualRevenue', fact: 'company_revenue', type: 'number' },
    { property: 'Website', fact: 'company_domain', type: 'host' },
  ],
  Contact: [
    ...OF_ALL_PEOPLE,
    { property: 'IsEmailBounced', fact: 'hard_bounced', type: 'only true' },
    { property: 'Account.Name', fact: 'company_name', type: 'name' },
    { property: 'MailingCountry', fact: 'country', type: 'text' },
    { property: 'MailingState', fact: 'state', type: 'text' },
    { property: 'MailingCity', fact: 'city', type: 'text' },
  ],
  Account: [
    { property: 'Name', fact: 'name', type: 'name' },
    { property: 'Website', fact: 'domain', type: 'host' },
    { property: 'Industry', fact: 'industry', type: 'text' },
    { property: 'NumberOfEmployees', fact: 'employees', type: 'number' },
    { property: 'AnnualRevenue', fact: 'revenue', type: 'number' },
    { property: 'BillingCountry', fact: 'country', type: 'text' },
    { property: 'BillingState', fact: 'state', type: 'text' },
    { property: 'BillingCity', fact: 'city', type: 'text' },
    { property: 'Type', fact: 'type', type: 'text' },
  ],
}

/** Facts whose custom field has a type of its own, whatever the org made it as. */
export const FACT_TYPES: Readonly<Record<string, SalesforceFieldType>> = {
  buying_role: 'buying roles',
  seniority: 'seniority',
  function: 'function',
  page_views: 'number',
  visits: 'number',
  employees: 'number',
  revenue: 'number',
  founded_year: 'number',
  unsubscribed: 'truth',
  hard_bounced: 'only true',
}

/** By which other names custom fields hold a fact, besides the fact's own. */
export const FACT_ALIASES: Readonly<Record<string, readonly string[]>> = {
  function: ['job_function'],
}

/** Facts that enrichment derives itself whatever the CRM says. */
export const DERIVED_FACTS: readonly string[] = [
  'email_kind',
  'email_role',
  'email_domain',
  'country_code',
  'region',
]

/** Fields that every record has and every user sees. */
export const SYSTEM_FIELDS = ['Id', 'IsDeleted', 'CreatedDate', 'SystemModstamp'] as const

/** What we need of a record besides facts; where one is hidden from us, something is not known. */
export const NEEDED_FIELDS: Readonly<Record<SObject, readonly string[]>> = {
  Account: ['MasterRecordId'],
  Contact: ['MasterRecordId', 'AccountId'],
  Lead: ['MasterRecordId', 'IsConverted', 'ConvertedContactId'],
  Opportunity: ['AccountId', 'StageName', 'Amount', 'CloseDate', 'IsClosed', 'IsWon'],
  OpportunityContactRole: ['OpportunityId'],
  Task: [
    'WhoId',
    'Subject',
    'Status',
    'IsClosed',
    'ActivityDate',
    'TaskSubtype',
    'CallType',
    'CallDurationInSeconds',
    'CallDisposition',
  ],
  Event: ['WhoId', 'Subject', 'StartDateTime', 'ActivityDate'],
  CampaignMember: [
    'LeadId',
    'ContactId',
    'Status',
    'HasResponded',
    'FirstRespondedDate',
    'Campaign.Name',
    'Campaign.Type',
  ],
}

/** Fields that not every org has. */
export const OPTIONAL_FIELDS: Readonly<Partial<Record<SObject, readonly string[]>>> = {
  Task: ['IsRecurrence'],
  Event: ['Type', 'IsChild', 'IsRecurrence'],
}
