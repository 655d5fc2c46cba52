import { realpath } from 'node:fs/promises'
import { Client, DatabaseError } from 'pg'
import { UserError } from '../errors.ts'
import { SUPERUSER } from './cluster.ts'

export const DATABASE = 'plumbline'

const WRONG_PASSWORD = '28P01'
const ANSWER_TIMEOUT_MS = 2_000
const CREATE_TIMEOUT_MS = 60_000

/** Where a server of ours is reached. */
export interface Address {
  port: number
  password: string
}

export function databaseUrl(address: Address, database: string): string {
  return `postgres://${SUPERUSER}:${address.password}@127.0.0.1:${address.port}/${database}`
}

/** Whether the server at this address serves `dataDirectory`; false when nothing usable answers. */
export async function serves(address: Address, dataDirectory: string): Promise<boolean> {
  try {
    return await withClient(address, ANSWER_TIMEOUT_MS, async (client) => {
      const answer = await client.query<{ data_directory: string }>('show data_directory')
      const served = answer.rows[0]?.data_directory ?? ''
      return (await realpath(served)) === (await realpath(dataDirectory))
    })
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || cause.code !== WRONG_PASSWORD) return false
    throw new UserError(
      `The Postgres on port ${address.port} serves ${dataDirectory} but refuses the password kept beside it. ` +
        'Restore the file "password" that belongs to this data, or stop that server.',
      { cause },
    )
  }
}

/** Creates the database `plumbline` unless it is there. */
export async function ensureDatabase(address: Address): Promise<void> {
  await withClient(address, CREATE_TIMEOUT_MS, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
  })
}

async function withClient<T>(
  address: Address,
  timeoutMs: number,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: databaseUrl(address, 'postgres'),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // A server that goes away between two queries must fail the query, not the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}
