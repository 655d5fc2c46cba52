import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFINITIONS } from '../../../connectors/hubspot/definitions.ts'
import { CrmRejected } from '../../../src/errors.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

const PATH = '/crm/properties/2026-09/contacts'
const COMPANIES = '/crm/properties/2026-09/companies'

let stage: Stage
beforeEach(async () => {
  stage = await openStage([])
})
afterEach(() => stage.close())

interface Property {
  readonly name: string
  readonly type: string
  readonly groupName: string
  readonly label: string
  readonly options: readonly { value: string; label: string; hidden: boolean }[]
}

async function api(method: string, path: string, body?: object) {
  const { accessToken } = await stage.credentials.current()
  const answer = await fetch(`${stage.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

/** One property as the portal has it; a wrong shape makes the expectation fail. */
async function property(name: string, path = PATH): Promise<Property> {
  return (await api('GET', `${path}/${name}`)) as Property
}

function valuesOf({ options }: Property): readonly string[] {
  return options.map((option) => option.value)
}

test('the fields are there with their types, options and group', async () => {
  await stage.connection.provision(TIERS)
  for (const { name, type, label } of DEFINITIONS.person) {
    expect(await property(name)).toMatchObject({ name, type, label, groupName: 'plumbline' })
  }
  expect(valuesOf(await property('plumbline_grade'))).toEqual(['A', 'B', 'C', 'D', 'F'])
  expect(valuesOf(await property('plumbline_tier'))).toEqual(['A', 'B', 'C', 'none'])
  expect(valuesOf(await property('plumbline_stage'))).toEqual([
    'disqualified',
    'nurture',
    'mql',
    'sql',
  ])
  expect(valuesOf(await property('plumbline_action'))).toEqual([
    'hold',
    'nurture',
    'review',
    'route_now',
  ])
})

test('companies have fields of their own, with their types, options and group', async () => {
  await stage.connection.provision(TIERS)
  for (const { name, type, label } of DEFINITIONS.company) {
    const found = await property(name, COMPANIES)
    expect(found).toMatchObject({ name, type, label, groupName: 'plumbline' })
  }
  expect(DEFINITIONS.company.map(({ name, fieldType }) => [name, fieldType])).toEqual([
    ['plumbline_account_score', 'number'],
    ['plumbline_account_tier', 'select'],
    ['plumbline_buying_group', 'textarea'],
    ['plumbline_account_reasons', 'textarea'],
  ])
  const tier = await property('plumbline_account_tier', COMPANIES)
  expect(valuesOf(tier)).toEqual(['A', 'B', 'C', 'none'])
  await expect(property('plumbline_score', COMPANIES)).rejects.toThrow('404')
})

test('a second time reads once per kind of record and writes nothing', async () => {
  await stage.connection.provision(TIERS)
  await stage.resetLedger()
  await stage.connection.provision(TIERS)
  const { total, byRoute } = await stage.ledger()
  expect(total).toBe(2)
  expect(Object.keys(byRoute).every((route) => route.startsWith('GET '))).toBe(true)
})

test('a property that was deleted comes back, the others are left alone', async () => {
  await stage.connection.provision(TIERS)
  await api('DELETE', `${PATH}/plumbline_tier`)
  await api('PATCH', `${PATH}/plumbline_grade`, { label: 'Our grade' })
  await stage.connection.provision(TIERS)
  expect(valuesOf(await property('plumbline_tier'))).toEqual(['A', 'B', 'C', 'none'])
  expect((await property('plumbline_grade')).label).toBe('Our grade')
})

test('a company property that was deleted comes back', async () => {
  await stage.connection.provision(TIERS)
  await api('DELETE', `${COMPANIES}/plumbline_account_tier`)
  await stage.connection.provision(TIERS)
  const tier = await property('plumbline_account_tier', COMPANIES)
  expect(valuesOf(tier)).toEqual(['A', 'B', 'C', 'none'])
})

test('missing options are added, the portal’s own stay', async () => {
  await stage.connection.provision(TIERS)
  const options = [
    { label: 'Best', value: 'A', displayOrder: 0, hidden: false },
    { label: 'Extra', value: 'extra', displayOrder: 1, hidden: true },
  ]
  await api('PATCH', `${PATH}/plumbline_tier`, { options })
  await stage.connection.provision(TIERS)
  const tier = await property('plumbline_tier')
  expect(valuesOf(tier)).toEqual(['A', 'B', 'C', 'none', 'extra'])
  expect(tier.options.map(({ label, hidden }) => [label, hidden])).toEqual([
    ['Best', false],
    ['B', false],
    ['C', false],
    ['None', false],
    ['Extra', true],
  ])
})

test('the tiers of the model are offered best first, before the usual ones', async () => {
  const tiers = { person: ['Platinum', 'B', 'Iron'], company: ['Key'] }
  await stage.connection.provision(tiers)
  expect(valuesOf(await property('plumbline_tier'))).toEqual([
    'Platinum',
    'B',
    'Iron',
    'A',
    'C',
    'none',
  ])
  const account = await property('plumbline_account_tier', COMPANIES)
  expect(valuesOf(account)).toEqual(['Key', 'A', 'B', 'C', 'none'])
})

test('another model’s tiers come first, those of the model before stay', async () => {
  await stage.connection.provision({ person: ['Hot', 'Cold'], company: [] })
  await stage.connection.provision({ person: ['Warm', 'Hot'], company: [] })
  const expected = ['Warm', 'Hot', 'A', 'B', 'C', 'none', 'Cold']
  expect(valuesOf(await property('plumbline_tier'))).toEqual(expected)
})

test('options are put into the model’s order once, and then left alone', async () => {
  await stage.connection.provision({ person: ['Hot', 'Cold'], company: [] })
  await stage.connection.provision({ person: ['Cold', 'Hot'], company: [] })
  expect(valuesOf(await property('plumbline_tier')).slice(0, 2)).toEqual(['Cold', 'Hot'])
  await stage.resetLedger()
  await stage.connection.provision({ person: ['Cold', 'Hot'], company: [] })
  expect((await stage.ledger()).total).toBe(2)
})

test('an option of the customer between ours stays where it is', async () => {
  await stage.connection.provision(TIERS)
  const values = ['A', 'own', 'B', 'C', 'none']
  const options = values.map((value, displayOrder) => ({
    label: value,
    value,
    displayOrder,
    hidden: false,
  }))
  await api('PATCH', `${PATH}/plumbline_tier`, { options })
  await stage.connection.provision(TIERS)
  expect(valuesOf(await property('plumbline_tier'))).toEqual(values)
})

test.each([
  ['contacts', PATH, 'person'],
  ['companies', COMPANIES, 'company'],
] as const)('every field of %s explains itself', async (_, path, kind) => {
  await stage.connection.provision(TIERS)
  for (const { name, description, fieldType } of DEFINITIONS[kind]) {
    expect(description).toMatch(/\w.*\.$/)
    expect(await property(name, path)).toMatchObject({ description, fieldType, formField: false })
  }
})

test('a property of another type is named together with the remedy', async () => {
  await api('POST', PATH, {
    name: 'plumbline_score',
    label: 'Score',
    type: 'string',
    fieldType: 'text',
    groupName: 'contactinformation',
  })
  const error = await stage.connection.provision(TIERS).catch((e) => e)
  expect(error).toBeInstanceOf(CrmRejected)
  expect(error.message).toBe(
    'The contact property "plumbline_score" has type "string" where Plumbline writes "number". ' +
      'Delete it in HubSpot (Settings, Properties); it is made anew with the next reading',
  )
  expect(valuesOf(await property('plumbline_tier'))).toEqual(['A', 'B', 'C', 'none'])
  expect(await property('plumbline_account_score', COMPANIES)).toMatchObject({ type: 'number' })
})

test('a company property of another type is called so', async () => {
  await api('POST', COMPANIES, {
    name: 'plumbline_account_tier',
    label: 'Tier',
    type: 'string',
    fieldType: 'text',
    groupName: 'companyinformation',
  })
  await expect(stage.connection.provision(TIERS)).rejects.toThrow(
    'The company property "plumbline_account_tier" has type "string" where Plumbline writes "enumeration"',
  )
})

test('two at once end well', async () => {
  await Promise.all([stage.connection.provision(TIERS), stage.connection.provision(TIERS)])
  expect(valuesOf(await property('plumbline_tier'))).toEqual(['A', 'B', 'C', 'none'])
})

test('a refused property in a 207 is told', async () => {
  const body = { results: [], errors: [{ category: 'VALIDATION_ERROR', message: 'Limit reached' }] }
  await stage.faults({
    match: { route: '/batch/create' },
    do: { kind: 'status', status: 207, body },
  })
  await expect(stage.connection.provision(TIERS)).rejects.toThrow('Limit reached')
})
