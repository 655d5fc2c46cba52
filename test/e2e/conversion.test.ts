import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { insertRecord } from '../../sandbox/salesforce/record-table.ts'
import type { Store } from '../../sandbox/salesforce/store.ts'
import { useDatabase } from '../helpers/database.ts'
import { configWith, installIn, untilQuiet } from '../helpers/portal.ts'
import { openTestOrg, readChanges, type TestOrg } from '../helpers/salesforce-org.ts'
import { startStack } from '../helpers/stack.ts'

const DAY_MS = 86_400_000
const ANN = idOf('Lead', 1)

/** A lead who has asked for a demo and come to a webinar. */
function fill(store: Store, now: number): void {
  const at = now - 2 * DAY_MS
  const day = new Date(at).toISOString().slice(0, 10)
  const put = (type: 'Lead' | 'Task' | 'Campaign' | 'CampaignMember', fields: object) =>
    insertRecord(store, { type, id: idOf(type, 1), createdAt: at, fields: { ...fields } })
  put('Lead', {
    FirstName: 'Ann',
    LastName: 'Lee',
    Email: 'ann@acme.example',
    Company: 'Acme',
    Title: 'VP Sales',
    Country: 'Germany',
    Status: 'Open - Not Contacted',
  })
  put('Task', {
    WhoId: ANN,
    Subject: 'Form submitted: Request a demo',
    Status: 'Completed',
    ActivityDate: day,
  })
  put('Campaign', { Name: 'Webinar: Pipeline Math', Type: 'Webinar' })
  put('CampaignMember', {
    CampaignId: idOf('Campaign', 1),
    LeadId: ANN,
    Status: 'Attended',
    HasResponded: true,
    FirstRespondedDate: day,
  })
}

describe('a lead that is converted', () => {
  const database = useDatabase()
  let org: TestOrg
  beforeEach(async () => {
    org = await openTestOrg(fill)
  })
  afterEach(() => org.close())

  test('lives on as the contact: what it did counts there, once, and the deal is the contact’s', async () => {
    const config = await configWith({ salesforce: org.app }, database.url, null)
    const plumbline = await startStack(config)
    const since = new Date()
    const installation = await installIn(plumbline, 'salesforce')
    await untilQuiet(plumbline, installation.id, since)
    const lead = (await org.records('Lead'))[0]?.fields ?? {}
    expect(Number(lead['Plumbline_Engagement__c'])).toBeGreaterThan(30)

    await org.mutate({ op: 'convert', id: ANN, opportunityName: 'Acme: first order' })
    await readChanges(plumbline, installation)

    const [contact] = await org.records('Contact')
    expect(contact?.fields).toMatchObject({
      Plumbline_Engagement__c: lead['Plumbline_Engagement__c'],
      Plumbline_Tier__c: lead['Plumbline_Tier__c'],
    })
    const { rows: people } = await sql<{ id: string; merged_into: string | null }>`
      select id, merged_into from person where installation_id = ${installation.id} order by id`.execute(
      plumbline.db,
    )
    expect(people).toEqual([
      { id: contact?.id, merged_into: null },
      { id: ANN, merged_into: contact?.id },
    ])
    const { rows: counted } = await sql<{ type: string }>`
      select type from activity where installation_id = ${installation.id}
        and person_id = ${contact?.id} and retracted_at is null order by type`.execute(plumbline.db)
    expect(counted.map(({ type }) => type)).toEqual(['demo_requested', 'webinar_attended'])
    const { rows: deals } = await sql<{ people: string[] }>`
      select person_ids as people from deal where installation_id = ${installation.id}`.execute(
      plumbline.db,
    )
    expect(deals).toEqual([{ people: [contact?.id] }])
  })
})
