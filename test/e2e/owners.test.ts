import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { requestSync } from '../../jobs/schedule.ts'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { addCustomerField } from '../../sandbox/salesforce/market-fields.ts'
import { claimOrg, orgIdOf } from '../../sandbox/salesforce/org.ts'
import { insertRecord } from '../../sandbox/salesforce/record-table.ts'
import { startSalesforceSandbox } from '../../sandbox/salesforce/server.ts'
import { openStore } from '../../sandbox/salesforce/store.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import type { Installation } from '../../src/store/installations.ts'
import { changeSettings } from '../../src/store/settings.ts'
import { useDatabase } from '../helpers/database.ts'
import { configWith, installIn, untilQuiet } from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const LEADS = 5_000
const DAY_MS = 86_400_000
const ORG_ID = orgIdOf('00D000000000042')
const FIRST_OWNER = idOf('User', 11)
const CLOSER = idOf('User', 77)
/** Gets every lead that a rule is run on and that no entry matches. */
const DEFAULT_OWNER = idOf('User', 88)
const lead = (n: number) => idOf('Lead', n)

const OwnerChanges = z.object({
  ownerChanges: z.object({ byAutoAssign: z.number(), byAction: z.number() }),
})
const Lead = z.object({ id: z.string(), fields: z.record(z.string(), z.unknown()) })

/** Leads that fit, with the authority to buy, of whom nothing has been heard yet. */
function fillOrg(file: string, now: number): void {
  const store = openStore(file)
  claimOrg(store, file, ORG_ID, now - 365 * DAY_MS)
  addCustomerField(store, 'Lead', 'Buying_Role__c', 'multipicklist', now - 365 * DAY_MS)
  store.db.exec('begin')
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
  store.db.exec('commit')
  store.close()
}

describe('owners of leads in Salesforce', () => {
  const database = useDatabase()
  let folder: string
  let org: Awaited<ReturnType<typeof startSalesforceSandbox>>
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-owners-'))
    const file = path.join(folder, 'org.sqlite')
    fillOrg(file, Date.now())
    org = await startSalesforceSandbox({ ...SANDBOX_APP, file, orgId: ORG_ID, pubSubPort: 0 })
    const criteria = [{ field: 'Plumbline_Tier__c', operator: 'equals', value: 'A' }]
    const rule = { name: 'Eager', active: true, entries: [{ criteria, owner: CLOSER }] }
    await lever('__rules', { assignment: { rules: [rule], defaultOwner: DEFAULT_OWNER } })
  })
  afterEach(async () => {
    await org.close()
    await rm(folder, { recursive: true })
  })

  const lever = async (name: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${org.url}/${name}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const ownerChanges = async () => OwnerChanges.parse(await lever('__rules')).ownerChanges
  const leads = async () => z.array(Lead).parse(await lever('__records?type=Lead'))

  /** Somebody asks for a demo, and somebody else reads the newsletter. */
  const happens = async (n: number, subject: string) => {
    const fields = { WhoId: lead(n), Subject: subject, Status: 'Completed', TaskSubtype: 'Task' }
    await lever('__mutate', { op: 'insert', type: 'Task', fields })
  }
  const readChanges = async ({ db, deps }: Plumbline, { id }: Installation) => {
    const since = new Date()
    await requestSync(db, id, 'delta', since)
    await deps.wake('sync', id)
    await untilQuiet({ db }, id, since)
  }

  test('5,000 score writes move nobody; who reaches a tier is assigned by the rules, and nobody else', async () => {
    const salesforce = { ...SANDBOX_APP, loginUrl: org.url, pubSubEndpoint: '127.0.0.1:9' }
    const plumbline = await startStack(await configWith({ salesforce }, database.url, null))
    const since = new Date()
    const installation = await installIn(plumbline, 'salesforce')
    const { db } = plumbline
    await changeSettings(db, installation.id, { routing: { tiers: ['A'] } }, since)
    await untilQuiet({ db }, installation.id, since)
    const scored = (await leads()).filter(({ fields }) => Number(fields['Plumbline_Score__c']) > 0)
    expect(scored.length).toBe(LEADS)
    expect(await ownerChanges()).toEqual({ byAutoAssign: 0, byAction: 0 })

    for (let n = 1; n <= 40; n += 1) await happens(n, 'Form submitted: Request a demo')
    for (let n = 41; n <= 100; n += 1) await happens(n, 'Email opened')
    await readChanges(plumbline, installation)

    const after = await leads()
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
