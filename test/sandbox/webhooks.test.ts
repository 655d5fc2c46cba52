import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { CLIENT, company, contact, many, PORTAL_ID, portal, START } from './portal.ts'
import { CITY, update, webhookPortal } from './webhook-portal.ts'

test('what a user changes arrives as a signed request', async () => {
  const { mutate, quiet, receiver, clock } = await webhookPortal([contact(1, { city: 'Graz' })])
  clock.now = START + 5_000
  await mutate(update(1, { city: 'Linz' }))
  await quiet()
  expect(receiver.events()).toEqual([
    {
      eventId: expect.any(Number),
      subscriptionId: expect.any(Number),
      portalId: PORTAL_ID,
      appId: 4_242,
      occurredAt: START + 5_000,
      subscriptionType: 'object.propertyChange',
      attemptNumber: 0,
      objectId: 1,
      objectTypeId: '0-1',
      propertyName: 'city',
      propertyValue: 'Linz',
      changeSource: 'CRM_UI',
      sourceId: 'userId:7001',
    },
  ])
  const [request] = receiver.requests
  const { method = '', headers = {}, body = '' } = request ?? {}
  const timestamp = headers['x-hubspot-request-timestamp']
  const signed = createHmac('sha256', CLIENT.client_secret)
    .update(`POST${receiver.url}${body}${timestamp}`)
    .digest('base64')
  const first = createHash('sha256').update(CLIENT.client_secret + body)
  expect({ method, timestamp }).toEqual({ method: 'POST', timestamp: String(START + 5_000) })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'x-hubspot-signature-v3': signed,
    'x-hubspot-signature': first.digest('hex'),
    'x-hubspot-signature-version': 'v1',
  })
})

test("the app's own writes come back as INTEGRATION with its id as text", async () => {
  const { objects, mutate, quiet, receiver } = await webhookPortal(many(3))
  const inputs = [{ id: '2', properties: { city: 'Wien' } }]
  await objects('PATCH', 'contacts/1', { properties: { city: 'Wien' } })
  await objects('POST', 'contacts/batch/update', { inputs })
  const source = { changeSource: 'INTEGRATION', sourceId: '9999' }
  await mutate({ ...update(3, { city: 'Wien' }), source })
  await quiet()
  const sources = receiver
    .events()
    .map(({ objectId, changeSource, sourceId }) => [objectId, changeSource, sourceId])
  expect(sources.toSorted()).toEqual([
    [1, 'INTEGRATION', '4242'],
    [2, 'INTEGRATION', '4242'],
    [3, 'INTEGRATION', '9999'],
  ])
})

test('a property without subscription, and a value that stays the same, fire nothing', async () => {
  const { mutate, objects, report } = await webhookPortal([contact(1, { city: 'Graz' })])
  await mutate(update(1, { country: 'Austria' }))
  await mutate(update(1, { city: 'Graz' }))
  await objects('PATCH', 'contacts/1', { properties: { city: 'Graz' } })
  expect(await report()).toMatchObject({ recorded: 0, queued: 0 })
  await mutate(update(1, { city: '' }))
  expect(await report()).toMatchObject({ recorded: 1 })
})

test('what is undone leaves no event behind', async () => {
  const { objects, report } = await webhookPortal([])
  const properties = { email: 'ada@acme.example', city: 'Graz' }
  const inputs = [{ properties }, { properties }]
  expect((await objects('POST', 'contacts/batch/create', { inputs })).status).toBe(409)
  expect(await report()).toMatchObject({ queued: 0 })
})

test('creation, deletion, restore and merge, in the generic and in the older form', async () => {
  const both = ['creation', 'deletion', 'restore', 'merge'].flatMap((verb) => [
    { subscriptionType: `object.${verb}`, objectType: '0-2' },
    { subscriptionType: `company.${verb}` },
  ])
  const records = [company(1, { name: 'Acme' }), company(2, { name: 'ACME', city: 'Graz' })]
  const { mutate, quiet, receiver } = await webhookPortal(records, { subscriptions: both })
  const type = 'companies'
  await mutate({ op: 'create', type, properties: { name: 'Beta' } })
  await mutate({ op: 'archive', type, id: '1' })
  await mutate({ op: 'restore', type, id: '1' })
  await mutate({ op: 'merge', type, id: '1', loserId: '2' })
  await quiet()
  const generic = receiver.events().filter(({ objectTypeId }) => objectTypeId === '0-2')
  const names = (events: Record<string, unknown>[]) =>
    events.map(({ subscriptionType }) => subscriptionType).toSorted()
  expect(names(generic)).toEqual([
    'object.creation',
    'object.deletion',
    'object.merge',
    'object.restore',
  ])
  const older = receiver.events().filter(({ objectTypeId }) => objectTypeId === undefined)
  expect(names(older)).toEqual([
    'company.creation',
    'company.deletion',
    'company.merge',
    'company.restore',
  ])
  expect(generic.find(({ subscriptionType }) => subscriptionType === 'object.merge')).toMatchObject(
    {
      objectId: 1,
      primaryObjectId: 1,
      mergedObjectIds: [2],
      newObjectId: 1,
      numberOfPropertiesMoved: 1,
    },
  )
})

