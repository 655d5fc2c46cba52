import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { versionName } from '../../src/store/models.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { titleModel, titleModelText } from '../helpers/model-texts.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

describe('publishing while Plumbline runs', () => {
  const database = useDatabase()
  let folder: string
  let portal: TestPortal
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-versions-'))
    portal = await startPortal(40)
  })
  afterAll(async () => {
    await portal.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('the workers of another process score and write everybody with the new version', async () => {
    const running = await startStack(await testConfig(database.url, portal, null))
    const since = new Date()
    const installation = await installIn(running)
    await untilQuiet(running, installation.id, since)
    await portal.resetLedger()
    const model = path.join(folder, 'second.yaml')
    await writeFile(model, titleModel('second', 60))
    const args = ['model', 'publish', model, '--json']
    const { code } = await plumbline(args, { DATABASE_URL: database.url }).ended
    expect(code).toBe(0)
    await untilQuiet(running, installation.id, since)
    const { rows } = await sql<{ model: string; n: number }>`select model, count(*)::int as n
      from score where installation_id = ${installation.id} group by 1`.execute(database.db)
    expect(rows).toEqual([{ model: versionName(titleModelText('second', 60)), n: 40 }])
    expect((await portal.ledger()).recordsWritten).toBeGreaterThan(0)
  })
})
