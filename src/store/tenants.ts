import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import { escapeLiteral, type PoolClient, type QueryResult } from 'pg'
import type { Db } from './database.ts'

/** A database in which one installation exists and no other. */
export type DbOf = (installationId: string) => Db

/** Lends connections of a role that row-level security holds for. */
export interface TenantPool {
  connect(): Promise<PoolClient>
  readonly options: object
}

/** What the policies compare with (migrations/0019-tenants.sql). */
const SETTING = 'plumbline.installation'

/**
 * The database as one installation may see it: of others' rows none is found, changed or stored, whatever a
 * statement forgets to ask. It guards against mistakes, not against SQL of a stranger, who could name another
 * installation. Takes a connection per statement or transaction; needs no closing.
 * @param pool with `pipeline`, or each statement outside of a transaction takes three round trips instead of one
 */
export function tenantDatabase(pool: TenantPool, installationId: string): Db {
  const bound = {
    options: pool.options,
    connect: async () => boundTo(await pool.connect(), installationId),
    // The pool is everybody's.
    end: async () => {},
  }
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool: bound }) })
}

/** The installation is named inside of each transaction, and so the connection has forgotten it at its end. */
function boundTo(client: PoolClient, installationId: string): PostgresPoolClient {
  const name = `select set_config('${SETTING}', ${escapeLiteral(installationId)}, true)`
  const query = async (text: string, values: readonly unknown[]) => {
    const status = client.getTransactionStatus()
    if (status === 'T' || status === 'E') return client.query(text, [...values])
    if (BEGINNING.test(text)) return client.query(`${text}; ${name}`)
    return inOneTrip([
      client.query(`begin; ${name}`),
      client.query(text, [...values]),
      client.query('commit'),
    ])
  }
  return {
    // The type has a second form, with a cursor; Kysely uses it only where its dialect is given a cursor's class. And
    // what `pg` answers to BEGIN, Kysely does not look at.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

/** How Kysely begins a transaction. */
const BEGINNING = /^(begin|start transaction)\b/

/**
 * Waits for all three, so that the connection is free again whatever fails.
 * @returns what the statement answered
 * @throws the first error; the transaction came to nothing then
 */
async function inOneTrip(
  sent: readonly [Promise<unknown>, Promise<QueryResult>, Promise<unknown>],
): Promise<QueryResult> {
  const ended = await Promise.allSettled(sent)
  for (const each of ended) {
    if (each.status === 'rejected') throw each.reason
  }
  return sent[1]
}
