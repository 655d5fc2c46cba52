import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  addEvent,
  eventsIn,
  firstEntry,
  lastEntry,
  publish,
} from '../../sandbox/hubspot/journal-table.ts'
import { openStore } from '../../sandbox/hubspot/store.ts'
import { CONTACTS, Found, journalPortal, SCOPE, Token } from './journal-reader.ts'
import { company, contact, many, PORTAL_ID, START, temporaryDirectory, V } from './portal.ts'
import { update } from './webhook-portal.ts'

const DAY = 86_400_000

test('an entry tells what was subscribed to, and only that', async () => {
  const { mutate, entry, clock } = await journalPortal([contact(1), company(1)])
  clock.now = START + 1_000
  await mutate(update(1, { city: 'Graz', country: 'Austria' }))
  await mutate(update(1, { country: 'Italy' }))
  await mutate({ ...update(1, { city: 'Linz' }), type: 'companies' })
  const { journalEvents, offset, currentOffset, publishedAt, expiresAt } = await entry('earliest')
  expect(journalEvents).toEqual([
    {
      type: 'OBJECT',
      portalId: PORTAL_ID,
      occurredAt: '2026-11-01T12:00:01.000Z',
      action: 'UPDATE',
      objectTypeId: '0-1',
      objectId: 1,
      propertyChanges: { city: 'Graz' },
    },
  ])
  expect(offset).toBe(currentOffset)
  expect(publishedAt).toBe('2026-11-01T12:00:01.000Z')
  expect(Date.parse(expiresAt)).toBeGreaterThan(clock.now)
})

test('creation, deletion, restore, merge and association', async () => {
  const association = {
    subscriptionType: 'ASSOCIATION',
    objectTypeId: '0-1',
    portalId: PORTAL_ID,
    associatedObjectTypeIds: ['0-2'],
    actions: ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'],
  }
  const privacy = {
    ...CONTACTS,
    subscriptionType: 'GDPR_PRIVACY_DELETION',
    actions: ['GDPR_DELETE'],
  }
  const { mutate, entry } = await journalPortal(
    [...many(2), company(9)],
    [CONTACTS, association, privacy],
  )
  const pair = { type: 'contacts', id: '1', to: { type: 'companies', id: '9' } }
  await mutate({ op: 'create', type: 'contacts', properties: { city: 'Graz' } })
  await mutate({ op: 'archive', type: 'contacts', id: '1' })
  await mutate({ op: 'restore', type: 'contacts', id: '1' })
  await mutate({ op: 'associate', ...pair })
  await mutate({ op: 'dissociate', ...pair })
  await mutate({ op: 'merge', type: 'contacts', id: '1', loserId: '2' })
  await mutate({ op: 'forget', type: 'contacts', id: '1' })
  const { journalEvents } = await entry('earliest')
  const company9 = {
    type: 'ASSOCIATION',
    associatedObjectTypeId: '0-2',
    associatedObjectId: 9,
    associationType: 'CONTACT_TO_COMPANY',
  }
  expect(journalEvents).toMatchObject([
    { action: 'CREATE', propertyChanges: { city: 'Graz' } },
    { action: 'DELETE', objectId: 1 },
    { action: 'RESTORE', objectId: 1 },
    { action: 'ASSOCIATION_ADDED', objectId: 1, ...company9 },
    { action: 'ASSOCIATION_REMOVED', objectId: 1, ...company9 },
    { action: 'MERGE', objectId: 1, primaryObjectId: 1, mergedObjectIds: [2] },
    { action: 'DELETE', objectId: 1 },
    { type: 'GDPR_PRIVACY_DELETION', action: 'GDPR_DELETE', objectTypeId: '0-1', objectId: 1 },
  ])
})

test('entries follow one another in order; whoever is caught up gets a 204', async () => {
  const { mutate, read, entry, control } = await journalPortal(many(1))
  expect((await read('earliest')).status).toBe(204)
  expect((await read('latest')).status).toBe(204)
  const cities = ['Graz', 'Linz', 'Wien']
  for (const city of cities) {
    await mutate(update(1, { city }))
    await control('/__journal/flush', {})
  }
  const first = await entry('earliest')
  const second = await entry(`offset/${first.currentOffset}/next`)
  const third = await entry(`offset/${second.currentOffset}/next`)
  const told = [first, second, third].flatMap(({ journalEvents }) => journalEvents)
  expect(told.map(({ propertyChanges }) => propertyChanges)).toEqual(
    cities.map((city) => ({ city })),
  )
  expect((await entry('latest')).currentOffset).toBe(third.currentOffset)
  const reply = await read(`offset/${third.currentOffset}/next`)
  expect(reply).toMatchObject({ status: 204, body: '' })
})

