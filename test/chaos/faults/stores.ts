import { sql } from 'kysely'
import { QUEUE_SCHEMA } from '../../../jobs/queues.ts'
import { isAway } from '../away.ts'
import type { Fault } from '../fault.ts'
import type { LiveStage } from '../stage.ts'

const OVER = () => Promise.resolve()

/** Every session but the one that asks. */
const connectionsCut: Fault = {
  name: 'database-connections-cut',
  kind: 'database',
  async start({ db }) {
    const cut = sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(db)
    // Where another fault has killed the server there is nothing left to cut.
    await cut.catch((error: unknown) => {
      if (!isAway(error)) throw error
    })
  },
  stop: OVER,
}

const databaseKilled: Fault = {
  name: 'database-killed',
  kind: 'database',
  start: ({ postgres }) => postgres.kill(),
  stop: ({ postgres }) => postgres.restart(),
}

/** All jobs of the queue are gone. */
const jobsLost: Fault = { name: 'jobs-lost', kind: 'queue', start: loseJobs, stop: OVER }

async function loseJobs({ redis, db }: LiveStage): Promise<void> {
  if (redis) return redis.flush()
  const { rows } = await sql<{ name: string }>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name
    from pg_tables where schemaname = ${QUEUE_SCHEMA} and tablename !~ 'migration'`.execute(db)
  await sql.raw(`truncate ${rows.map(({ name }) => name).join(', ')}`).execute(db)
}

const redisKilled: Fault = {
  name: 'redis-killed',
  kind: 'queue',
  queue: 'redis',
  async start({ redis }) {
    await redis?.kill()
  },
  async stop({ redis }) {
    await redis?.restart()
  },
}

/** Where state is kept, and where wake-ups are. */
export const STORE_FAULTS: readonly Fault[] = [
  connectionsCut,
  databaseKilled,
  jobsLost,
  redisKilled,
]
