import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { createLog } from '../log.ts'
import { readRunning, startPostgres } from '../postgres/supervisor.ts'
import { assertUsable, type Db, migrate, openDatabase } from '../store/database.ts'
import { tell } from './terminal.ts'

/**
 * Runs one verb on the database: the operator's, the embedded one of a running Plumbline, or, when none
 * runs, the embedded one started for the length of the verb.
 */
export async function withDatabase(data: string, work: (db: Db) => Promise<void>): Promise<void> {
  const config = readConfig()
  const directory = path.join(path.resolve(data), 'postgres')
  const running = config.databaseUrl ? { url: config.databaseUrl } : await readRunning(directory)
  const started = running ? null : await startPostgres({ directory, log: createLog('warn') })
  const url = running?.url ?? started?.url ?? ''
  const db = openDatabase(url, (error) => tell(`database: ${error.message}`))
  try {
    await assertUsable(db, url)
    await migrate(db)
    await work(db)
  } finally {
    await db.destroy()
    await started?.stop()
  }
}
