import { execFile } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestSync } from '../../jobs/schedule.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import { listInstallations } from '../../src/store/installations.ts'
import {
  installIn,
  starterJudges,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { openFolder } from '../helpers/postgres-server.ts'
import { startStack } from '../helpers/stack.ts'
import { judgePortal } from './oracle.ts'

const PEOPLE = 60

/** What docs/operations.md says to type: the first line makes the backup, the second restores it. */
async function documentedCommands(): Promise<readonly string[]> {
  const page = await readFile('docs/operations.md', 'utf8')
  const embedded = page.slice(page.indexOf('**The embedded one:**'))
  return /```\n(.*?)\n```/s.exec(embedded)?.[1]?.split('\n') ?? []
}

describe('a backup of the data folder, made and restored as docs/operations.md says', () => {
  let portal: TestPortal
  let before: string
  let after: string
  beforeAll(async () => {
    portal = await startPortal(PEOPLE)
    ;[before, after] = [await openFolder(), await openFolder()]
  })
  afterAll(async () => {
    await portal.close()
    await Promise.all([before, after].map((each) => rm(each, { recursive: true, force: true })))
  })

  const typed = (command: string, folder: string) =>
    promisify(execFile)('sh', ['-c', command], { cwd: folder })

  /** With everything in the folder: database, its password, and the secret that opens the tokens. */
  async function startIn(folder: string): Promise<Plumbline> {
    const { databaseUrl, secret, ...config } = await testConfig('', portal, null)
    return startStack({ ...config, dataDirectory: path.join(folder, '.plumbline') })
  }

  async function readAll(plumbline: Plumbline): Promise<void> {
    const [installation] = await listInstallations(plumbline.db)
    if (!installation) throw new Error('the copy holds no installation')
    const since = new Date()
    await requestSync(plumbline.db, installation.id, 'full', since)
    await plumbline.deps.wake('sync', installation.id)
    await untilQuiet(plumbline, installation.id, since)
  }

  test('goes on where it was: connected, nothing written twice, and what came since is read', async () => {
    const [back = '', restore = ''] = await documentedCommands()
    await mkdir(path.join(before, '.plumbline'), { mode: 0o755 })
    const original = await startIn(before)
    const since = new Date()
    const { id } = await installIn(original)
    await untilQuiet(original, id, since)
    await original.close()

    await typed(back, before)
    await rm(path.join(before, '.plumbline'), { recursive: true })
    await typed(`cp ${path.join(before, 'plumbline.tar.gz')} . && ${restore}`, after)
    const restored = await startIn(after)
    await portal.resetLedger()
    await readAll(restored)
    expect(await portal.ledger()).toMatchObject({ updateCalls: 0, recordsWritten: 0 })

    await portal.mutate({
      op: 'create',
      type: 'contacts',
      properties: { email: 'since@later.example', jobtitle: 'Chief Executive Officer' },
    })
    await readAll(restored)
    const verdict = await judgePortal(portal.url, SANDBOX_APP, await starterJudges())
    expect(verdict).toMatchObject({ contacts: PEOPLE + 1, differences: [] })
    await restored.close()
  })
})