test('an entry is published by itself after a moment', async () => {
  const { mutate, json } = await journalPortal(many(1))
  await mutate(update(1, { city: 'Graz' }))
  const report = async () => (await json('GET', '/__journal', undefined)).body
  await expect.poll(report).toEqual({ entries: 1, pending: 0, subscriptions: 1 })
})

test('an offset is unknown once it is older than three days', async () => {
  const { mutate, read, entry, clock } = await journalPortal(many(1), [CONTACTS], {
    tokenLifetimeS: 30 * 86_400,
  })
  await mutate(update(1, { city: 'Graz' }))
  const { currentOffset } = await entry('earliest')
  const next = `offset/${currentOffset}/next`
  clock.now = START + 3 * DAY
  expect((await read(next)).status).toBe(204)
  clock.now += 1
  expect((await read(next)).status).toBe(404)
  expect((await read('earliest')).status).toBe(204)
  expect((await read('offset/no-such/next')).status).toBe(404)
})

test('the address of an entry needs no token, and is good for ten minutes', async () => {
  const { mutate, read, fetchFile, clock } = await journalPortal(many(1))
  await mutate(update(1, { city: 'Graz' }))
  const { url } = Found.parse((await read('earliest')).body)
  expect((await fetchFile(url)).status).toBe(200)
  expect((await fetchFile(url.replace(/expires=\d/, 'expires=9'))).status).toBe(403)
  clock.now += 600_000
  expect((await fetchFile(url)).status).toBe(403)
})

test('more than ten thousand events are two entries', () => {
  const store = openStore(join(temporaryDirectory(), 'portal.db'))
  onTestFinished(() => store.close())
  store.db.exec('begin')
  for (let n = 1; n <= 10_001; n += 1) addEvent(store, `{"n":${n}}`, START)
  store.db.exec('commit')
  expect(publish(store, START)).toBe(2)
  const [first, last] = [firstEntry(store, START), lastEntry(store, START)]
  expect(first && eventsIn(store, first)).toHaveLength(10_000)
  expect(last && eventsIn(store, last)).toEqual([{ n: 10_001 }])
})

test('the same things in the same portal are one subscription', async () => {
  const { subscribe, app, clock } = await journalPortal()
  clock.now += 1_000
  const changed = await subscribe({ ...CONTACTS, properties: ['country'] })
  const times = { createdAt: '2026-11-01T12:00:00.000Z', updatedAt: '2026-11-01T12:00:01.000Z' }
  const expected = { ...CONTACTS, ...times, properties: ['country'], appId: 4_242 }
  expect(changed).toMatchObject({ status: 200, body: expected })
  const path = `subscriptions/${V}`
  expect((await app('GET', path)).body).toMatchObject({ results: [expected] })
  expect((await app('DELETE', `${path}/1`)).status).toBe(204)
  expect((await app('DELETE', `${path}/1`)).status).toBe(404)
  expect((await app('GET', path)).body).toEqual({ results: [] })
})

test('a subscription for another portal, or to what nobody knows, is refused', async () => {
  const { subscribe } = await journalPortal()
  expect((await subscribe({ ...CONTACTS, portalId: 1 })).status).toBe(400)
  expect((await subscribe({ ...CONTACTS, objectTypeId: '0-99' })).status).toBe(400)
  expect((await subscribe({ ...CONTACTS, actions: ['RENAME'] })).status).toBe(400)
})

test('the journal is read with a token of the app, not of a portal', async () => {
  const { app, appToken, accessToken, json, clock } = await journalPortal()
  const path = `journal/${V}/earliest`
  expect((await app('GET', path, undefined, accessToken)).status).toBe(401)
  const { access_token: limited } = Token.parse((await appToken(SCOPE.list)).body)
  expect((await app('GET', path, undefined, limited)).status).toBe(403)
  expect((await app('GET', `subscriptions/${V}`, undefined, limited)).status).toBe(200)
  const records = `/crm/objects/${V}/contacts`
  expect((await json('GET', records, undefined, limited)).status).toBe(401)
  expect(await appToken('crm.objects.contacts.read')).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope' },
  })
  clock.now += 1_800_000
  expect((await app('GET', path)).status).toBe(401)
})
