import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { SObjectType } from '../../../sandbox/salesforce/record.ts'
import type { NewRecord } from '../../../sandbox/salesforce/record-table.ts'

/** When the records of these tests came to be, and were last changed. */
export const BORN = Date.parse('2026-10-01T08:00:00Z')
export const CHANGED = Date.parse('2026-10-20T09:30:00Z')
export const ALL_TIME = { since: new Date(0), until: new Date('2027-01-01T00:00:00Z') }

type Made = NewRecord & { readonly id: string }

/** A record of its kind's nth id. */
export function record(
  type: SObjectType,
  n: number,
  fields: NewRecord['fields'],
  more: Partial<NewRecord> = {},
): Made {
  return { createdAt: BORN, modifiedAt: CHANGED, ...more, type, id: idOf(type, n), fields }
}

function lead(n: number, fields: NewRecord['fields'] = {}, more: Partial<NewRecord> = {}) {
  const required = { LastName: `Lead ${n}`, Company: 'Example', Status: 'Open - Not Contacted' }
  const texts = { Email: `lead${n}@acme.example`, FirstName: `L${n}` }
  return record('Lead', n, { ...required, ...texts, IsConverted: false, ...fields }, more)
}

export function leads(count: number, more: Partial<NewRecord> = {}): Made[] {
  return Array.from({ length: count }, (_, n) => lead(n + 1, {}, more))
}

export function contact(
  n: number,
  fields: NewRecord['fields'] = {},
  more: Partial<NewRecord> = {},
) {
  return record('Contact', n, { LastName: `Contact ${n}`, FirstName: `C${n}`, ...fields }, more)
}

/** A little of everything: an account with a contact, an opportunity of theirs, a lead, and what both did. */
export function smallOrg(): Made[] {
  const done = {
    Status: 'Completed',
    IsClosed: true,
    Priority: 'Normal',
    ActivityDate: '2026-10-01',
  }
  return [
    record('Account', 1, {
      Name: 'Acme',
      Website: 'https://www.acme.example',
      NumberOfEmployees: 120,
    }),
    contact(1, { AccountId: idOf('Account', 1), Email: 'c1@acme.example' }),
    contact(2, { AccountId: idOf('Account', 1) }),
    lead(1),
    record('Opportunity', 1, {
      Name: 'Big one',
      AccountId: idOf('Account', 1),
      StageName: 'Closed Won',
      Amount: 9_000,
      CloseDate: '2026-10-15',
      IsClosed: true,
      IsWon: true,
    }),
    record('OpportunityContactRole', 1, {
      OpportunityId: idOf('Opportunity', 1),
      ContactId: idOf('Contact', 1),
    }),
    record(
      'OpportunityContactRole',
      2,
      { OpportunityId: idOf('Opportunity', 1), ContactId: idOf('Contact', 2) },
      { isDeleted: true },
    ),
    record('Task', 1, {
      ...done,
      WhoId: idOf('Lead', 1),
      Subject: 'Form submitted: Request a demo',
      TaskSubtype: 'Task',
    }),
    record('Task', 2, {
      ...done,
      WhoId: idOf('Contact', 1),
      Subject: 'Email opened',
      TaskSubtype: 'Task',
      IsArchived: true,
    }),
    record('Task', 3, {
      ...done,
      WhoId: idOf('Contact', 1),
      Subject: 'Prepare',
      TaskSubtype: 'Task',
      Status: 'Not Started',
      IsClosed: false,
    }),
    record('Event', 1, {
      WhoId: idOf('Contact', 1),
      Subject: 'Discovery',
      StartDateTime: '2026-10-05T10:00:00.000Z',
      DurationInMinutes: 30,
    }),
    record('Event', 2, {
      WhoId: idOf('Contact', 1),
      Subject: 'Canceled: Demo',
      StartDateTime: '2026-10-06T10:00:00.000Z',
      DurationInMinutes: 30,
    }),
    record('Campaign', 1, { Name: 'Webinar: Pipeline Math', Type: 'Webinar', IsActive: true }),
    record('CampaignMember', 1, {
      CampaignId: idOf('Campaign', 1),
      LeadId: idOf('Lead', 1),
      Status: 'Attended',
      HasResponded: true,
      FirstRespondedDate: '2026-10-02',
    }),
  ]
}
