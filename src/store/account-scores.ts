import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { AccountResult } from '../scoring/accounts/account-result.ts'
import { type Db, jsonRows } from './database.ts'
import type { PersonFacts } from './merge-records.ts'

/**
 * How many people of one account are looked at: those who earn points for interest, most points first, then those
 * with a role in buying, then the newest. It bounds the memory of a batch, whatever the size of its accounts; so
 * many interested people have long brought an account to its 100 points.
 */
const PEOPLE_PER_ACCOUNT = 500

/** Everything one account's score depends on, as known now. */
export interface AccountInput {
  readonly id: string
  readonly company: FactMap
  /** By record id. */
  readonly people: readonly StoredPerson[]
  readonly previousTier: string | null
  /** Of the current score; null before the first. */
  readonly inputsHash: string | null
  readonly model: string | null
  readonly writtenValues: Readonly<Record<string, string>> | null
}

/** A distinct person as scored. */
export interface StoredPerson {
  readonly id: string
  /** All records of the person. */
  readonly records: readonly PersonFacts[]
  readonly engagement: number
  readonly intent: number
  /** Epoch milliseconds. */
  readonly engagedAt: number | null
}

/** Loads the live ones among the companies with their scored people and current score, in one query. */
export async function accountInputs(
  db: Db,
  installationId: string,
  companyIds: readonly string[],
): Promise<readonly AccountInput[]> {
  const { rows } = await sql<AccountInput>`
    select c.id, coalesce(cf.facts, '{}') as company, coalesce(members.list, '[]') as people,
      a.tier as "previousTier", a.inputs_hash as "inputsHash", a.model,
      a.written_values as "writtenValues"
    from company c
    left join lateral (select facts from fact_version v where v.installation_id = c.installation_id
      and v.subject_kind = 'company' and v.subject_id = c.id order by known_at desc limit 1) cf on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('id', m.person_id, 'records', known.records,
        'engagement', m.engagement, 'intent', m.intent,
        'engagedAt', (extract(epoch from m.engaged_at) * 1000)::bigint) order by m.person_id) as list
      from (
        select s.person_id, s.engagement, s.intent, s.engaged_at from score s
        join person p on p.installation_id = s.installation_id and p.id = s.person_id
          and p.deleted_at is null and p.merged_into is null
        where s.installation_id = c.installation_id and s.account_id = c.id
        order by s.engaged_at is null, case when s.engaged_at is not null then s.engagement + s.intent end desc,
          p.facts ? 'buying_role' desc, p.source_updated_at desc, s.person_id
        limit ${PEOPLE_PER_ACCOUNT}) m
      join lateral (
        select jsonb_agg(jsonb_build_object('id', r.id, 'person', v.facts,
          'knownAt', (extract(epoch from v.known_at) * 1000)::float8) order by r.id) as records
        from (select m.person_id as id
          union all select person_id from score o
          where o.installation_id = c.installation_id and o.represented_by = m.person_id) r
        join lateral (select facts, known_at from fact_version v
          where v.installation_id = c.installation_id and v.subject_kind = 'person'
            and v.subject_id = r.id order by known_at desc limit 1) v on true) known on true) members on true
    left join account_score a on a.installation_id = c.installation_id and a.company_id = c.id
    where c.installation_id = ${installationId} and c.id = any(${[...companyIds]})
      and c.deleted_at is null and c.merged_into is null`.execute(db)
  return rows
}

/** A scoring of an account that is worth keeping. */
export interface AccountScoreRow {
  readonly companyId: string
  readonly model: string
  readonly asOf: Date
  readonly inputsHash: string
  readonly previousTier: string | null
  readonly writtenValues: Readonly<Record<string, string>>
  readonly result: AccountResult
}

