import { afterEach, beforeEach, expect, test } from 'vitest'
import { CrmAuthExpired, CrmDisconnected, CrmMisconfigured } from '../../../src/errors.ts'
import { contacts } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const APP = { client_id: 'client-1', client_secret: 'secret-1' }
const TOKEN_ROUTE = 'POST /oauth/token'

let stage: Stage
beforeEach(async () => {
  stage = await openStage(contacts(3))
})
afterEach(() => stage.close())

function readContacts() {
  return stage.connection.pullAll('contacts', null)
}

async function tokenCalls(): Promise<number> {
  return (await stage.ledger()).byRoute[TOKEN_ROUTE] ?? 0
}

test('the installation names the portal and what was granted', () => {
  expect(stage.grant.accountId).toBe('4711')
  expect(stage.grant.scopes).toContain('crm.objects.deals.read')
  expect(stage.grant.tokens.expiresAt).toEqual(new Date('2026-11-01T12:30:00Z'))
})

test('a fresh token is used as it is, an old one renewed before it is used', async () => {
  await readContacts()
  stage.clock.forward(23 * 60_000)
  await readContacts()
  expect(await tokenCalls()).toBe(0)
  stage.clock.forward(2 * 60_000)
  await readContacts()
  expect(await tokenCalls()).toBe(1)
  expect((await stage.ledger()).byStatus['401']).toBeUndefined()
})

test('twenty calls that meet an expired token renew it once', async () => {
  await readContacts()
  stage.clock.forward(31 * 60_000)
  const pages = await Promise.all(Array.from({ length: 20 }, readContacts))
  expect(pages.map((page) => page.people.length)).toEqual(Array(20).fill(3))
  expect(await tokenCalls()).toBe(1)
  expect(stage.credentials.renewals).toBe(1)
})

test('twenty calls whose token is refused before its time renew it once', async () => {
  const { accessToken } = await stage.credentials.current()
  const body = new URLSearchParams({ ...APP, token: accessToken })
  await fetch(`${stage.url}/oauth/2026-09/token/revoke`, { method: 'POST', body })
  const pages = await Promise.all(Array.from({ length: 20 }, readContacts))
  expect(pages.map((page) => page.people.length)).toEqual(Array(20).fill(3))
  expect(await tokenCalls()).toBe(1)
  expect((await stage.ledger()).byStatus['401']).toBe(20)
  expect(stage.slept).toEqual([])
})

test('with refresh tokens that change at each renewal the connection lives on', async () => {
  const rotating = await openStage(contacts(3), { rotateRefreshTokens: true })
  for (const _ of [1, 2, 3]) {
    rotating.clock.forward(31 * 60_000)
    expect((await rotating.connection.pullAll('contacts', null)).people).toHaveLength(3)
  }
  expect((await rotating.ledger()).byRoute[TOKEN_ROUTE]).toBe(3)
  await rotating.close()
})

test('a 401 with a new token is the end of it', async () => {
  await stage.faults({ match: { route: '/crm/' }, do: { kind: 'status', status: 401 } })
  await expect(readContacts()).rejects.toThrow(CrmAuthExpired)
  expect((await stage.ledger()).total).toBe(3)
})

test('an uninstalled app is disconnected', async () => {
  const { accessToken } = await stage.credentials.current()
  await fetch(`${stage.url}/appinstalls/2026-09/external-install`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${accessToken}` },
  })
  await expect(readContacts()).rejects.toThrow(CrmDisconnected)
  expect(await tokenCalls()).toBe(1)
})

test('a wrong client secret of ours disconnects nobody', async () => {
  const body = { error: 'invalid_client', status: 'BAD_CLIENT_SECRET' }
  await stage.faults({
    match: { route: '/oauth/' },
    do: { kind: 'status', status: 400, body },
  })
  stage.clock.forward(31 * 60_000)
  await expect(readContacts()).rejects.toThrow(CrmMisconfigured)
})
