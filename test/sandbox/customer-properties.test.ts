import { expect, test } from 'vitest'
import { contact, portal, V } from './portal.ts'

const options = ['red', 'blue', 'green'].map((value, displayOrder) => ({
  label: value,
  value,
  displayOrder,
  hidden: false,
}))

/** Name, type, fieldType, a value sent and the value kept, a value refused. */
const KINDS: readonly [string, string, string, string, string, string?][] = [
  ['wants_demo', 'bool', 'booleancheckbox', 'true', 'true', 'yes'],
  ['renewal_day', 'date', 'date', '2026-12-24', '2026-12-24', '2026-12-24T10:00:00Z'],
  ['seen_at', 'datetime', 'date', '1700000000000', '2023-11-14T22:13:20.000Z', 'soon'],
  ['seats', 'number', 'number', '12.5', '12.5', '12,5'],
  ['plan', 'enumeration', 'select', 'red', 'red', 'pink'],
  ['colours', 'enumeration', 'checkbox', 'red;blue', 'red;blue', 'red;pink'],
  ['team', 'enumeration', 'radio', 'green', 'green', 'pink'],
  ['notes_of_sales', 'string', 'textarea', 'a\nb', 'a\nb'],
  ['second_phone', 'phone_number', 'phonenumber', '+43 1 2', '+43 1 2'],
]

const definitions = KINDS.map(([name, type, fieldType]) => ({
  objectType: 'contacts',
  name,
  type,
  fieldType,
  ...(type === 'enumeration' && { options }),
}))
const NAMES = KINDS.map(([name]) => name).join(',')
const sent = Object.fromEntries(KINDS.map(([name, , , value]) => [name, value]))
const kept = Object.fromEntries(KINDS.map(([name, , , , value]) => [name, value]))

async function withProperties() {
  const running = await portal([contact(1)])
  expect((await running.control('/__properties', definitions)).status).toBe(204)
  return running
}

test('customers have properties of every kind, with their definitions', async () => {
  const { call } = await withProperties()
  const { body } = await call('GET', `/crm/properties/${V}/contacts`)
  for (const [name, type, fieldType] of KINDS)
    expect(body).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({
          name,
          type,
          fieldType,
          calculated: false,
          hubspotDefined: false,
          modificationMetadata: {
            archivable: true,
            readOnlyDefinition: false,
            readOnlyValue: false,
          },
        }),
      ]),
    })
  expect((await call('GET', `/crm/properties/${V}/contacts/colours`)).body).toMatchObject({
    options,
  })
  expect((await call('GET', `/crm/properties/${V}/contacts/wants_demo`)).body).toMatchObject({
    options: [{ value: 'true' }, { value: 'false' }],
  })
})

test('a standard property says who writes it', async () => {
  const { call } = await portal()
  const property = async (name: string) =>
    (await call('GET', `/crm/properties/${V}/contacts/${name}`)).body
  expect(await property('recent_conversion_date')).toMatchObject({
    type: 'datetime',
    fieldType: 'date',
    options: [],
    calculated: true,
    modificationMetadata: { readOnlyValue: true },
  })
  expect(await property('hs_email_open')).toMatchObject({
    type: 'number',
    calculated: false,
    modificationMetadata: { readOnlyValue: true },
  })
  expect(await property('lifecyclestage')).toMatchObject({
    type: 'enumeration',
    fieldType: 'radio',
    options: { length: 8 },
    modificationMetadata: { readOnlyValue: false },
  })
})

test('every kind takes a value from people in the CRM and from apps, and is searched', async () => {
  const { control, objects, search } = await withProperties()
  await control('/__mutate', { op: 'update', type: 'contacts', id: '1', properties: sent })
  expect((await objects('GET', `contacts/1?properties=${NAMES}`)).body).toMatchObject({
    properties: kept,
  })
  const made = await control('/__mutate', { op: 'create', type: 'contacts', properties: sent })
  expect(made.body).toMatchObject({ id: '1001', properties: kept })
  const inputs = [{ id: '1001', properties: sent }]
  const written = await objects('POST', 'contacts/batch/update', { inputs })
  expect(written).toMatchObject({ status: 200, body: { results: [{ properties: kept }] } })
  const filters = [{ propertyName: 'seats', operator: 'GT', value: 12 }]
  expect((await search('contacts', { filterGroups: [{ filters }] })).total).toBe(2)
})

test.for(KINDS.filter(([, , , , , refused]) => refused !== undefined))(
  'an app cannot write %s (%s/%s) with a value it does not take',
  async ([name, , , , , refused]) => {
    const { objects } = await withProperties()
    const reply = await objects('PATCH', 'contacts/1', { properties: { [name]: refused } })
    expect(reply).toMatchObject({
      status: 400,
      body: { errors: [{ context: { propertyName: [name] } }] },
    })
  },
)

test('a property that is there already, or that could not be, is refused', async () => {
  const { control } = await withProperties()
  const bool = { objectType: 'contacts', name: 'x', type: 'bool', fieldType: 'booleancheckbox' }
  for (const wrong of [definitions[0], { ...bool, options }, { ...bool, fieldType: 'select' }])
    expect((await control('/__properties', [wrong])).status).toBe(400)
})
