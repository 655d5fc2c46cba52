import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listInstallations } from '../../src/store/installations.ts'
import { readSettings } from '../../src/store/settings.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { type Installer, openInstaller } from '../http/installer.ts'

describe('routing from the command line', () => {
  const database = useDatabase()
  let here: Installer
  beforeAll(async () => {
    here = await openInstaller(database.db)
    await here.browser().install()
  })
  afterAll(() => here.close())

  const run = (...args: string[]) =>
    plumbline(args, {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      HUBSPOT_CLIENT_ID: 'client-1',
      HUBSPOT_CLIENT_SECRET: 'secret-1',
      HUBSPOT_API_URL: here.sandboxUrl,
    }).ended
  const tasks = async () => {
    const [installation] = await listInstallations(database.db)
    return (await readSettings(database.db, installation?.id ?? '')).tasks
  }

  test('segments are shown before they are made, one for each tier and stage', async () => {
    const { stdout, code } = await run('segments')
    expect(code).toBe(0)
    expect(stdout).toContain('Plumbline: tier A: plumbline_tier is A')
    expect(stdout).toContain('Plumbline: stage MQL: plumbline_stage is mql')
    expect(stdout).toContain('--create')
  })

  test('tasks are off until somebody switches them on, for tiers that the model has', async () => {
    expect((await run('settings', 'tasks')).stdout).toContain('No tasks are created')
    const strange = await run('settings', 'tasks', '--tiers', 'Z')
    expect(strange.code).toBe(1)
    expect(strange.stderr).toContain('The live model has no tier "Z"; it has A, B, C')
    expect(await tasks()).toBeNull()
    const on = await run('settings', 'tasks', '--tiers', 'A', 'B', '--per-owner', '7')
    expect(on.stdout).toContain('at most 7 a day for each owner')
    expect(await tasks()).toEqual({ tiers: ['A', 'B'], perOwnerPerDay: 7 })
    expect((await run('settings', 'tasks', '--off')).stdout).toContain('No tasks are created')
    expect(await tasks()).toBeNull()
  })
})
