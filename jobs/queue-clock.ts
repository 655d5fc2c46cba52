import { sql } from 'kysely'
import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import { QUEUE_SCHEMA, type QueueBackend } from './queues.ts'
import { repeat } from './repeat.ts'
import { LOCK_MS, STALLED_CHECK_MS } from './worker.ts'

/**
 * BullMQ writes the times of its Postgres tables by the clock of the machine that it runs on. One that is minutes ahead
 * leaves locks behind that do not end, and a look for stalled jobs that nobody else takes for over: a job that dies then
 * keeps its stage from every wake-up until those minutes have passed. No such time may lie further ahead of the
 * database's clock than a right one would.
 * On Redis both are lifetimes, which no machine's clock decides.
 */
async function bringBackTimes(db: Db): Promise<void> {
  const schema = sql.id(QUEUE_SCHEMA)
  await sql`
    with now as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms),
    looked as (
      update ${schema}.meta set value = now.ms::text from now
      where field = 'stalled-check' and value::bigint > now.ms + ${STALLED_CHECK_MS})
    update ${schema}.job set locked_until_ms = now.ms + ${LOCK_MS} from now
    where state = 'active' and locked_until_ms > now.ms + ${LOCK_MS + STALLED_CHECK_MS}`.execute(db)
}

/**
 * Keeps the times in the queue's tables near the database's clock, until closed.
 * @returns the function that stops it
 */
export function startQueueClock(
  backend: QueueBackend,
  { db, log }: { readonly db: Db; readonly log: Log },
): () => Promise<void> {
  if (backend.kind === 'redis') return async () => {}
  return repeat('queue clock', () => bringBackTimes(db), STALLED_CHECK_MS, log)
}
