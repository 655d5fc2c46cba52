import { afterEach, beforeEach, expect, test } from 'vitest'
import { CrmDisconnected, CrmMisconfigured, CrmUnavailable } from '../../../src/errors.ts'
import { contacts } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const APP_ROUTE = '/appinstalls'

let stage: Stage
beforeEach(async () => {
  stage = await openStage(contacts(1))
})
afterEach(() => stage.close())

test('removes the app and revokes its token', async () => {
  await stage.connection.uninstall()
  await expect(stage.connection.account()).rejects.toThrow(CrmDisconnected)
  const body = new URLSearchParams({
    client_id: 'client-1',
    client_secret: 'secret-1',
    token: stage.grant.tokens.refreshToken,
  })
  const introspect = `${stage.url}/oauth/2026-09/token/introspect`
  const answer = await fetch(introspect, { method: 'POST', body })
  expect(await answer.json()).toEqual({ active: false })
})

test('renews an old token first', async () => {
  stage.clock.forward(31 * 60_000)
  await stage.connection.uninstall()
  expect(stage.credentials.renewals).toBe(1)
})

test('an app that is removed already is as good as removed now', async () => {
  const { accessToken } = await stage.credentials.current()
  await fetch(`${stage.url}/appinstalls/2026-09/external-install`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${accessToken}` },
  })
  await stage.connection.uninstall()
  await stage.faults({ match: { route: APP_ROUTE }, do: { kind: 'status', status: 404 } })
  await stage.connection.uninstall()
})

test('is tried again when HubSpot does not answer, and says so when it never does', async () => {
  await stage.faults({ match: { route: APP_ROUTE, nth: 1 }, do: { kind: 'status', status: 502 } })
  await stage.connection.uninstall()
  const other = await openStage(contacts(1))
  await other.faults({ match: { route: APP_ROUTE }, do: { kind: 'status', status: 502 } })
  await expect(other.connection.uninstall()).rejects.toThrow(CrmUnavailable)
  expect((await other.connection.account()).accountId).toBe('4711')
  await other.close()
})

test('a token that cannot be revoked keeps nobody connected', async () => {
  const body = { error: 'server_error' }
  await stage.faults({ match: { route: 'revoke' }, do: { kind: 'status', status: 500, body } })
  await stage.connection.uninstall()
  await expect(stage.connection.account()).rejects.toThrow(CrmDisconnected)
})

test('a wrong client secret of ours is told as such', async () => {
  stage.clock.forward(31 * 60_000)
  const body = { error: 'invalid_client', status: 'BAD_CLIENT_SECRET' }
  await stage.faults({ match: { route: '/oauth/' }, do: { kind: 'status', status: 400, body } })
  await expect(stage.connection.uninstall()).rejects.toThrow(CrmMisconfigured)
})
