/** A process of its own that owns a folder, as `plumbline` does; the test that forks it talks to it. */
import { messageOf } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { startPostgres } from '../../src/postgres/supervisor.ts'
import { fastInstallation } from '../helpers/postgres-server.ts'

function tell(report: object): void {
  process.send?.(report)
}

try {
  const postgres = await startPostgres(
    {
      directory: process.argv[2] ?? '',
      log: createLog('silent'),
      settings: { fsync: 'off', full_page_writes: 'off' },
    },
    fastInstallation(),
  )
  const { url, adopted, port, dataDirectory } = postgres
  process.on('message', () => {
    postgres.stop().then(() => process.disconnect(), tell)
  })
  tell({ started: { url, adopted, port, dataDirectory } })
} catch (error) {
  tell({ failed: messageOf(error), name: error instanceof Error ? error.name : '' })
  process.disconnect()
}
