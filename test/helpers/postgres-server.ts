import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../src/log.ts'
import {
  type Installation,
  installedPostgres,
  startPostgres,
} from '../../src/postgres/supervisor.ts'

/** Fast instead of safe: a test's data need not survive a power cut. */
const FAST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** As installed, but its initdb does not wait for the disk. */
export function fastInstallation(): Installation {
  return { ...installedPostgres(), initdbArguments: ['--no-sync'] }
}

/** A new folder that every account may enter; a fresh temporary one is closed to the server's account. */
export async function openFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'plumbline-postgres-')))
  await chmod(folder, 0o755)
  return folder
}

/** A fresh server in a temporary folder, for the tests that share one; `stop` also removes the folder. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await openFolder()
  const postgres = await startPostgres(
    { directory, log: createLog('silent'), settings: FAST_SETTINGS },
    fastInstallation(),
  )
  async function stop(): Promise<void> {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  return { url: postgres.url, stop }
}
