import { type FieldDefinition, field } from './objects-field.ts'
import {
  address,
  choice,
  FIXED,
  FULL_NAME,
  flag,
  INDUSTRIES,
  money,
  OWNER,
  parent,
  plain,
  READ_ONLY,
  REQUIRED,
  SOURCES,
  text,
  whole,
} from './objects-parts.ts'
import type { SObjectType } from './record.ts'

/** What people have in common, be they leads or contacts. */
const person = (type: SObjectType): FieldDefinition[] => [
  parent('MasterRecordId', [type], READ_ONLY),
  text('FirstName', 40),
  text('LastName', 80, REQUIRED),
  FULL_NAME,
  text('Title', 128),
  field('Email', 'email'),
  ...plain('phone', 'Phone', 'MobilePhone', 'Fax'),
  choice('LeadSource', SOURCES),
  field('Description', 'textarea', { length: 32_000 }),
  flag('HasOptedOutOfEmail'),
  flag('HasOptedOutOfFax'),
  flag('DoNotCall'),
  text('EmailBouncedReason', 255),
  field('EmailBouncedDate', 'datetime'),
  field('LastActivityDate', 'date', READ_ONLY),
  parent('IndividualId', []),
  OWNER,
]

export const LEAD = [
  ...person('Lead'),
  text('Company', 255, REQUIRED),
  ...address(''),
  field('Website', 'url'),
  choice(
    'Status',
    ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'],
    REQUIRED,
  ),
  choice('Industry', INDUSTRIES),
  choice('Rating', ['Hot', 'Warm', 'Cold']),
  money('AnnualRevenue'),
  whole('NumberOfEmployees'),
  flag('IsConverted', FIXED),
  field('ConvertedDate', 'date', READ_ONLY),
  parent('ConvertedAccountId', ['Account'], READ_ONLY),
  parent('ConvertedContactId', ['Contact'], READ_ONLY),
  parent('ConvertedOpportunityId', ['Opportunity'], READ_ONLY),
  flag('IsUnreadByOwner'),
]

export const CONTACT = [
  ...person('Contact'),
  parent('AccountId', ['Account']),
  parent('ReportsToId', ['Contact']),
  text('Department', 80),
  ...address('Mailing'),
  flag('IsEmailBounced', READ_ONLY),
]

export const ACCOUNT = [
  parent('MasterRecordId', ['Account'], READ_ONLY),
  text('Name', 255, REQUIRED),
  choice('Type', ['Prospect', 'Customer', 'Partner', 'Other']),
  parent('ParentId', ['Account']),
  ...address('Billing'),
  field('Phone', 'phone'),
  field('Website', 'url'),
  choice('Industry', INDUSTRIES),
  money('AnnualRevenue'),
  whole('NumberOfEmployees'),
  field('Description', 'textarea', { length: 32_000 }),
  choice('AccountSource', SOURCES),
  field('LastActivityDate', 'date', READ_ONLY),
  OWNER,
]
