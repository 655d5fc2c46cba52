import { expect, test } from 'vitest'
import { CONTACTS, journalPortal } from './journal-reader.ts'
import { many, PORTAL_ID, START, V } from './portal.ts'
import { update } from './webhook-portal.ts'

const LIFECYCLE = ['4-1909196', '4-1916193'].map((eventTypeId) => ({
  subscriptionType: 'APP_LIFECYCLE_EVENT',
  eventTypeId,
}))

async function installedPortal() {
  const sandbox = await journalPortal(many(1), [CONTACTS, ...LIFECYCLE])
  const told = async () => (await sandbox.entry('earliest')).journalEvents
  return { ...sandbox, told }
}

const uninstalled = {
  type: 'APP_LIFECYCLE_EVENT',
  portalId: PORTAL_ID,
  occurredAt: new Date(START).toISOString(),
  action: 'APP_UNINSTALL',
  eventTypeId: '4-1916193',
}

test('a customer who removes the app kills its tokens, and the journal says so', async () => {
  const { control, told, token, refreshToken, objects, mutate } = await installedPortal()
  expect((await control('/__portal', { uninstall: true })).status).toBe(204)
  const refresh = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  expect(refresh).toMatchObject({ status: 400, body: { status: 'BAD_REFRESH_TOKEN' } })
  expect((await objects('GET', 'contacts')).status).toBe(401)
  await mutate(update(1, { city: 'Graz' }))
  expect(await told()).toEqual([uninstalled])
})

test('an app that removes itself is in the journal, too', async () => {
  const { call, told } = await installedPortal()
  expect((await call('DELETE', `/appinstalls/${V}/external-install`)).status).toBe(204)
  expect(await told()).toEqual([uninstalled])
})

test('a new consent installs the app again', async () => {
  const { control, install, told, mutate } = await installedPortal()
  await control('/__portal', { uninstall: true })
  await install()
  await mutate(update(1, { city: 'Graz' }))
  expect(await told()).toMatchObject([
    { action: 'APP_UNINSTALL' },
    { action: 'APP_INSTALL', eventTypeId: '4-1909196', portalId: PORTAL_ID },
    { action: 'UPDATE' },
  ])
})