test('an association is told from both sides, and so is its end', async () => {
  const subscriptions = [
    { subscriptionType: 'object.associationChange', objectType: 'contacts' },
    { subscriptionType: 'company.associationChange' },
    { ...CITY, propertyName: 'associatedcompanyid' },
  ]
  const { mutate, quiet, receiver } = await webhookPortal([contact(1), company(5)], {
    subscriptions,
  })
  const pair = { type: 'contacts', id: '1', to: { type: 'companies', id: '5', primary: true } }
  await mutate({ op: 'associate', ...pair })
  await mutate({ op: 'associate', ...pair })
  await mutate({ op: 'dissociate', ...pair })
  await quiet()
  const side = { isPrimaryAssociation: true, associationRemoved: false }
  const there = {
    ...side,
    subscriptionType: 'object.associationChange',
    associationType: 'CONTACT_TO_COMPANY',
    fromObjectId: 1,
    fromObjectTypeId: '0-1',
    toObjectId: 5,
    toObjectTypeId: '0-2',
  }
  const back = {
    ...side,
    subscriptionType: 'company.associationChange',
    associationType: 'COMPANY_TO_CONTACT',
    fromObjectId: 5,
    toObjectId: 1,
  }
  const follows = { propertyName: 'associatedcompanyid', objectId: 1 }
  expect(receiver.events()).toMatchObject([
    there,
    back,
    { ...follows, propertyValue: '5' },
    { ...there, associationRemoved: true },
    { ...back, associationRemoved: true },
    { ...follows, propertyValue: '' },
  ])
})

test('a privacy deletion is told as such and as a deletion; a silent one is not told', async () => {
  const subscriptions = [
    { subscriptionType: 'contact.privacyDeletion' },
    { subscriptionType: 'object.deletion', objectType: 'contacts' },
  ]
  const { mutate, quiet, receiver } = await webhookPortal(many(2), { subscriptions })
  await mutate({ op: 'forget', type: 'contacts', id: '1' })
  await mutate({ op: 'forget', type: 'contacts', id: '2', silent: true })
  await quiet()
  expect(receiver.events()).toMatchObject([
    { subscriptionType: 'contact.privacyDeletion', objectId: 1 },
    { subscriptionType: 'object.deletion', objectId: 1 },
  ])
})

test('an inactive subscription is as good as none', async () => {
  const subscriptions = [{ ...CITY, active: false }]
  const { mutate, report } = await webhookPortal(many(1), { subscriptions })
  await mutate(update(1, { city: 'Graz' }))
  expect(await report()).toMatchObject({ recorded: 0 })
})

test('nothing is sent to an app that is not installed', async () => {
  const { mutate, control, report } = await webhookPortal(many(1))
  await control('/__portal', { uninstall: true })
  await mutate(update(1, { city: 'Graz' }))
  expect(await report()).toMatchObject({ recorded: 0 })
})

test.for([
  [{ targetUrl: 'http://93.184.216.34/webhooks' }, 'targetUrl: must be an http address'],
  [{ subscriptions: [{ subscriptionType: 'contact.created' }] }, 'no subscription type'],
  [{ subscriptions: [{ subscriptionType: 'object.creation' }] }, 'needs an objectType'],
  [{ subscriptions: [{ ...CITY, propertyName: undefined }] }, 'propertyName belongs to'],
  [{ chaos: { duplicates: 1 } }, 'chaos'],
] as const)('settings that cannot be are refused: %j', async ([settings, reason]) => {
  const { control } = await portal()
  expect(await control('/__webhooks', settings)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(reason) },
  })
})
