import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import type { Db } from './database.ts'

/**
 * Makes due that the histories of everybody alive are read, in one statement.
 * @returns of how many
 */
export async function requestHistory(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  now: Date,
): Promise<number> {
  // Millions of marks take longer than any other statement may.
  await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
  const { numAffectedRows = 0n } = await sql`
    insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select ${installationId}, 'fetch', ${`history:${kind}`}, id, ${now} from ${sql.table(kind)}
    where installation_id = ${installationId} and deleted_at is null and merged_into is null
    -- The order in which everybody locks these rows.
    order by id
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1, attempts = 0`.execute(
    transaction,
  )
  return Number(numAffectedRows)
}
