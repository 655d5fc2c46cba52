import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { type Plumbline, startPlumbline } from '../../src/main.ts'
import { listInstallations, setStatus } from '../../src/store/installations.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { installIn, startPortal, type TestPortal, testConfig } from '../helpers/portal.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const PEOPLE = 30

describe('plumbline install and sync', () => {
  const database = useDatabase()
  let portal: TestPortal
  let running: Plumbline
  let variables: Record<string, string>
  beforeAll(async () => {
    portal = await startPortal(PEOPLE)
    const config = await testConfig(database.url, portal, null)
    running = await startPlumbline(config, createLog('silent'))
    variables = {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      PLUMBLINE_URL: config.publicUrl,
      HUBSPOT_CLIENT_ID: config.hubspot?.clientId ?? '',
      HUBSPOT_CLIENT_SECRET: config.hubspot?.clientSecret ?? '',
    }
  })
  afterAll(async () => {
    await running.close()
    await portal.close()
  })
  const start = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
    plumbline(args, { ...variables, ...changes })

  test('without a configured app says what to set, and where to redirect', async () => {
    const none = { HUBSPOT_CLIENT_ID: '', HUBSPOT_CLIENT_SECRET: '' }
    const { code, stderr } = await start(['install', 'hubspot'], none).ended
    expect(code).toBe(1)
    expect(stderr).toContain('HUBSPOT_CLIENT_ID')
    expect(stderr).toContain('/oauth/hubspot/callback')
    expect(stderr).not.toContain('    at ')
    const other = await start(['install', 'pipedrive']).ended
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('hubspot') })
  })

  test('without a running Plumbline says how to start one', async () => {
    const nobody = { PLUMBLINE_URL: 'http://127.0.0.1:9' }
    const { code, stderr } = await start(['install', 'hubspot'], nobody).ended
    expect(code).toBe(1)
    expect(stderr).toContain('npm start')
    expect(stderr).toContain('PLUMBLINE_URL')
  })

  test('sync before anything is installed says so', async () => {
    const { code, stderr } = await start(['sync', '--full']).ended
    expect(code).toBe(1)
    expect(stderr).toContain('Nothing is installed')
  })

  test('--no-wait only says what to open', async () => {
    const text = await start(['install', 'hubspot', '--no-wait']).ended
    expect(text.code).toBe(0)
    expect(text.stdout).toContain(`${variables['PLUMBLINE_URL']}/install/hubspot`)
    const { stdout } = await start(['install', 'hubspot', '--no-wait', '--json']).ended
    const address = `${variables['PLUMBLINE_URL']}/install/hubspot`
    expect(JSON.parse(stdout)).toEqual({ crm: 'hubspot', address })
  })

  test('waits for the consent, then until everything is written', async () => {
    const { child, ended } = start(['install', 'hubspot', '--json'])
    await new Promise<void>((resolve) => {
      let told = ''
      child.stderr?.on('data', (text: string) => {
        told += text
        if (told.includes('Waiting for the consent')) resolve()
      })
    })
    await installIn(running)
    const { code, stdout, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      crm: 'hubspot',
      accountId: '4711',
      notGranted: [],
      people: { people: PEOPLE, scored: PEOPLE, written: PEOPLE },
    })
    expect(stderr).toContain('Connected: hubspot account 4711')
  })

  test('sync --full --wait reads again and writes nothing new', async () => {
    const { code, stdout, stderr } = await start(['sync', '4711', '--full', '--wait', '--json'])
      .ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      reading: 'full',
      outcome: { people: { scored: PEOPLE, writtenSince: 0 } },
    })
  })

  test('sync asks for one reading at a time, of an account that is connected', async () => {
    const both = await start(['sync', '--full', '--delta']).ended
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('--delta') })
    const { stdout } = await start(['sync', '--history', '--json']).ended
    expect(JSON.parse(stdout)).toMatchObject({ reading: 'history', people: PEOPLE, outcome: null })
    const text = await start(['sync']).ended
    expect(text.stdout).toContain('What has changed is read')
    const [installation] = await listInstallations(running.db)
    const now = new Date()
    await setStatus(running.db, installation?.id ?? '', 'paused', 'tokens refused', now)
    const paused = await start(['sync']).ended
    expect(paused.code).toBe(1)
    expect(paused.stderr).toContain('paused: tokens refused')
    expect(paused.stderr).toContain('plumbline install hubspot')
  })
})
