import { sql } from 'kysely'
import type { Db } from './database.ts'
import { DUE_STAGES, type DueStage } from './due.ts'
import type { Source } from './inbox.ts'
import type { InstallationStatus } from './installations.ts'

/**
 * Rows of one installation and stage that are counted at most: beyond it the figure says no more than "very many",
 * and counting on would make every look as long as the backlog.
 */
const MOST_COUNTED = 100_000

/** Work of one stage that waits in one installation. */
export interface WaitingWork {
  readonly installationId: string
  readonly crm: string
  readonly stage: DueStage
  /** Held ones included; 100,000 where there are more. */
  readonly rows: number
  readonly oldestDueAt: Date
}

/**
 * What is due at `now`, of installations that are worked on; stages without any are left out. `due` holds a row for
 * everybody whose score will change some day, so each installation and stage is looked up in its index.
 */
export async function waitingWork(db: Db, now: Date): Promise<readonly WaitingWork[]> {
  const { rows } = await waitingWorkQuery(now).execute(db)
  return rows
}

/** The statement of `waitingWork`; a test looks at its plan. */
export function waitingWorkQuery(now: Date) {
  return sql<WaitingWork>`
    select i.id as "installationId", i.crm, s.stage, w.rows, w.oldest as "oldestDueAt"
    from installation i cross join unnest(${[...DUE_STAGES]}::text[]) as s(stage)
    cross join lateral (
      select count(*)::int as rows, min(due_at) as oldest from (
        select d.due_at from due d
        where d.installation_id = i.id and d.stage = s.stage and d.due_at <= ${now}
        order by d.due_at limit ${MOST_COUNTED}) as counted) as w
    where (i.status = 'active' or s.stage = 'erase') and w.rows > 0`
}

export interface InstallationCount {
  readonly crm: string
  readonly status: InstallationStatus
  readonly installations: number
}

/** How many installations there are. */
export async function installationCounts(db: Db): Promise<readonly InstallationCount[]> {
  const { rows } = await sql<InstallationCount>`
    select crm, status, count(*)::int as installations from installation group by 1, 2`.execute(db)
  return rows
}

export interface RejectionCount {
  readonly crm: string
  readonly stage: DueStage
  readonly rejections: number
}

/** Open rejections of installations that are connected; of each at most 100,000. */
export async function rejectionCounts(db: Db): Promise<readonly RejectionCount[]> {
  const { rows } = await sql<RejectionCount>`
    select i.crm, r.stage, count(*)::int as rejections
    from installation i cross join lateral (
      select stage from rejection where installation_id = i.id and resolved_at is null
      limit ${MOST_COUNTED}) as r
    where i.status <> 'disconnected' group by 1, 2`.execute(db)
  return rows
}

export interface FullReadings {
  readonly crm: string
  /** When the full reading ended that is the longest ago; where there was none yet, when that account was connected. */
  readonly oldestAt: Date
  /** Active installations whose last one ended before the moment asked for. */
  readonly overdue: number
}

/** The last complete full reading of each active installation, by CRM. */
export async function fullReadings(db: Db, before: Date): Promise<readonly FullReadings[]> {
  const { rows } = await sql<FullReadings>`
    select i.crm, min(last.at) as "oldestAt", (count(*) filter (where last.at < ${before}))::int as overdue
    from installation i cross join lateral (
      select coalesce((
        select finished_at from sync_run
        where installation_id = i.id and kind = 'full' and status = 'done'
        order by started_at desc limit 1), i.consented_at, i.created_at) as at) as last
    where i.status = 'active' group by 1`.execute(db)
  return rows
}

export interface ToldCount {
  readonly crm: string
  readonly source: Source
  readonly notices: number
}

/** Notices of all installations that came at `since` or later. */
export async function toldCounts(db: Db, since: Date): Promise<readonly ToldCount[]> {
  const { rows } = await sql<ToldCount>`
    select i.crm, t.source, sum(t.notices)::int as notices
    from (select installation_id, source, count(*) as notices from inbox
      where received_at >= ${since} group by 1, 2) as t
    join installation i on i.id = t.installation_id group by 1, 2`.execute(db)
  return rows
}

export interface HeldCount {
  readonly crm: string
  readonly records: number
}

/** Records that are not written at `now`, because they were written too often. */
export async function heldCounts(db: Db, now: Date): Promise<readonly HeldCount[]> {
  const { rows } = await sql<HeldCount>`
    select i.crm, count(*)::int as records
    from written w join installation i on i.id = w.installation_id
    where w.held_until > ${now} and i.status = 'active' group by 1`.execute(db)
  return rows
}

export interface BudgetWait {
  readonly crm: string
  readonly key: string
  readonly seconds: number
}

/** The longest that a call of a rate would have to wait now, over all active installations. */
export async function budgetWaits(db: Db): Promise<readonly BudgetWait[]> {
  const { rows } = await sql<BudgetWait>`
    select i.crm, b.key,
      greatest(0, extract(epoch from max(b.next_at) - clock_timestamp()))::float8 as seconds
    from budget b join installation i on i.id = b.installation_id
    where i.status = 'active' group by 1, 2`.execute(db)
  return rows
}

export interface UnheardCount {
  readonly crm: string
  /** Active accounts whose own events were refused when they were asked for last. */
  readonly accounts: number
}

/** Accounts whose events we cannot listen to, by CRM. */
export async function unheardCounts(db: Db): Promise<readonly UnheardCount[]> {
  const { rows } = await sql<UnheardCount>`
    select i.crm, count(*)::int as accounts
    from event_feed f join installation i on i.id = f.installation_id
    where f.failures > 0 and i.status = 'active' group by 1`.execute(db)
  return rows
}

export interface JournalFailures {
  readonly crm: string
  /** Turns of reading that failed since the last one that did not. */
  readonly turns: number
}

/** How the reading of the CRMs' journals stands. */
export async function journalFailures(db: Db): Promise<readonly JournalFailures[]> {
  const { rows } = await sql<JournalFailures>`
    select crm, failures as turns from journal_position`.execute(db)
  return rows
}