/** Makes these the accounts' current scores and appends a receipt for each. */
export async function saveAccountScores(
  transaction: Db,
  installationId: string,
  scores: readonly AccountScoreRow[],
): Promise<void> {
  if (scores.length === 0) return
  const rows = jsonRows(scores)
  await sql`
    insert into account_receipt (installation_id, company_id, model, as_of, inputs_hash, previous_tier, result)
    select ${installationId}, r."companyId", r.model, r."asOf", r."inputsHash", r."previousTier", r.result
    from jsonb_to_recordset(${rows}::jsonb) as r("companyId" text, model text, "asOf" timestamptz,
      "inputsHash" text, "previousTier" text, result jsonb)`.execute(transaction)
  await sql`
    insert into account_score as a (installation_id, company_id, model, as_of, inputs_hash, score, tier,
      written_values, result, next_change_at)
    select ${installationId}, r."companyId", r.model, r."asOf", r."inputsHash",
      (r.result->>'score')::numeric, r.result->>'tier', r."writtenValues", r.result,
      (r.result->>'nextChangeAt')::timestamptz
    from jsonb_to_recordset(${rows}::jsonb) as r("companyId" text, model text, "asOf" timestamptz,
      "inputsHash" text, result jsonb, "writtenValues" jsonb)
    order by r."companyId"
    on conflict (installation_id, company_id) do update set
      model = excluded.model, as_of = excluded.as_of, inputs_hash = excluded.inputs_hash,
      score = excluded.score, tier = excluded.tier, written_values = excluded.written_values,
      result = excluded.result, next_change_at = excluded.next_change_at
    where a.as_of <= excluded.as_of`.execute(transaction)
}

/** Takes companies that are gone out of every list; their receipts stay. */
export async function dropAccountScores(
  db: Db,
  installationId: string,
  companyIds: readonly string[],
): Promise<void> {
  if (companyIds.length === 0) return
  await sql`delete from account_score where installation_id = ${installationId}
    and company_id = any(${[...companyIds]})`.execute(db)
}

/**
 * Notes which account each person's score counts towards.
 * @param people everybody who was scored, with their account; null for whoever counts towards none
 * @param changed those among them whose score, or what it rests on, is another one
 * @returns the accounts to score again: of those who changed, and both sides of everybody who moved
 */
export async function followAccounts(
  transaction: Db,
  installationId: string,
  people: readonly { readonly id: string; readonly accountId: string | null }[],
  changed: readonly string[],
): Promise<readonly string[]> {
  if (people.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    with moved as (
      update score s set account_id = r."accountId"
      from jsonb_to_recordset(${jsonRows(people)}::jsonb) as r(id text, "accountId" text)
      where s.installation_id = ${installationId} and s.person_id = r.id
        and s.account_id is distinct from r."accountId"
      returning old.account_id as before, new.account_id as after)
    select before as id from moved where before is not null
    union select after from moved where after is not null
    union select account_id from score where installation_id = ${installationId}
      and person_id = any(${[...changed]}) and account_id is not null`.execute(transaction)
  return rows.map(({ id }) => id)
}

/** A reading that takes longer is stuck, or so long that accounts are scored along the way. */
const LONGEST_WAIT = '6 hours'

/**
 * Whether people are still on their way: a full reading is under way, or people wait to be enriched or scored.
 * Accounts scored now would be scored and written again with every page.
 */
export async function accountsMustWait(
  db: Db,
  installationId: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql<{ wait: boolean }>`
    select exists (select from sync_run where installation_id = ${installationId}
        and status = 'running' and kind = 'full' and started_at > ${now}::timestamptz - ${LONGEST_WAIT}::interval)
      or exists (select from due where installation_id = ${installationId}
        and stage = 'enrich' and due_at <= ${now})
      or exists (select from due where installation_id = ${installationId}
        and stage = 'score' and subject_kind = 'person' and due_at <= ${now}) as wait`.execute(db)
  return rows[0]?.wait ?? false
}

/** One line of a ranking of accounts. */
export interface RankedAccount {
  readonly id: string
  readonly facts: FactMap
  readonly values: Readonly<Record<string, string>>
}

/** The best accounts: the best tier first (tiers are named in alphabetical order), then the highest score. */
export async function topAccounts(
  db: Db,
  installationId: string,
  limit: number,
): Promise<readonly RankedAccount[]> {
  const { rows } = await sql<RankedAccount>`
    select c.id, c.facts, a.written_values as values
    from account_score a
    join company c on c.installation_id = a.installation_id and c.id = a.company_id
    where a.installation_id = ${installationId}
    order by a.tier, a.score desc, a.company_id limit ${limit}`.execute(db)
  return rows
}

/** The current result of an account; null when it was never scored. */
export async function accountResult(
  db: Db,
  installationId: string,
  companyId: string,
): Promise<AccountResult | null> {
  const { rows } = await sql<{ result: AccountResult }>`
    select result from account_score
    where installation_id = ${installationId} and company_id = ${companyId}`.execute(db)
  return rows[0]?.result ?? null
}
