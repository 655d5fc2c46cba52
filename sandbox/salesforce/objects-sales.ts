import { field } from './objects-field.ts'
import {
  choice,
  FIXED,
  flag,
  money,
  OWNER,
  parent,
  READ_ONLY,
  REQUIRED,
  SOURCES,
  text,
  whole,
} from './objects-parts.ts'

const STAGES = [
  'Prospecting',
  'Qualification',
  'Proposal/Price Quote',
  'Negotiation/Review',
  'Closed Won',
  'Closed Lost',
]

export const OPPORTUNITY = [
  text('Name', 120, REQUIRED),
  parent('AccountId', ['Account']),
  choice('StageName', STAGES, REQUIRED),
  money('Amount'),
  field('Probability', 'percent', { precision: 3 }),
  field('CloseDate', 'date', REQUIRED),
  choice('Type', ['New Customer', 'Existing Customer - Upgrade']),
  choice('LeadSource', SOURCES),
  parent('CampaignId', ['Campaign']),
  choice('ForecastCategoryName', ['Pipeline', 'Best Case', 'Commit', 'Closed', 'Omitted']),
  flag('IsClosed', READ_ONLY),
  flag('IsWon', READ_ONLY),
  field('Description', 'textarea', { length: 32_000 }),
  OWNER,
]

export const OPPORTUNITY_CONTACT_ROLE = [
  parent('OpportunityId', ['Opportunity'], { ...REQUIRED, ...FIXED }),
  parent('ContactId', ['Contact'], { ...REQUIRED, ...FIXED }),
  choice('Role', ['Business User', 'Decision Maker', 'Economic Buyer', 'Evaluator', 'Influencer']),
  flag('IsPrimary'),
]

/** What tasks and events have in common. */
const ACTIVITY = [
  parent('WhoId', ['Lead', 'Contact']),
  parent('WhatId', ['Account', 'Opportunity', 'Campaign']),
  parent('AccountId', ['Account'], READ_ONLY),
  text('Subject', 255),
  field('ActivityDate', 'date'),
  field('Description', 'textarea', { length: 32_000 }),
  flag('IsArchived', READ_ONLY),
  OWNER,
]

export const TASK = [
  ...ACTIVITY,
  choice('Status', ['Not Started', 'In Progress', 'Completed', 'Deferred'], REQUIRED),
  choice('Priority', ['Normal', 'High', 'Low'], REQUIRED),
  flag('IsClosed', READ_ONLY),
  field('CompletedDateTime', 'datetime', READ_ONLY),
  choice('CallType', ['Internal', 'Inbound', 'Outbound']),
  whole('CallDurationInSeconds'),
  text('CallDisposition', 255),
  choice('TaskSubtype', ['Task', 'Email', 'Call', 'LinkedIn', 'ListEmail'], FIXED),
]

export const EVENT = [
  ...ACTIVITY,
  field('StartDateTime', 'datetime'),
  field('EndDateTime', 'datetime'),
  field('ActivityDateTime', 'datetime'),
  whole('DurationInMinutes'),
  text('Location', 255),
  flag('IsAllDayEvent'),
  choice('EventSubtype', ['Event'], FIXED),
]

export const CAMPAIGN = [
  text('Name', 80, REQUIRED),
  choice('Type', ['Conference', 'Webinar', 'Trade Show', 'Email', 'Referral Program', 'Other']),
  choice('Status', ['Planned', 'In Progress', 'Completed', 'Aborted']),
  field('StartDate', 'date'),
  field('EndDate', 'date'),
  flag('IsActive'),
  parent('ParentId', ['Campaign']),
  field('Description', 'textarea', { length: 32_000 }),
  OWNER,
]

export const CAMPAIGN_MEMBER = [
  parent('CampaignId', ['Campaign'], { ...REQUIRED, ...FIXED }),
  parent('LeadId', ['Lead'], FIXED),
  parent('ContactId', ['Contact'], FIXED),
  choice('Status', ['Sent', 'Responded', 'Registered', 'Attended', 'No Show']),
  flag('HasResponded', READ_ONLY),
  field('FirstRespondedDate', 'date', READ_ONLY),
]
