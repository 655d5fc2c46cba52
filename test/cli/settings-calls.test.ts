import { beforeEach, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import type { Installation } from '../../src/store/installations.ts'
import { readSettings } from '../../src/store/settings.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

describe('plumbline settings calls', () => {
  const database = useDatabase()
  let here: Installation
  beforeEach(async () => {
    here = await makeInstallation(database.db)
  })
  const run = (...args: string[]) =>
    plumbline(['settings', 'calls', '--installation', here.accountId, ...args], {
      DATABASE_URL: database.url,
    }).ended
  const share = async () => (await readSettings(database.db, here.id)).apiShare

  test('half of the day’s calls unless somebody says otherwise; what was done can be undone', async () => {
    expect((await run()).stdout).toContain('At most 50 %')
    const changed = await run('--share', '20')
    expect(changed.stdout).toContain('At most 20 %')
    expect(changed.stdout).toContain('To undo: plumbline settings calls --share 50')
    expect(await share()).toBe(0.2)
    const [entry] = await auditOf(database.db, here.id, 'settings.calls', 1)
    expect(entry?.details).toEqual({ before: 50, after: 20 })
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ sharePercent: 20 })
  })

  test.each(['4', '96', 'all'])('a share of %s is refused with what it must be', async (wrong) => {
    const { code, stderr } = await run('--share', wrong)
    expect(code).not.toBe(0)
    expect(stderr).toContain('from 5 to 95')
    expect(await share()).toBe(0.5)
  })
})
