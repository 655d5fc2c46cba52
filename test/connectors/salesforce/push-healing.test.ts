import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Write } from '../../../connectors/connector.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { openStage, type Stage, TIERS } from './stage.ts'
import { api, hideFields, records, removeField, stored } from './writing-stage.ts'

const UPDATE = 'PATCH /services/data/composite/sobjects'
const MINUTE_MS = 60_000

let stage: Stage
beforeEach(async () => {
  stage = await openStage(records('Lead', 300))
})
afterEach(() => stage.close())

const lead = (n: number) => idOf('Lead', n)
function write(n: number, values: Record<string, string>): Write {
  return { subject: { kind: 'person', id: lead(n) }, values }
}
const push = (...writes: Write[]) => stage.connection.push(writes)

// Nobody has published whether an unknown field refuses the call or the record.
describe.each(['request', 'record'])('an unknown field refuses the %s', (unknownFields) => {
  beforeEach(async () => {
    await stage.connection.provision(TIERS)
    await push(write(1, { plumbline_score: '1' }))
    await stage.lever('/__rules', { unknownFields })
  })

  test('a field that somebody deleted is made again, and the values are written', async () => {
    await removeField(stage, 'Lead', 'Plumbline_Score__c')
    const values = { plumbline_score: '20', plumbline_tier: 'B' }
    const outcomes = await push(...Array.from({ length: 300 }, (_, at) => write(at + 1, values)))
    expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
    expect(await stored(stage, lead(300), 'Plumbline_Score__c')).toBe(20)
  })

  test('fields that somebody hid are shown again', async () => {
    await hideFields(stage)
    expect(await push(write(2, { plumbline_score: '20' }))).toMatchObject([{ status: 'written' }])
  })

  test('where that is not allowed it is told with the remedy, and tried again after a while', async () => {
    await removeField(stage, 'Lead', 'Plumbline_Score__c')
    await stage.lever('/__rules', { permissions: { customizeApplication: false } })
    const [outcome] = await push(write(3, { plumbline_score: '20', plumbline_route: 'x' }))
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('Install the Plumbline package'),
    })
    expect(await stored(stage, lead(3), 'Plumbline_Route__c')).toBe('x')
    await stage.resetLedger()
    await push(write(4, { plumbline_score: '20', plumbline_route: 'x' }))
    expect((await stage.ledger()).byRoute).toEqual({ [UPDATE]: 1 })
    await stage.lever('/__rules', { permissions: { customizeApplication: true } })
    stage.clock.forward(11 * MINUTE_MS)
    expect(await push(write(4, { plumbline_score: '20' }))).toMatchObject([{ status: 'written' }])
  })
})

test('an org that nobody provisioned gets its fields with the first write', async () => {
  expect(await push(write(1, { plumbline_tier: 'A' }))).toMatchObject([{ status: 'written' }])
})

test('a tier that the list does not offer is written, and joins the list when it is provisioned', async () => {
  await stage.connection.provision(TIERS)
  expect(await push(write(1, { plumbline_tier: 'Platinum' }))).toMatchObject([
    { status: 'written' },
  ])
  expect(await stored(stage, lead(1), 'Plumbline_Tier__c')).toBe('Platinum')
})

test('a choice that somebody removed from a closed list comes back', async () => {
  await stage.connection.provision(TIERS)
  await setStages(['mql', 'sql'])
  expect(await push(write(1, { plumbline_stage: 'nurture' }))).toMatchObject([
    { status: 'written' },
  ])
})

test('a field that became another type is told, the others are written', async () => {
  await stage.connection.provision(TIERS)
  await push(write(1, { plumbline_score: '1' }))
  await removeField(stage, 'Lead', 'Plumbline_Score__c')
  await api(stage, 'POST', '/tooling/sobjects/CustomField', {
    FullName: 'Lead.Plumbline_Score__c',
    Metadata: { type: 'Text', label: 'Lead score', length: 20 },
  })
  const outcomes = await push(write(1, { plumbline_score: '2', plumbline_route: 'r' }))
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: expect.stringContaining('has type "string"') },
  ])
  expect(await stored(stage, lead(1), 'Plumbline_Route__c')).toBe('r')
})

async function setStages(values: readonly string[]): Promise<void> {
  const q = `SELECT Id, Metadata FROM CustomField WHERE TableEnumOrId = 'Lead' AND DeveloperName = 'Plumbline_Stage'`
  const found = await api(stage, 'GET', `/tooling/query?q=${encodeURIComponent(q)}`)
  // The sandbox's own answer; a wrong shape makes the expectation fail.
  const [field] = (found as { records: { Id: string; Metadata: { valueSet: object } }[] }).records
  const value = values.map((valueName) => ({ valueName, label: valueName, default: false }))
  const valueSetDefinition = { sorted: false, value }
  const Metadata = { ...field?.Metadata, valueSet: { restricted: true, valueSetDefinition } }
  await api(stage, 'PATCH', `/tooling/sobjects/CustomField/${field?.Id}`, { Metadata })
}
