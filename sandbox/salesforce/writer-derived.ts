import { findField } from './objects.ts'
import type { Fields, SObjectType } from './record.ts'
import { findRecord } from './record-table.ts'
import type { Store } from './store.ts'

/** What a new record says where nobody says anything. */
const DEFAULTS: Partial<Record<SObjectType, Fields>> = {
  Lead: { Status: 'Open - Not Contacted', IsConverted: false },
  Task: { Status: 'Not Started', Priority: 'Normal', TaskSubtype: 'Task' },
  CampaignMember: { Status: 'Sent' },
}
/** Statuses of campaign members that count as an answer. */
const RESPONDED = ['Responded', 'Registered', 'Attended']

export function defaultFields(store: Store, type: SObjectType, userId: string): Fields {
  const owner = findField(store, type, 'OwnerId') ? { OwnerId: userId } : {}
  return { ...owner, ...DEFAULTS[type] }
}

function taskFields(store: Store, task: Fields, day: string): Fields {
  const isClosed = task['Status'] === 'Completed'
  const who = task['WhoId']
  const contact = typeof who === 'string' ? findRecord(store, 'Contact', who) : undefined
  return {
    CompletedDateTime: isClosed ? (task['CompletedDateTime'] ?? day) : null,
    AccountId: contact?.fields['AccountId'] ?? task['AccountId'] ?? null,
  }
}

function memberFields(member: Fields, day: string): Fields {
  const hasResponded = RESPONDED.includes(String(member['Status']))
  const first = member['FirstRespondedDate'] ?? day.slice(0, 10)
  return { HasResponded: hasResponded, FirstRespondedDate: hasResponded ? first : null }
}

/** What a change must name for other values to follow from it. */
const CAUSES: Partial<Record<SObjectType, readonly string[]>> = {
  Task: ['Status', 'WhoId'],
  CampaignMember: ['Status'],
}

/**
 * The stored values that follow from what a change names; `fields` are the record's values after it. What follows
 * from values alone is computed when it is read (objects-computed.ts).
 */
export function derivedFields(
  store: Store,
  type: SObjectType,
  fields: Fields,
  changes: Fields,
  moment: number,
): Fields {
  if (!CAUSES[type]?.some((name) => name in changes)) return {}
  const day = new Date(moment).toISOString()
  switch (type) {
    case 'Task':
      return taskFields(store, fields, day)
    case 'CampaignMember':
      return memberFields(fields, day)
    default:
      return {}
  }
}
