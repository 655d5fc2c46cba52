import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { Db } from './database.ts'

/** How far an installation's people are. */
export interface PeopleCounts {
  /** Alive in the CRM, as far as we have read. */
  readonly people: number
  readonly scored: number
  /** People who carry our values. */
  readonly written: number
  /** People whose values were written at or after the moment asked for. */
  readonly writtenSince: number
  /** Records the pipeline gave up on. */
  readonly rejected: number
}

/** Counts for progress and summaries. */
export async function peopleCounts(
  db: Db,
  installationId: string,
  since: Date,
): Promise<PeopleCounts> {
  const { rows } = await sql<PeopleCounts>`
    select
      (select count(*)::int from person where installation_id = ${installationId}
        and deleted_at is null and merged_into is null) as people,
      (select count(*)::int from score where installation_id = ${installationId}) as scored,
      (select count(*)::int from written where installation_id = ${installationId}
        and subject_kind = 'person') as written,
      (select count(*)::int from written where installation_id = ${installationId}
        and subject_kind = 'person' and written_at >= ${since}) as "writtenSince",
      (select count(*)::int from rejection where installation_id = ${installationId}
        and resolved_at is null) as rejected`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('a select without from returns one row')
  return counts
}

/** How far an installation's accounts are. */
export interface AccountCounts {
  readonly scored: number
  /** Companies that carry our values. */
  readonly written: number
  /** Companies whose values were written at or after the moment asked for. */
  readonly writtenSince: number
}

/** Counts for progress and summaries. */
export async function accountCounts(
  db: Db,
  installationId: string,
  since: Date,
): Promise<AccountCounts> {
  const { rows } = await sql<AccountCounts>`
    select
      (select count(*)::int from account_score where installation_id = ${installationId}) as scored,
      count(*)::int as written,
      (count(*) filter (where written_at >= ${since}))::int as "writtenSince"
    from written where installation_id = ${installationId} and subject_kind = 'company'`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('an aggregate without groups returns one row')
  return counts
}

/** One person found by id or e-mail. */
export interface FoundPerson {
  readonly installationId: string
  readonly crm: string
  readonly accountId: string
  readonly status: string
  readonly id: string
  readonly facts: FactMap
  readonly companyName: string | null
}

/**
 * People with this record id or e-mail address (case-folded): those of active installations, or, where there
 * are none, those of all others.
 */
export async function findPeople(db: Db, idOrEmail: string): Promise<readonly FoundPerson[]> {
  const { rows } = await sql<FoundPerson>`
    select i.id as "installationId", i.crm, i.account_id as "accountId", i.status,
      p.id, p.facts,
      c.facts->>'name' as "companyName"
    from installation i
    join person p on p.installation_id = i.id
      and (p.id = ${idOrEmail} or lower(p.facts->>'email') = lower(${idOrEmail}))
    left join company c on c.installation_id = p.installation_id and c.id = p.company_id
    order by i.created_at desc, p.id limit 20`.execute(db)
  return preferActive(rows)
}

/** One company found by id or domain. */
export type FoundCompany = Omit<FoundPerson, 'companyName'>

/** Companies with this record id or domain (case-folded), of the installations that `findPeople` looks at. */
export async function findCompanies(db: Db, idOrDomain: string): Promise<readonly FoundCompany[]> {
  const { rows } = await sql<FoundCompany>`
    select i.id as "installationId", i.crm, i.account_id as "accountId", i.status, c.id, c.facts
    from installation i
    join company c on c.installation_id = i.id
      and (c.id = ${idOrDomain} or lower(c.facts->>'domain') = lower(${idOrDomain}))
    order by i.created_at desc, c.id limit 20`.execute(db)
  return preferActive(rows)
}

function preferActive<Row extends { readonly status: string }>(
  rows: readonly Row[],
): readonly Row[] {
  const active = rows.filter((row) => row.status === 'active')
  return active.length > 0 ? active : rows
}

/** The last error of a stage that is being retried; null when all is well. */
export async function lastTrouble(db: Db, installationId: string): Promise<string | null> {
  const { rows } = await sql<{ last_error: string }>`
    select last_error from due where installation_id = ${installationId} and last_error is not null
    limit 1`.execute(db)
  return rows[0]?.last_error ?? null
}
