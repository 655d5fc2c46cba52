import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { DatabaseError, Pool } from 'pg'
import { messageOf, UserError } from '../errors.ts'
import { inStep } from '../tracing/spans.ts'

/** A connection pool or a transaction on it. All SQL is written out, so no table types are declared. */
export type Db = Kysely<unknown>

const MIGRATIONS = path.join(import.meta.dirname, 'migrations')

/** How much of the database a pool may use. */
interface PoolLimits {
  readonly connections: number
  /** For a free connection, in milliseconds. */
  readonly patience: number
  /** The longest that a statement may run, in milliseconds. */
  readonly statement: number
  /** Whether a connection sends the next statement before the last one is answered. */
  readonly pipeline?: boolean
}
// A statement that runs for a minute is a bug; without a bound it would hold its lease and its connection.
export const POOL_LIMITS: PoolLimits = { connections: 12, patience: 10_000, statement: 60_000 }

/** `openPool` and `databaseOn` in one, for whoever does not ask how busy the pool is. */
export function openDatabase(url: string, onError: (error: Error) => void): Db {
  return databaseOn(openPool(url, onError))
}

/**
 * Opens a pool; nothing connects before the first query.
 * @param onError hears of connections that broke while nothing was asked of them, which would otherwise end the process
 */
export function openPool(
  url: string,
  onError: (error: Error) => void,
  limits: PoolLimits = POOL_LIMITS,
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: limits.connections,
    connectionTimeoutMillis: limits.patience,
    statement_timeout: limits.statement,
    pipeline: limits.pipeline ?? false,
    application_name: 'plumbline',
  })
  // Also of a connection that is lent out: between two statements nobody else would hear of its end.
  pool.on('connect', (client) => client.on('error', onError))
  // The same news again, of idle ones.
  pool.on('error', () => {})
  return pool
}

/** The pool as everything else uses it. Close both with `db.destroy()`. */
export function databaseOn(pool: Pool): Db {
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
}

/** The schema uses uuidv7(), which is new in Postgres 18. */
const OLDEST_VERSION = 180_000

/**
 * Makes a database ready for use: it answers, is new enough and has the latest schema.
 * @param url only its host is told in errors
 * @throws UserError with the remedy when it cannot be reached or is too old
 */
export async function prepareDatabase(db: Db, url: string): Promise<void> {
  await assertUsable(db, url)
  await migrate(db)
}

async function assertUsable(db: Db, url: string): Promise<void> {
  const host = URL.canParse(url) ? new URL(url).host : 'the given address'
  const version = await serverVersion(db).catch((cause: unknown) => {
    throw new UserError(
      `The database at ${host} does not answer (${reasonOf(cause)}). Check DATABASE_URL, or unset it to use the embedded Postgres.`,
      { cause },
    )
  })
  if (version >= OLDEST_VERSION) return
  throw new UserError(
    `The database at ${host} is Postgres ${Math.floor(version / 10_000)}; Plumbline needs 18 or newer. Upgrade it, or unset DATABASE_URL to use the embedded one.`,
  )
}

async function serverVersion(db: Db): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int as version`.execute(db)
  return rows[0]?.version ?? 0
}

/** Node gathers the attempts on several addresses of a host into one error without a message. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  return messageOf(first)
}

/**
 * Brings the schema up to date with the numbered files of `migrations/`. Safe to run from many processes.
 * @returns the names of the files that were applied
 */
export async function migrate(db: Db): Promise<readonly string[]> {
  const getMigrations = async () => withNewer(db, await readMigrations())
  const migrator = new Migrator({ db, provider: { getMigrations } })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  return (results ?? []).map((result) => result.migrationName)
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort()
  const entries = files.map(async (file): Promise<[string, Migration]> => {
    const text = await readFile(path.join(MIGRATIONS, file), 'utf8')
    return [file, { up: async (db) => void (await sql.raw(text).execute(db)) }]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * Kysely refuses a schema with steps that it does not know. Those after ours are a newer version's, which a former
 * one can run on (docs/operations.md): without this, nobody could go back.
 */
async function withNewer(
  db: Db,
  ours: Readonly<Record<string, Migration>>,
): Promise<Record<string, Migration>> {
  const last = Object.keys(ours).sort().at(-1) ?? ''
  const newer = (await appliedNames(db)).filter((name) => name > last)
  const nothingToDo: Migration = { up: async () => {} }
  return { ...ours, ...Object.fromEntries(newer.map((name) => [name, nothingToDo])) }
}

async function appliedNames(db: Db): Promise<readonly string[]> {
  const { rows: tables } = await sql`
    select where to_regclass('kysely_migration') is not null`.execute(db)
  if (tables.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name)
}

/** Postgres ended one of two transactions that waited for each other. */
const DEADLOCK = '40P01'
const TRIES = 3

/**
 * Runs `work` in one transaction: all of it is kept or nothing. Where Postgres ends it to resolve a deadlock,
 * it is run again from the beginning, so it must do nothing but talk to the database.
 */
export async function inTransaction<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db)
  for (let tried = 1; ; tried += 1) {
    try {
      return await inStep('database transaction', { 'db.system.name': 'postgresql' }, () =>
        db.transaction().execute(work),
      )
    } catch (error) {
      const deadlock = error instanceof DatabaseError && error.code === DEADLOCK
      if (!deadlock || tried === TRIES) throw error
    }
  }
}

/**
 * Rows as one JSON parameter for `jsonb_to_recordset`. Postgres refuses NUL characters and lone surrogates
 * in jsonb; CRMs hand out both, so they are taken out here, at the only door.
 */
export function jsonRows(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '') : value,
  )
}
