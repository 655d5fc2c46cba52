import { expect, test } from 'vitest'
import { z } from 'zod'
import { saveCustomField } from '../../../sandbox/salesforce/custom-fields.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { field } from '../../../sandbox/salesforce/objects-field.ts'
import { openStore } from '../../../sandbox/salesforce/store.ts'
import { connectOrg, DATA, lead, ORG_START, openOrg, orgFile, orgSend, startOrg } from '../org.ts'

const Described = z.object({
  fields: z.array(z.looseObject({ name: z.string() })),
  childRelationships: z.array(z.looseObject({ relationshipName: z.string() })),
})

/** The fields of an object as its describe shows them, by name. */
async function fieldsOf(org: Awaited<ReturnType<typeof openOrg>>, type: string) {
  const { body } = await org.call('GET', `sobjects/${type}/describe`)
  return new Map(Described.parse(body).fields.map((one) => [one.name, one]))
}

test('anybody may ask for the versions', async () => {
  const { url } = await openOrg()
  const { body } = await orgSend(`${url}/services/data`)
  expect(body).toContainEqual({
    label: "Winter '27",
    url: '/services/data/v68.0',
    version: '68.0',
  })
  expect(body).toContainEqual({
    label: "Spring '26",
    url: '/services/data/v66.0',
    version: '66.0',
  })
})

test('the objects are listed; history objects only where history is kept', async () => {
  const { call, lever } = await openOrg()
  const names = async () => {
    const { body } = await call('GET', 'sobjects')
    const { sobjects } = z
      .object({ sobjects: z.array(z.looseObject({ name: z.string() })) })
      .parse(body)
    return sobjects.map(({ name }) => name)
  }
  expect(await names()).toEqual(
    expect.arrayContaining(['Lead', 'CampaignMember', 'LeadHistory', 'ContactHistory']),
  )
  await lever('/__tracking', { object: 'Lead', on: false })
  expect(await names()).not.toContain('LeadHistory')
  expect((await call('GET', 'sobjects/LeadHistory/describe')).status).toBe(404)
  const query = await call('GET', `query?q=${encodeURIComponent('SELECT Id FROM LeadHistory')}`)
  expect(query).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_TYPE' }] })
})

test('fields say what they hold', async () => {
  const fields = await fieldsOf(await openOrg(), 'Lead')
  expect(fields.get('LastName')).toMatchObject({
    type: 'string',
    length: 80,
    nillable: false,
    createable: true,
    updateable: true,
    custom: false,
  })
  expect(fields.get('SystemModstamp')).toMatchObject({ type: 'datetime', updateable: false })
  expect(fields.get('OwnerId')).toMatchObject({
    type: 'reference',
    referenceTo: ['User', 'Group'],
    relationshipName: 'Owner',
  })
  expect(fields.get('AnnualRevenue')).toMatchObject({ type: 'currency', precision: 18, scale: 2 })
  expect(fields.get('Status')).toMatchObject({
    type: 'picklist',
    picklistValues: expect.arrayContaining([
      {
        value: 'Open - Not Contacted',
        label: 'Open - Not Contacted',
        active: true,
        defaultValue: true,
        validFor: null,
      },
    ]),
  })
  expect(fields.get('Description')).toMatchObject({ filterable: false, sortable: false })
})

test('an object that is not there, and the children of one that is', async () => {
  const { call } = await openOrg()
  expect(await call('GET', 'sobjects/Nope/describe')).toMatchObject({
    status: 404,
    body: [{ errorCode: 'NOT_FOUND' }],
  })
  const { body } = await call('GET', 'sobjects/opportunity/describe')
  const names = Described.parse(body).childRelationships.map((one) => one.relationshipName)
  expect(names).toContain('OpportunityContactRoles')
})

