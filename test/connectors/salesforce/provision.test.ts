import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFINITIONS } from '../../../connectors/salesforce/definitions.ts'
import { apiNameOf, namesIn, ourNameOf } from '../../../connectors/salesforce/names.ts'
import { CrmRejected } from '../../../src/errors.ts'
import { openStage, type Stage, TIERS } from './stage.ts'
import { api, describe as describeObject, hideFields, removeField } from './writing-stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage([])
})
afterEach(() => stage.close())

const field = async (sObject: string, name: string) =>
  (await describeObject(stage, sObject)).find((each) => each.name === name)
const provision = (tiers = TIERS) => stage.connection.provision(tiers)
test('leads, contacts and accounts have our fields, which we may edit', async () => {
  await provision()
  const objects = { Lead: 'person', Contact: 'person', Account: 'company' } as const
  for (const [sObject, kind] of Object.entries(objects)) {
    for (const { field: name, label, describedAs } of DEFINITIONS[kind]) {
      const found = await field(sObject, name)
      expect(found, `${sObject}.${name}`).toMatchObject({ name, label, updateable: true })
      expect(describedAs).toContain(found?.type)
    }
  }
})

test('only a model’s own tiers may be anything; every other list is closed', async () => {
  await provision({ person: ['Platinum', 'Gold'], company: [] })
  const tier = await field('Lead', 'Plumbline_Tier__c')
  expect(tier?.restrictedPicklist).toBe(false)
  expect(tier?.picklistValues.map(({ value }) => value)).toEqual([
    'Platinum',
    'Gold',
    'A',
    'B',
    'C',
    'none',
  ])
  const stageField = await field('Contact', 'Plumbline_Stage__c')
  expect(stageField?.restrictedPicklist).toBe(true)
  expect(stageField?.picklistValues.map(({ value, label }) => [value, label])).toEqual([
    ['disqualified', 'Disqualified'],
    ['nurture', 'Nurture'],
    ['mql', 'MQL'],
    ['sql', 'SQL'],
  ])
})

test('a second time is one call, which writes nothing', async () => {
  await provision()
  await stage.resetLedger()
  await provision()
  const { total, recordsWritten } = await stage.ledger()
  expect({ total, recordsWritten }).toEqual({ total: 1, recordsWritten: 0 })
})

test('two who provision at once do not disturb each other', async () => {
  const other = stage.connector.connect(stage.context)
  await Promise.all([provision(), other.provision(TIERS)])
  await stage.resetLedger()
  await provision()
  expect((await stage.ledger()).total).toBe(1)
})

test('a field that was deleted comes back', async () => {
  await provision()
  await removeField(stage, 'Contact', 'Plumbline_Tier__c')
  expect(await field('Contact', 'Plumbline_Tier__c')).toBeUndefined()
  await provision()
  expect(await field('Contact', 'Plumbline_Tier__c')).toMatchObject({ updateable: true })
})

test('fields that are there and hidden are shown to us, not made twice', async () => {
  await provision()
  await hideFields(stage)
  expect(await field('Lead', 'Plumbline_Score__c')).toBeUndefined()
  await stage.resetLedger()
  await provision()
  expect(await field('Lead', 'Plumbline_Score__c')).toMatchObject({ updateable: true })
  const { byRoute } = await stage.ledger()
  expect(
    Object.keys(byRoute).filter((route) => route.includes('POST') && route.includes('tooling')),
  ).toEqual([])
})

test('new tiers are added to the list, the customer’s own values stay', async () => {
  await provision()
  await provision({ ...TIERS, person: ['A', 'B', 'Watch'] })
  const tier = await field('Lead', 'Plumbline_Tier__c')
  expect(tier?.picklistValues.map(({ value }) => value)).toEqual(['A', 'B', 'C', 'none', 'Watch'])
})

test('a field of another type is named with what to do; the others are right', async () => {
  await api(stage, 'POST', '/tooling/sobjects/CustomField', {
    FullName: 'Lead.Plumbline_Score__c',
    Metadata: { type: 'Text', label: 'Lead score', length: 20 },
  })
  const failure = await provision().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CrmRejected)
  expect(String(failure)).toContain('Lead.Plumbline_Score__c has type "string"')
  expect(String(failure)).toContain('Delete it in Setup')
  expect(await field('Lead', 'Plumbline_Tier__c')).toMatchObject({ updateable: true })
  expect(await field('Contact', 'Plumbline_Score__c')).toMatchObject({ type: 'double' })
})

test('who may not make fields is told to install the package or to grant the right', async () => {
  await stage.lever('/__rules', { permissions: { customizeApplication: false } })
  const failure = await provision().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CrmRejected)
  expect(String(failure)).toContain('Install the Plumbline package')
  expect(String(failure)).toContain('Customize Application')
})

test('our names and the org’s lead to each other, whatever namespace is before them', () => {
  expect(apiNameOf('plumbline_scored_at')).toBe('Plumbline_Scored_At__c')
  for (const { name, field: apiName } of [...DEFINITIONS.person, ...DEFINITIONS.company]) {
    expect(ourNameOf(apiName)).toBe(name)
    expect(ourNameOf(`pl_1__${apiName}`)).toBe(name)
  }
  expect(
    ['Plumbline__c', 'Score__c', 'Plumbline_Score', 'a__b__Plumbline_X__c'].map(ourNameOf),
  ).toEqual([undefined, undefined, undefined, undefined])
})

test('where a package brought a field that we had made, the package’s counts', () => {
  const both = ['Plumbline_Score__c', 'pl__Plumbline_Score__c', 'Plumbline_Tier__c']
  const expected = {
    plumbline_score: 'pl__Plumbline_Score__c',
    plumbline_tier: 'Plumbline_Tier__c',
  }
  expect(Object.fromEntries(namesIn(both))).toEqual(expected)
  expect(Object.fromEntries(namesIn(both.toReversed()))).toEqual(expected)
})
