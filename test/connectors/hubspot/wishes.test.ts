import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ReadingWishes } from '../../../connectors/connector.ts'
import { silentLog } from '../helpers.ts'
import { readAll } from '../pages.ts'
import { BORN, CHANGED } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const OWN = {
  budget_size: { type: 'number', fieldType: 'number' },
  is_partner: { type: 'bool', fieldType: 'booleancheckbox' },
  newsletter: { type: 'enumeration', fieldType: 'booleancheckbox', options: ['true', 'false'] },
  renewal_on: { type: 'date', fieldType: 'date' },
  last_demo_at: { type: 'datetime', fieldType: 'date' },
  products: { type: 'enumeration', fieldType: 'checkbox', options: ['crm', 'cms'] },
  segment: { type: 'enumeration', fieldType: 'select', options: ['smb', 'mid'] },
  remark: { type: 'string', fieldType: 'text' },
} as const
const NAMES = Object.keys(OWN)
const VALUES = {
  budget_size: '5000',
  is_partner: 'true',
  newsletter: 'false',
  renewal_on: '2027-01-31',
  last_demo_at: '2026-09-30T10:00:00Z',
  products: 'crm;cms',
  segment: 'mid',
  remark: ' ok ',
}
const FACTS = {
  budget_size: 5000,
  is_partner: true,
  newsletter: false,
  renewal_on: '2027-01-31',
  last_demo_at: '2026-09-30T10:00:00.000Z',
  products: ['crm', 'cms'],
  segment: 'mid',
  remark: 'ok',
}

let stage: Stage
let wishes: ReadingWishes
let warnings: { property?: string; reason?: string }[]

beforeAll(async () => {
  stage = await openStage([
    { type: 'contacts', id: '1', properties: {}, createdAt: BORN, updatedAt: CHANGED },
    { type: 'contacts', id: '2', properties: {}, createdAt: BORN, updatedAt: CHANGED },
    { type: 'companies', id: '1', properties: {}, createdAt: BORN, updatedAt: CHANGED },
  ])
  await stage.connection.provision({ person: ['A', 'B', 'C'], company: ['A', 'B', 'C'] })
  for (const name of NAMES) await createProperty(name)
  await mutate({ op: 'update', type: 'contacts', id: '1', properties: VALUES, at: CHANGED })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
  warnings = []
  wishes = { fields: { person: NAMES, company: [] }, mapping: {}, apiShare: 0.5 }
})

