import { sql } from 'kysely'
import type { AccountResult } from '../scoring/accounts/account-result.ts'
import type { Result } from '../scoring/result.ts'
import type { AccountBasis } from './account-links.ts'
import type { Db } from './database.ts'
import type { InstallationStatus } from './installations.ts'

/** What a record's card needs to know about the installation. */
export interface CardInstallation {
  readonly id: string
  readonly status: InstallationStatus
  /** IANA name. */
  readonly timeZone: string
  /** The live model says something about companies. */
  readonly scoresAccounts: boolean
}

/** The installation in a CRM's account; null when there is none. */
export async function cardInstallation(
  db: Db,
  crm: string,
  accountId: string,
): Promise<CardInstallation | null> {
  const { rows } = await sql<CardInstallation>`
    select i.id, i.status, i.time_zone as "timeZone",
      coalesce(m.scores_accounts, false) as "scoresAccounts"
    from installation i
    left join model_version m on m.installation_id = i.id and m.status = 'live'
    where i.crm = ${crm} and i.account_id = ${accountId}`.execute(db)
  return rows[0] ?? null
}

/** What is known about the record behind a card. */
interface CardRecord<R> {
  /** The surviving record: another one than asked for when that was merged away. */
  readonly id: string
  /** Of the current score; null before the first. */
  readonly result: R | null
  readonly nextChangeAt: Date | null
  /** News about the record waits to be scored. */
  readonly isDue: boolean
  /** Why the CRM refused our last values; null when it did not. */
  readonly refusal: string | null
}

export interface CardPerson extends CardRecord<Result> {
  /** How many other records are the same person. */
  readonly others: number
  readonly account: { readonly name: string | null; readonly basis: AccountBasis } | null
}

export type CardCompany = CardRecord<AccountResult>

/** A merge of merges of merges: more of them in a row is a circle. */
const MOST_MERGES = 20

/** The live record at the end of all merges; none when it was deleted or never read. */
function survivor(kind: 'person' | 'company', installationId: string, id: string) {
  const table = sql.raw(kind)
  return sql`
    recursive chain as (
      select id, merged_into, deleted_at, 0 as merges from ${table}
      where installation_id = ${installationId} and id = ${id}
      union all
      select t.id, t.merged_into, t.deleted_at, merges + 1 from chain c
      join ${table} t on t.installation_id = ${installationId} and t.id = c.merged_into
      where merges < ${MOST_MERGES}),
    subject as (select id from chain where merged_into is null and deleted_at is null)`
}

function common(kind: 'person' | 'company', installationId: string, now: Date) {
  return sql`
    exists (select from due d where d.installation_id = ${installationId}
      and d.stage in ('enrich', 'score') and d.subject_kind = ${kind} and d.subject_id = r.id
      and d.due_at <= ${now}) as "isDue",
    (select reason from rejection f where f.installation_id = ${installationId}
      and f.stage = 'write_back' and f.subject_kind = ${kind} and f.subject_id = r.id
      and f.resolved_at is null) as refusal`
}

/** A person with the newest receipt, in one query; null when nobody lives under that id. */
export async function cardPerson(
  db: Db,
  installationId: string,
  id: string,
  now: Date,
): Promise<CardPerson | null> {
  const { rows } = await sql<CardPerson>`
    with ${survivor('person', installationId, id)}
    select r.id, newest.result, s.next_change_at as "nextChangeAt",
      coalesce(cardinality(newest.records) - 1, 0) as others,
      case when newest.account is not null then jsonb_build_object(
        'name', c.facts->>'name', 'basis', newest.account->>'basis') end as account,
      ${common('person', installationId, now)}
    from subject r
    left join score s on s.installation_id = ${installationId} and s.person_id = r.id
    left join lateral (select result, records, account from score_receipt
      where installation_id = ${installationId} and person_id = s.person_id
      order by as_of desc, id desc limit 1) newest on true
    left join company c on c.installation_id = ${installationId} and c.id = newest.account->>'id'`.execute(
    db,
  )
  return rows[0] ?? null
}

/** A company with its current result, in one query; null when there is none under that id. */
export async function cardCompany(
  db: Db,
  installationId: string,
  id: string,
  now: Date,
): Promise<CardCompany | null> {
  const { rows } = await sql<CardCompany>`
    with ${survivor('company', installationId, id)}
    select r.id, a.result, a.next_change_at as "nextChangeAt",
      ${common('company', installationId, now)}
    from subject r
    left join account_score a on a.installation_id = ${installationId} and a.company_id = r.id`.execute(
    db,
  )
  return rows[0] ?? null
}
