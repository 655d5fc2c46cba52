import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { createLog } from '../log.ts'
import { readRunning, startPostgres } from '../postgres/supervisor.ts'
import { type Db, openDatabase, prepareDatabase } from '../store/database.ts'
import { tell } from './terminal.ts'

/** Runs one verb on the database. */
export async function withDatabase(data: string, work: (db: Db) => Promise<void>): Promise<void> {
  const server = await findServer(path.join(path.resolve(data), 'postgres'))
  const db = openDatabase(server.url, (error) => tell(`database: ${error.message}`))
  try {
    await prepareDatabase(db, server.url)
    await work(db)
  } finally {
    await db.destroy()
    await server.stop?.()
  }
}

interface Server {
  readonly url: string
  /** Only where the verb has started it. */
  readonly stop?: () => Promise<void>
}

/** The operator's database, the embedded one of a running Plumbline, or the embedded one started for the verb. */
async function findServer(directory: string): Promise<Server> {
  const { databaseUrl } = readConfig()
  if (databaseUrl) return { url: databaseUrl }
  return (await readRunning(directory)) ?? startPostgres({ directory, log: createLog('warn') })
}