async function mutate(change: object): Promise<void> {
  const answer = await fetch(`${stage.url}/__mutate`, {
    method: 'POST',
    body: JSON.stringify(change),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

async function createProperty(
  name: string,
  kind: { type: string; fieldType: string } = ownType(name),
) {
  const { accessToken } = await stage.credentials.current()
  const labels = 'options' in kind && Array.isArray(kind.options) ? kind.options : []
  const options = labels.map((value, displayOrder) => {
    return { label: value, value, hidden: false, displayOrder }
  })
  const answer = await fetch(`${stage.url}/crm/properties/2026-09/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...kind,
      name,
      label: name,
      groupName: 'contactinformation',
      ...(kind.type === 'enumeration' ? { options } : { options: undefined }),
    }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

function ownType(name: string) {
  const found = Object.entries(OWN).find(([own]) => own === name)?.[1]
  if (!found) throw new Error(`${name} is not one of ours`)
  return found
}

/** A connection of its own, so that no list of properties is remembered from another test. */
function connect() {
  const log = Object.create(silentLog, {
    warn: { value: (details: (typeof warnings)[number]) => warnings.push(details) },
  })
  const { credentials, budget, clock } = stage
  return stage.connector.connect({ credentials, budget, clock, log, wishes: async () => wishes })
}

const ALL = { since: new Date(BORN), until: new Date('2026-12-01T00:00:00Z') }
const factsOf = (page: { people: readonly { id: string; facts: object }[] } | undefined) =>
  page?.people.find(({ id }) => id === '1')?.facts

test('properties that the models ask for become facts by their declared type, in every way of reading', async () => {
  const connection = connect()
  const [listed] = await readAll(connection, 'contacts')
  expect(factsOf(listed)).toEqual(FACTS)
  expect(factsOf(await connection.pullChanges('contacts', ALL, null))).toEqual(FACTS)
  expect(factsOf(await connection.fetch('contacts', ['1']))).toEqual(FACTS)
  expect(warnings).toEqual([])
})

test('the list of properties is asked for once in ten minutes, and only where somebody wishes', async () => {
  const connection = connect()
  const listings = async () => (await stage.ledger()).byRoute['GET /crm/properties/{type}'] ?? 0
  await connection.pullAll('contacts', null)
  await connection.pullAll('contacts', null)
  await connection.pullAll('companies', null)
  expect(await listings()).toBe(1)
  stage.clock.forward(10 * 60_000)
  await connection.pullAll('contacts', null)
  expect(await listings()).toBe(2)
  wishes = { fields: { person: [], company: [] }, mapping: {}, apiShare: 0.5 }
  await connect().pullAll('contacts', null)
  expect(await listings()).toBe(2)
})

test('an unknown property stays unknown, says so once, and stops nothing', async () => {
  wishes = {
    fields: { person: ['favourite_colour', 'segment'], company: [] },
    mapping: {},
    apiShare: 0.5,
  }
  const connection = connect()
  for (const _ of [1, 2]) {
    expect(factsOf(await connection.pullChanges('contacts', ALL, null))).toEqual({ segment: 'mid' })
  }
  expect(warnings).toMatchObject([{ property: 'favourite_colour' }])
})

test('what we write, and what our writing changes, never becomes a fact', async () => {
  const properties = { plumbline_score: '87' }
  await mutate({ op: 'update', type: 'contacts', id: '2', properties, at: CHANGED })
  const person = ['plumbline_score', 'lastmodifieddate', 'hs_lastmodifieddate', 'title']
  wishes = { fields: { person, company: [] }, mapping: {}, apiShare: 0.5 }
  const page = await connect().fetch('contacts', ['2'])
  expect(page.people[0]?.facts).toEqual({})
  expect(page.ours[0]).toMatchObject({
    subject: { kind: 'person', id: '2' },
    values: { plumbline_score: '87', plumbline_tier: '' },
    updatedAt: new Date(CHANGED),
  })
  expect(warnings).toHaveLength(3)
})

test('our fields come with every page of people and companies', async () => {
  const connection = connect()
  const pages = [
    await connection.pullAll('contacts', null),
    await connection.pullChanges('contacts', ALL, null),
    await connection.pullAll('companies', null),
  ]
  expect(pages.map(({ ours }) => ours.length)).toEqual([2, 2, 1])
  expect(pages[2]?.ours[0]?.values).toHaveProperty('plumbline_account_score', '')
})

test('a value that does not parse costs itself and not its record', async () => {
  const properties = { ...VALUES, budget_size: '5,333', last_demo_at: 'soon', remark: '' }
  await mutate({ op: 'update', type: 'contacts', id: '2', properties, at: CHANGED })
  const page = await connect().fetch('contacts', ['2'])
  const { budget_size: _, last_demo_at: __, remark: ___, ...rest } = FACTS
  expect(page.people[0]?.facts).toEqual(rest)
})

test('a portal that refuses a property is read without it', async () => {
  const body = { category: 'VALIDATION_ERROR', errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] }
  const match = { route: '/contacts/search', nth: 1 }
  await stage.faults({ match, do: { kind: 'status', status: 400, body } })
  const page = await connect().pullChanges('contacts', ALL, null)
  expect(factsOf(page)).toEqual(FACTS)
  expect((await stage.ledger()).byRoute['POST /crm/objects/{type}/search']).toBe(2)
})

test('a portal that keeps its list of properties to itself is read without wishes', async () => {
  const body = { category: 'MISSING_SCOPES' }
  const match = { route: '/crm/properties/' }
  await stage.faults({ match, do: { kind: 'status', status: 403, body } })
  expect(factsOf(await connect().pullAll('contacts', null))).toEqual({})
  expect(warnings).toHaveLength(1)
})

test('more names than a search or a URL can hold are read by id', async () => {
  const many = Array.from({ length: 160 }, (_, at) => `p${at}_${'x'.repeat(90)}`)
  for (const name of many) await createProperty(name, { type: 'string', fieldType: 'text' })
  const properties = Object.fromEntries(many.map((name, at) => [name, String(at)]))
  await mutate({ op: 'update', type: 'contacts', id: '1', properties, at: CHANGED })
  wishes = { fields: { person: many, company: [] }, mapping: {}, apiShare: 0.5 }
  const connection = connect()
  const searched = await connection.pullChanges('contacts', ALL, null)
  expect(factsOf(searched)).toEqual(properties)
  const listed = await connection.pullAll('contacts', null)
  expect(factsOf(listed)).toEqual(properties)
  expect(listed.covers).toEqual({ kind: 'person', after: null, upTo: null })
  expect(searched.people).toHaveLength(2)
})

test('the type of a meeting is asked for only where the mapping speaks of it', async () => {
  const meetings = [{ type: 'First', is: 'discovery_held' }]
  wishes = { fields: { person: [], company: [] }, mapping: { meetings }, apiShare: 0.5 }
  const search = { route: '/meetings?', nth: 1 }
  const hidden = { category: 'VALIDATION_ERROR', errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] }
  await stage.faults({ match: search, do: { kind: 'status', status: 400, body: hidden } })
  expect(await connect().pullAll('meetings', null)).toMatchObject({ activities: [] })
  expect((await stage.ledger()).byRoute['GET /crm/properties/{type}']).toBe(1)
})
