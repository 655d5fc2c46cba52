import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'

const SHOWN = 20

/** From now on statements are counted anew. The server must have been started with pg_stat_statements. */
export async function forgetStatements(db: Db): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`.execute(db)
  await sql`select pg_stat_statements_reset()`.execute(db)
}

/** Says which statements took the most time since. */
export async function tellStatements(db: Db): Promise<void> {
  const { rows } = await sql<{
    ms: number
    share: number
    calls: number
    rows: number
    query: string
  }>`
    select total_exec_time as ms, total_exec_time / sum(total_exec_time) over () as share,
      calls::int, rows::int, left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
    from pg_stat_statements order by total_exec_time desc limit ${SHOWN}`.execute(db)
  for (const { ms, share, calls, rows: touched, query } of rows) {
    const cells = [
      `${Math.round(ms)} ms`.padStart(11),
      `${(share * 100).toFixed(1)} %`.padStart(7),
      `${(ms / calls).toFixed(2)} ms each`.padStart(16),
      String(calls).padStart(7),
      String(touched).padStart(9),
    ]
    console.log(`${cells.join(' ')}  ${query}`)
  }
}
