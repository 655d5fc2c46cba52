import type { PortalRecord } from '../hubspot/record.ts'
import { idOf } from './ids.ts'
import { type KnownDeal, primaryCompany, type Survey } from './market-survey.ts'
import type { Fields, SObjectType, Value } from './record.ts'
import {
  dateTime,
  day,
  filled,
  numberOf,
  ownFields,
  titleCase,
  wholeSecond,
} from './translate-values.ts'

/** One record as an org holds it. Times are ms, whole seconds. */
export interface OrgRow {
  readonly type: SObjectType
  readonly id: string
  readonly fields: Fields
  readonly createdAt: number
  readonly modifiedAt: number
  readonly stampedAt?: number
  readonly isDeleted?: boolean
  /** The market's own id of a person or company. */
  readonly key?: string
}

/** What an import writes into a required text that the market does not know. */
export const NOT_PROVIDED = '[not provided]'
/** Of those who have a deal one in so many came in as a Lead and was converted. */
const CONVERTED_ONE_IN = 3

const KNOWN_PROPERTIES: ReadonlySet<string> = new Set([
  'firstname',
  'lastname',
  'email',
  'jobtitle',
  'company',
  'country',
  'state',
  'city',
  'phone',
  'industry',
  'lifecyclestage',
  'product_interest',
  'seniority',
  'job_function',
])

type Fill = Readonly<Record<string, Value | undefined>>

/** What Lead and Contact call alike. */
function commonFields({ properties, updatedAt }: PortalRecord): Fill {
  const reason = properties['hs_email_hard_bounce_reason_enum']
  return {
    FirstName: properties['firstname'],
    LastName: properties['lastname'] || NOT_PROVIDED,
    Email: properties['email'],
    Title: properties['jobtitle'],
    Phone: properties['phone'],
    LeadSource: properties['hs_analytics_source'],
    HasOptedOutOfEmail: properties['hs_email_optout'] === 'true',
    EmailBouncedReason: reason,
    EmailBouncedDate: reason ? dateTime(updatedAt) : null,
    Buying_Role__c: titleCase(properties['hs_buying_role'] ?? ''),
    Lifecycle_Stage__c: properties['lifecyclestage'],
    Product_Interest__c: properties['product_interest'],
    Page_Views__c: numberOf(properties['hs_analytics_num_page_views']),
    Visits__c: numberOf(properties['hs_analytics_num_visits']),
    Seniority__c: properties['seniority'],
    Job_Function__c: properties['job_function'],
    ...ownFields(properties, KNOWN_PROPERTIES),
  }
}

function leadFields(record: PortalRecord, survey: Survey): Fill {
  const { properties } = record
  const employer = survey.companies.get(primaryCompany(record) ?? '')
  return {
    ...commonFields(record),
    Company: properties['company'] || employer?.name || NOT_PROVIDED,
    Country: properties['country'],
    State: properties['state'],
    City: properties['city'],
    Industry: properties['industry'],
    Status: properties['hs_lead_status'] || 'Open - Not Contacted',
    IsConverted: false,
    IsUnreadByOwner: false,
  }
}

function contactFields(record: PortalRecord): Fill {
  const { properties } = record
  const companyId = primaryCompany(record)
  return {
    ...commonFields(record),
    AccountId: companyId && idOf('Account', Number(companyId)),
    MailingCountry: properties['country'],
    MailingState: properties['state'],
    MailingCity: properties['city'],
    IsEmailBounced: Boolean(properties['hs_email_hard_bounce_reason_enum']),
    Lead_Status__c: properties['hs_lead_status'],
    // A Contact has no industry of its own in the standard.
    Industry__c: properties['industry'],
  }
}

/** The id that a person of the market has in the org; undefined for nobody of the market. */
export function personId(survey: Survey, key: string): string | undefined {
  const type = survey.personType(key)
  return type && idOf(type, Number(key))
}

/** What has become of a record: deleted, or merged into another. */
export function fateOf(record: PortalRecord, winnerId?: string) {
  const goneAt = record.archivedAt ?? record.updatedAt
  const isDeleted = record.archivedAt !== undefined || record.mergedInto !== undefined
  return {
    merged: winnerId === undefined ? {} : { MasterRecordId: winnerId },
    times: {
      createdAt: wholeSecond(record.createdAt),
      modifiedAt: wholeSecond(record.updatedAt),
      ...(isDeleted && { stampedAt: wholeSecond(goneAt), isDeleted }),
    },
  }
}

/** A person as Lead or Contact, and the Lead that a Contact once was. */
export function personRows(record: PortalRecord, survey: Survey): OrgRow[] {
  const type = survey.personType(record.id)
  if (type === undefined) return []
  const { mergedInto } = record
  const { merged, times } = fateOf(record, mergedInto && personId(survey, mergedInto))
  const fields = type === 'Lead' ? leadFields(record, survey) : contactFields(record)
  const id = idOf(type, Number(record.id))
  const row = { type, id, fields: filled({ ...fields, ...merged }), ...times, key: record.id }
  const deal = survey.dealOf(record.id)
  const wasLead = type === 'Contact' && deal && Number(record.id) % CONVERTED_ONE_IN === 0
  return wasLead && !row.isDeleted ? [row, convertedLead(record, deal, survey)] : [row]
}

function convertedLead(record: PortalRecord, deal: KnownDeal, survey: Survey): OrgRow {
  const companyId = primaryCompany(record)
  const conversion = {
    Status: 'Closed - Converted',
    IsConverted: true,
    ConvertedDate: day(deal.createdAt),
    ConvertedContactId: idOf('Contact', Number(record.id)),
    ConvertedAccountId: companyId && idOf('Account', Number(companyId)),
    ConvertedOpportunityId: idOf('Opportunity', Number(deal.id)),
  }
  const createdAt = wholeSecond(record.createdAt)
  return {
    type: 'Lead',
    id: idOf('Lead', Number(record.id)),
    fields: filled({ ...leadFields(record, survey), ...conversion }),
    createdAt,
    modifiedAt: Math.max(createdAt, wholeSecond(deal.createdAt)),
    key: record.id,
  }
}
