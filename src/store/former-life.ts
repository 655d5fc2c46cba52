import { sql } from 'kysely'
import type { Db } from './database.ts'

/** What a former life leaves that says where it stood. Scores take the shadow's along, runs their cursors. */
const LEFT_OVERS = [
  'written',
  'score',
  'account_score',
  'person_key',
  'account_link',
  'company_domain',
  'journal_subscription',
  'event_feed',
]

/**
 * Makes an account that was disconnected begin anew: nobody counts as there until the CRM shows them again, so
 * nothing is scored, let alone written, on what was true before. What stands in our fields is forgotten with the
 * rest: while nobody listened it may have been changed, and would pass for a user's own value now; written again,
 * it is right again. History stays: facts, activities, receipts, the audit log, and who has to be erased.
 */
export async function beginNewLife(transaction: Db, installationId: string): Promise<void> {
  // Whole tables of a big account take longer than any other statement may.
  await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
  for (const table of LEFT_OVERS) {
    await sql`delete from ${sql.table(table)} where installation_id = ${installationId}`.execute(
      transaction,
    )
  }
  await sql`
    delete from due where installation_id = ${installationId} and stage <> 'erase'`.execute(
    transaction,
  )
  await sql`
    delete from rejection where installation_id = ${installationId} and resolved_at is null`.execute(
    transaction,
  )
  await sql`
    delete from sync_run where installation_id = ${installationId} and status = 'running'`.execute(
    transaction,
  )
  for (const table of ['person', 'company', 'deal']) {
    // As of its last change: whoever is seen again, however long unchanged, was not gone after it.
    await sql`
      update ${sql.table(table)} set deleted_at = source_updated_at
      where installation_id = ${installationId} and deleted_at is null`.execute(transaction)
  }
}
