import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'

export const BORN = Date.parse('2026-02-01T00:00:00Z')
export const CHANGED = Date.parse('2026-10-01T00:00:00Z')
const MINUTE = 60_000

/** Contacts 1…count, each changed one minute after the one before. */
export function contacts(count: number): PortalRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    type: 'contacts',
    id: String(at + 1),
    properties: { email: `person${at + 1}@acme.example`, firstname: `P${at + 1}` },
    createdAt: BORN,
    updatedAt: CHANGED + at * MINUTE,
  }))
}

/** A small portal with everything in it that we read: 230 contacts, 3 companies, deals, engagements. */
export function smallPortal(): PortalRecord[] {
  return [
    ...companies(),
    ...contacts(230).map(withDetails),
    ...deals(),
    ...engagements(),
    { ...bare('notes', '1'), associations: [{ type: 'contacts', id: '1' }] },
  ]
}

function bare(type: PortalRecord['type'], id: string): PortalRecord {
  return { type, id, properties: {}, createdAt: BORN, updatedAt: CHANGED }
}

/** Companies 1, 2 and 3. */
export function companies(): PortalRecord[] {
  return ['Acme', 'Globex', 'Initech'].map((name, at) => ({
    ...bare('companies', String(at + 1)),
    properties: { name, numberofemployees: String((at + 1) * 100) },
  }))
}

function withDetails(record: PortalRecord): PortalRecord {
  if (record.id === '1') {
    return {
      ...record,
      properties: {
        ...record.properties,
        hs_analytics_last_url: 'https://acme.example/pricing',
        hs_analytics_last_timestamp: '2026-09-30T10:00:00Z',
      },
      associations: [
        { type: 'companies', id: '2' },
        { type: 'companies', id: '1', primary: true },
      ],
    }
  }
  if (record.id === '7') return { ...record, archivedAt: CHANGED }
  if (record.id === '8') return { ...record, mergedInto: '9' }
  if (record.id !== '9') return record
  return { ...record, properties: { ...record.properties, hs_merged_object_ids: '8' } }
}

function deals(): PortalRecord[] {
  return [
    {
      ...bare('deals', '1'),
      properties: { dealstage: 'closedwon', hs_is_closed: 'true', hs_is_closed_won: 'true' },
      associations: [
        { type: 'contacts', id: '1' },
        { type: 'contacts', id: '2' },
        { type: 'companies', id: '2' },
        { type: 'companies', id: '3', primary: true },
      ],
    },
    { ...bare('deals', '2'), archivedAt: CHANGED },
  ]
}

function engagements(): PortalRecord[] {
  const hs_timestamp = '2026-09-01T10:00:00Z'
  return [
    {
      ...bare('meetings', '1'),
      properties: { hs_timestamp, hs_meeting_title: 'Intro', hs_meeting_outcome: 'COMPLETED' },
      associations: [
        { type: 'contacts', id: '1' },
        { type: 'contacts', id: '2' },
      ],
    },
    {
      ...bare('meetings', '2'),
      properties: { hs_timestamp, hs_meeting_outcome: 'CANCELLED' },
      associations: [{ type: 'contacts', id: '1' }],
    },
    {
      ...bare('calls', '1'),
      properties: { hs_timestamp, hs_call_status: 'COMPLETED' },
      associations: [{ type: 'contacts', id: '3' }],
    },
    { ...bare('calls', '2'), archivedAt: CHANGED },
    {
      ...bare('emails', '1'),
      properties: { hs_timestamp, hs_email_direction: 'INCOMING_EMAIL' },
    },
    {
      ...bare('communications', '1'),
      properties: { hs_timestamp },
      associations: [{ type: 'contacts', id: '4' }],
    },
  ]
}
