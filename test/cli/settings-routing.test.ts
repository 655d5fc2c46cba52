import { beforeAll, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { type Installation, saveInstallation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readSettings } from '../../src/store/settings.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ORG = '00D0Kj000000001UAA'

describe('plumbline settings routing', () => {
  const database = useDatabase()
  let org: Installation
  let portal: Installation
  beforeAll(async () => {
    portal = await makeInstallation(database.db)
    const home = { instanceUrl: 'http://127.0.0.1:9', userId: '005000000000001AAA' }
    const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: new Date('2030-01-01'), home }
    const grant = {
      crm: 'salesforce',
      accountId: ORG,
      scopes: ['api'],
      tokens,
      timeZone: 'UTC',
      uiDomain: 'org.example',
    }
    org = await saveInstallation(database.db, createSecretBox(TEST_SECRET), grant, NOW)
    for (const { id } of [org, portal]) {
      const by = { actor: 'ann', reason: null, at: NOW }
      await publish(database.db, id, titleModelText('first', 60), by)
    }
  })

  const run = (accountId: string, ...args: string[]) =>
    plumbline(['settings', 'routing', '--installation', accountId, ...args], {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      HUBSPOT_CLIENT_ID: 'client-1',
      HUBSPOT_CLIENT_SECRET: 'secret-1',
      SALESFORCE_CLIENT_ID: 'client-2',
      SALESFORCE_CLIENT_SECRET: 'secret-2',
    }).ended
  const routing = async () => (await readSettings(database.db, org.id)).routing

  test('owners stay who they are until somebody switches it on, for tiers that the model has', async () => {
    expect((await run(ORG)).stdout).toContain('Owners stay who they are')
    const strange = await run(ORG, '--tiers', 'Z')
    expect(strange.code).toBe(1)
    expect(strange.stderr).toContain('The live model has no tier "Z"')
    expect(await routing()).toBeNull()
    const on = await run(ORG, '--tiers', 'A', 'C')
    expect({ code: on.code, stdout: on.stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('reaches tier A, C'),
    })
    expect(await routing()).toEqual({ tiers: ['A', 'C'] })
    const [entry] = await auditOf(database.db, org.id, 'settings.routing', 1)
    expect(entry).toMatchObject({
      action: 'settings.routing',
      details: { before: null, after: { tiers: ['A', 'C'] } },
    })
    const off = await run(ORG, '--off', '--json')
    expect(JSON.parse(off.stdout)).toEqual({ crm: 'salesforce', accountId: ORG, routing: null })
    expect(await routing()).toBeNull()
  })

  test('both at once is refused', async () => {
    const both = await run(ORG, '--off', '--tiers', 'A')
    expect({ code: both.code, stderr: both.stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Choose one of --off and --tiers'),
    })
  })

  test('where the CRM routes by itself it says how', async () => {
    const refused = await run(portal.accountId, '--tiers', 'A')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('HubSpot routes by workflows')
    expect((await readSettings(database.db, portal.id)).routing).toBeNull()
  })
})
