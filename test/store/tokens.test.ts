import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { saveInstallation } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readTokens, renewTokens, storedCredentials } from '../../src/store/tokens.ts'
import { openStage, type Stage } from '../connectors/salesforce/stage.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const box = createSecretBox(TEST_SECRET)
const HOME = { instanceUrl: 'https://acme.my.salesforce.example', userId: '005000000000001AAA' }
const TOKENS = {
  accessToken: 'a',
  refreshToken: 'r',
  expiresAt: new Date('2026-11-02T00:00:00Z'),
}

describe('tokens of a CRM that says with each of them where the account answers', () => {
  const database = useDatabase()
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(() => stage.close())

  async function install(tokens: Parameters<typeof saveInstallation>[2]['tokens']) {
    const grant = {
      crm: 'salesforce',
      accountId: stage.grant.accountId,
      scopes: ['api'],
      tokens,
      timeZone: 'UTC',
      uiDomain: 'acme.example',
    }
    return (await saveInstallation(database.db, box, grant, new Date())).id
  }

  test('the address is kept with them, and moves with them', async () => {
    const id = await install({ ...TOKENS, home: HOME })
    expect(await readTokens(database.db, box, id)).toEqual({ ...TOKENS, home: HOME })
    const moved = {
      ...TOKENS,
      accessToken: 'b',
      home: { ...HOME, instanceUrl: 'https://b.example' },
    }
    const stale = { ...TOKENS, home: HOME }
    expect(await renewTokens(database.db, box, id, stale, async () => moved)).toEqual(moved)
    expect(await readTokens(database.db, box, id)).toEqual(moved)
  })

  test('tokens without an address stay without', async () => {
    const id = await install(TOKENS)
    expect((await readTokens(database.db, box, id)).home).toBeUndefined()
  })

  test('two processes that meet an expired token present the rotating one once', async () => {
    const id = await install(stage.grant.tokens)
    const both = [1, 2].map(() =>
      stage.connector.connect({
        ...stage.context,
        credentials: storedCredentials(database.db, box, id),
      }),
    )
    for (const round of [1, 2, 3]) {
      await stage.lever('/__tokens', { expire: true, delayRefreshMs: 50 })
      const calls = Array.from({ length: 10 }, () => both.map((connection) => connection.account()))
      await Promise.all(calls.flat())
      expect(await stage.tokenCounts()).toMatchObject({ refreshes: round, reuses: 0, busy: 0 })
    }
    expect((await stage.tokenCounts()).revocations).toBe(0)
  })
})
