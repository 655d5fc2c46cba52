import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { addCustomerField } from '../../sandbox/salesforce/market-fields.ts'
import { insertRecord } from '../../sandbox/salesforce/record-table.ts'
import type { Store } from '../../sandbox/salesforce/store.ts'
import { changeSettings } from '../../src/store/settings.ts'
import { useDatabase } from '../helpers/database.ts'
import { configWith, installIn, untilQuiet } from '../helpers/portal.ts'
import { openTestOrg, readChanges, type TestOrg } from '../helpers/salesforce-org.ts'
import { startStack } from '../helpers/stack.ts'

const LEADS = 5_000
const DAY_MS = 86_400_000
const FIRST_OWNER = idOf('User', 11)
const CLOSER = idOf('User', 77)
/** Gets every lead that a rule is run on and that no entry matches. */
const DEFAULT_OWNER = idOf('User', 88)
const lead = (n: number) => idOf('Lead', n)

const OwnerChanges = z.object({
  ownerChanges: z.object({ byAutoAssign: z.number(), byAction: z.number() }),
})

/** Leads that fit, with the authority to buy, of whom nothing has been heard yet. */
function fill(store: Store, now: number): void {
  addCustomerField(store, 'Lead', 'Buying_Role__c', 'multipicklist', now - 300 * DAY_MS)
  for (let n = 1; n <= LEADS; n += 1) {
    insertRecord(store, {
      type: 'Lead',
      id: lead(n),
      createdAt: now - 90 * DAY_MS,
      fields: {
        FirstName: 'Ann',
        LastName: `Lead ${n}`,
        Email: `ann${n}@company${n}.example`,
        Company: `Company ${n}`,
        Title: 'VP Sales',
        Country: 'Germany',
        Industry: 'Software',
        NumberOfEmployees: 5_000,
        AnnualRevenue: 90_000_000,
        Status: 'Open - Not Contacted',
        Buying_Role__c: 'Decision Maker',
        OwnerId: FIRST_OWNER,
      },
    })
  }
}

describe('owners of leads in Salesforce', () => {
  const database = useDatabase()
  let org: TestOrg
  beforeEach(async () => {
    org = await openTestOrg(fill)
    const criteria = [{ field: 'Plumbline_Tier__c', operator: 'equals', value: 'A' }]
    const rule = { name: 'Eager', active: true, entries: [{ criteria, owner: CLOSER }] }
    await org.lever('__rules', { assignment: { rules: [rule], defaultOwner: DEFAULT_OWNER } })
  })
  afterEach(() => org.close())

  const ownerChanges = async () => OwnerChanges.parse(await org.lever('__rules')).ownerChanges
  const happens = (n: number, subject: string) => {
    const fields = { WhoId: lead(n), Subject: subject, Status: 'Completed', TaskSubtype: 'Task' }
    return org.mutate({ op: 'insert', type: 'Task', fields })
  }

  test('5,000 score writes move nobody; who reaches a tier is assigned by the rules, and nobody else', async () => {
    const config = await configWith({ salesforce: org.app }, database.url, null)
    const plumbline = await startStack(config)
    const since = new Date()
    const installation = await installIn(plumbline, 'salesforce')
    const { db } = plumbline
    await changeSettings(db, installation.id, { routing: { tiers: ['A'] } }, since)
    await untilQuiet({ db }, installation.id, since)
    const leads = await org.records('Lead')
    const scored = leads.filter(({ fields }) => Number(fields['Plumbline_Score__c']) > 0)
    expect(scored.length).toBe(LEADS)
    expect(await ownerChanges()).toEqual({ byAutoAssign: 0, byAction: 0 })

    // Some ask for a demo, others read the newsletter.
    for (let n = 1; n <= 40; n += 1) await happens(n, 'Form submitted: Request a demo')
    for (let n = 41; n <= 100; n += 1) await happens(n, 'Email opened')
    await readChanges(plumbline, installation)

    const after = await org.records('Lead')
    const tierA = after.filter(({ fields }) => fields['Plumbline_Tier__c'] === 'A')
    expect(tierA.map(({ id }) => id).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, at) => lead(at + 1)).toSorted(),
    )
    expect(await ownerChanges()).toEqual({ byAutoAssign: 0, byAction: 40 })
    const moved = after.filter(({ fields }) => fields['OwnerId'] !== FIRST_OWNER)
    expect(moved.map(({ id }) => id).toSorted()).toEqual(tierA.map(({ id }) => id).toSorted())
    expect(new Set(moved.map(({ fields }) => fields['OwnerId']))).toEqual(new Set([CLOSER]))
  })
})
