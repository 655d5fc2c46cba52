import { afterEach, beforeEach, expect, test } from 'vitest'
import { CrmAuthExpired, CrmDisconnected, CrmMisconfigured } from '../../../src/errors.ts'
import { ORG_ID, openStage, type Stage } from './stage.ts'

const HOUR = 3_600_000

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const ask = () => stage.connection.account()

async function refused(): Promise<number> {
  return (await stage.ledger()).byStatus['401'] ?? 0
}

test('the installation names the org, and where it answers', async () => {
  expect(stage.grant).toMatchObject({
    accountId: ORG_ID,
    tokens: { expiresAt: new Date('2026-11-02T00:00:00Z'), home: { instanceUrl: stage.url } },
  })
  expect(stage.grant.scopes.toSorted()).toEqual(['api', 'refresh_token'])
  expect(stage.grant.tokens.home?.userId).toMatch(/^005.{15}$/)
  expect(await ask()).toEqual({
    accountId: ORG_ID,
    timeZone: expect.stringMatching(/^\w+/),
    uiDomain: new URL(stage.url).host,
  })
})

test('a session that ended is renewed once', async () => {
  await stage.lever('/__tokens', { expire: true })
  await ask()
  expect(stage.credentials.renewals).toBe(1)
  expect(await refused()).toBe(1)
  await ask()
  expect(stage.credentials.renewals).toBe(1)
})

test('ten calls that meet an expired token renew it once, however long that takes', async () => {
  await stage.lever('/__tokens', { expire: true, delayRefreshMs: 100 })
  const accounts = await Promise.all(Array.from({ length: 10 }, ask))
  expect(accounts.every(({ accountId }) => accountId === ORG_ID)).toBe(true)
  expect(await stage.tokenCounts()).toMatchObject({ refreshes: 1, reuses: 0, busy: 0 })
  expect(stage.slept).toEqual([])
})

test('with refresh tokens that change at each renewal the connection lives on, and none is presented twice', async () => {
  for (const _ of [1, 2, 3, 4, 5]) {
    await stage.lever('/__tokens', { expire: true })
    await Promise.all(Array.from({ length: 4 }, ask))
  }
  expect(await stage.tokenCounts()).toMatchObject({ refreshes: 5, reuses: 0, revocations: 0 })
})

test('a connection that is used twice a day outlives the 30 days of an idle refresh token', async () => {
  for (let day = 0; day < 40; day += 1) {
    stage.clock.forward(24 * HOUR)
    await ask()
  }
  expect((await stage.tokenCounts()).refreshes).toBe(40)
  expect(await refused()).toBe(0)
})

test('a 401 with a new token is the end of it', async () => {
  await stage.faults({ match: { route: '/services/data' }, do: { kind: 'session' } })
  await expect(ask()).rejects.toThrow(CrmAuthExpired)
  expect((await stage.ledger()).total).toBe(3)
})

test('a revoked app is disconnected after one look', async () => {
  await stage.lever('/__tokens', { revoke: true })
  await expect(ask()).rejects.toThrow(CrmDisconnected)
  expect((await stage.ledger()).total).toBe(2)
})

test('an address that is not on the allow-list disconnects nobody', async () => {
  await stage.lever('/__tokens', { expire: true, ipRestricted: true })
  await expect(ask()).rejects.toThrow(CrmMisconfigured)
  await stage.lever('/__tokens', { ipRestricted: false })
  await ask()
})

test('an org that moved is found again', async () => {
  await stage.lever('/__tokens', { instanceUrlPath: '/moved/1', expire: true })
  stage.clock.forward(HOUR)
  expect((await ask()).accountId).toBe(ORG_ID)
  const { home } = await stage.credentials.current()
  expect(home?.instanceUrl).toBe(`${stage.url}/moved/1`)
  expect(stage.credentials.renewals).toBe(1)
})

test('uninstalling ends the connection for good; a second time is as good', async () => {
  await stage.connection.uninstall()
  expect((await stage.tokenCounts()).live).toBe(0)
  await expect(ask()).rejects.toThrow(CrmDisconnected)
  await stage.connection.uninstall()
})

test('uninstalling is tried again when Salesforce does not answer', async () => {
  await stage.faults({ match: { route: 'revoke', times: 1 }, do: { kind: 'status', status: 503 } })
  await stage.connection.uninstall()
  await expect(ask()).rejects.toThrow(CrmDisconnected)
})
