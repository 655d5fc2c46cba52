import { beforeEach, describe, expect, test } from 'vitest'
import { CrmAuthExpired, CrmUnavailable, UserError } from '../../src/errors.ts'
import { type Installation, setStatus } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readTokens, renewTokens, type StoredTokens } from '../../src/store/tokens.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const box = createSecretBox(TEST_SECRET)

describe('tokens', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
  })

  const renew = (
    stale: StoredTokens,
    refresh: (token: string) => Promise<StoredTokens>,
  ): Promise<StoredTokens> => renewTokens(database.db, box, installation.id, stale, refresh)

  test('thirty callers with the same stale token make one refresh', async () => {
    const stale = await readTokens(database.db, box, installation.id)
    let refreshes = 0
    const refresh = async (refreshToken: string): Promise<StoredTokens> => {
      refreshes += 1
      return { ...stale, accessToken: 'fresh', refreshToken: `${refreshToken}+` }
    }
    const all = await Promise.all(Array.from({ length: 30 }, () => renew(stale, refresh)))
    expect(refreshes).toBe(1)
    expect(new Set(all.map(({ accessToken }) => accessToken))).toEqual(new Set(['fresh']))
    expect(await readTokens(database.db, box, installation.id)).toMatchObject({
      refreshToken: 'r+',
    })
  })

  test('a refresh that fails leaves the tokens as they were', async () => {
    const stale = await readTokens(database.db, box, installation.id)
    const failing = () => Promise.reject(new CrmUnavailable('hubspot', 'down'))
    await expect(renew(stale, failing)).rejects.toThrow(CrmUnavailable)
    expect(await readTokens(database.db, box, installation.id)).toEqual(stale)
  })

  test('a disconnected installation has no tokens any more', async () => {
    await setStatus(database.db, installation.id, 'disconnected', 'uninstalled', new Date())
    await expect(readTokens(database.db, box, installation.id)).rejects.toThrow(CrmAuthExpired)
  })

  test('another secret cannot read them, and says what to do', async () => {
    const wrong = createSecretBox('another secret, which is long enough')
    const reading = readTokens(database.db, wrong, installation.id)
    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(/PLUMBLINE_SECRET/)
  })
})