/** An org with a field that everybody sees, and one that nobody has granted yet. */
async function orgWithFields() {
  const file = orgFile([
    lead(1, { Key__c: 'a', Secret__c: 's' }),
    lead(2, { Key__c: 'b' }),
    lead(3, { Key__c: 'B' }),
  ])
  const store = openStore(file)
  const custom = (n: number, name: string, isOpen: boolean) => ({
    ...field(name, 'string', { externalId: isOpen }),
    custom: true as const,
    id: idOf('CustomField', n),
    isOpen,
    metadata: {},
    createdAt: ORG_START,
  })
  saveCustomField(store, 'Lead', custom(1, 'Key__c', true))
  saveCustomField(store, 'Lead', custom(2, 'Secret__c', false))
  store.close()
  const running = await startOrg(file, { now: () => ORG_START })
  const { access_token } = await connectOrg(running.url)
  const get = (path: string) =>
    orgSend(`${running.url}${DATA}/${path}`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
  const lever = (body: unknown) =>
    orgSend(`${running.url}/__mutate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return { ...running, get, lever }
}

test('a field that nobody granted is as if it were not there', async () => {
  const { get, lever, close } = await orgWithFields()
  const shown = async () =>
    Described.parse((await get('sobjects/Lead/describe')).body).fields.find(
      ({ name }) => name === 'Secret__c',
    )
  const path = `sobjects/Lead/${idOf('Lead', 1)}`
  expect(await shown()).toBeUndefined()
  expect(Object(await get(path)).body).not.toHaveProperty('Secret__c')
  expect(await get(`${path}?fields=Secret__c`)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_FIELD', message: expect.stringContaining("'Secret__c'") }],
  })
  const set = await lever({
    op: 'insert',
    type: 'PermissionSet',
    fields: { Name: 'Ours', Label: 'Ours' },
  })
  const ParentId = String(Object(set.body)['id'])
  await lever({
    op: 'insert',
    type: 'FieldPermissions',
    fields: { ParentId, SobjectType: 'Lead', Field: 'Lead.Secret__c', PermissionsRead: true },
  })
  expect(await shown()).toBeUndefined()
  await lever({
    op: 'insert',
    type: 'PermissionSetAssignment',
    fields: { PermissionSetId: ParentId, AssigneeId: idOf('User', 1) },
  })
  expect(await shown()).toMatchObject({ custom: true, createable: false, updateable: false })
  expect((await get(`${path}?fields=Secret__c`)).body).toMatchObject({ Secret__c: 's' })
  await close()
})

test('an external id leads to its record, or to the addresses of several', async () => {
  const { get, close } = await orgWithFields()
  expect(await get('sobjects/Lead/Key__c/a')).toMatchObject({
    status: 200,
    body: { Id: idOf('Lead', 1), Key__c: 'a' },
  })
  expect(await get('sobjects/Lead/Key__c/b')).toMatchObject({
    status: 300,
    body: [2, 3].map((n) => `${DATA}/sobjects/Lead/${idOf('Lead', n)}`),
  })
  expect((await get('sobjects/Lead/Key__c/none')).status).toBe(404)
  expect((await get('sobjects/Lead/City/none')).status).toBe(404)
  await close()
})

test('a record by its id, long or short', async () => {
  const { call } = await openOrg([lead(1, { FirstName: 'Ada' })])
  const id = idOf('Lead', 1)
  const whole = await call('GET', `sobjects/Lead/${id}`)
  expect(whole.body).toMatchObject({
    attributes: { type: 'Lead', url: `${DATA}/sobjects/Lead/${id}` },
    Id: id,
    Name: 'Ada Person 1',
    CreatedDate: '2026-10-31T12:00:00.000+0000',
    IsConverted: false,
    Email: null,
  })
  const some = await call('GET', `sobjects/lead/${id.slice(0, 15)}?fields=FirstName,Owner.Name`)
  expect(Object.keys(Object(some.body))).toEqual(['attributes', 'FirstName', 'Owner'])
})

test('a record that is deleted, unknown or of another object', async () => {
  const { call, lever } = await openOrg([lead(1)])
  const id = idOf('Lead', 1)
  await lever('/__mutate', { op: 'delete', type: 'Lead', id })
  expect(await call('GET', `sobjects/Lead/${id}`)).toMatchObject({
    status: 404,
    body: [{ errorCode: 'ENTITY_IS_DELETED' }],
  })
  for (const other of [idOf('Lead', 2), idOf('Contact', 1), 'nonsense'])
    expect(await call('GET', `sobjects/Lead/${other}`)).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND' }],
    })
})
