import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { Installation } from './installations.ts'

/** Somebody's turn to read a journal. */
export interface JournalTurn {
  /** Null before the first reading. */
  readonly position: string | null
  /** Turns that failed since the last one that did not. */
  readonly failures: number
}

/** Takes the turn to read a CRM's journal until `until`; null while it is not due or somebody else has it. */
export async function takeTurn(
  db: Db,
  crm: string,
  now: Date,
  until: Date,
): Promise<JournalTurn | null> {
  const { rows } = await sql<JournalTurn>`
    insert into journal_position as p (crm, next_poll_at) values (${crm}, ${until})
    on conflict (crm) do update set next_poll_at = excluded.next_poll_at where p.next_poll_at <= ${now}
    returning position, failures`.execute(db)
  return rows[0] ?? null
}

/**
 * Moves on past a page and keeps the turn until `until`; belongs into the transaction that stores the page.
 * @returns false when the reading stands elsewhere by now: somebody else has stored this page, so roll back
 */
export async function movePosition(
  transaction: Db,
  crm: string,
  from: string | null,
  to: string,
  now: Date,
  until: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update journal_position set position = ${to}, polled_at = ${now}, next_poll_at = ${until}
    where crm = ${crm} and position is not distinct from ${from}`.execute(transaction)
  return numAffectedRows === 1n
}

/** Ends a turn; the next one is at `next`. */
export async function endTurn(db: Db, crm: string, failures: number, next: Date): Promise<void> {
  await sql`
    update journal_position set next_poll_at = ${next}, failures = ${failures}
    where crm = ${crm}`.execute(db)
}

/** Active installations whose journal was never asked for since their consent, or before `before`. */
export async function unsubscribed(
  db: Db,
  crm: string,
  before: Date,
  limit: number,
): Promise<readonly Pick<Installation, 'id' | 'accountId'>[]> {
  const { rows } = await sql<Pick<Installation, 'id' | 'accountId'>>`
    select i.id, i.account_id as "accountId"
    from installation i left join journal_subscription s on s.installation_id = i.id
    where i.crm = ${crm} and i.status = 'active'
      and (s.asked_at is null or s.asked_at < ${before} or s.asked_at < i.consented_at)
    order by s.asked_at nulls first, i.id limit ${limit}`.execute(db)
  return rows
}

/** Notes that an installation's events were asked for. */
export async function noteSubscription(db: Db, installationId: string, at: Date): Promise<void> {
  await sql`
    insert into journal_subscription (installation_id, asked_at) values (${installationId}, ${at})
    on conflict (installation_id) do update set asked_at = excluded.asked_at`.execute(db)
}
