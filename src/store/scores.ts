import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { ActivityAttributes } from '../leads/records.ts'
import type { PreviousState, Result } from '../scoring/result.ts'
import { type Db, jsonRows } from './database.ts'

/** Everything one person's score depends on, as known now. */
export interface ScoringInput {
  readonly id: string
  readonly person: FactMap
  readonly company: FactMap
  readonly activities: readonly StoredActivity[]
  readonly previous: PreviousState | null
  /** Of the current score; null before the first. */
  readonly inputsHash: string | null
  readonly model: string | null
  readonly writtenValues: Readonly<Record<string, string>> | null
}

interface StoredActivity {
  readonly id: string
  readonly type: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly attributes: ActivityAttributes
}

/** Loads the live ones among the people with facts, activities and current score, in one query. */
export async function scoringInputs(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly ScoringInput[]> {
  const { rows } = await sql<ScoringInput>`
    select p.id, pf.facts as person, coalesce(cf.facts, '{}') as company,
      coalesce(a.list, '[]') as activities,
      case when s.person_id is not null then jsonb_build_object('tier', s.tier, 'stage', s.stage) end as previous,
      s.inputs_hash as "inputsHash", s.model, s.written_values as "writtenValues"
    from person p
    join lateral (select facts from fact_version v where v.installation_id = p.installation_id
      and v.subject_kind = 'person' and v.subject_id = p.id order by known_at desc limit 1) pf on true
    left join company c on c.installation_id = p.installation_id and c.id = p.company_id
      and c.deleted_at is null
    left join lateral (select facts from fact_version v where v.installation_id = p.installation_id
      and v.subject_kind = 'company' and v.subject_id = c.id order by known_at desc limit 1) cf on true
    left join lateral (select jsonb_agg(jsonb_build_object('id', source_id, 'type', type,
        'at', (extract(epoch from occurred_at) * 1000)::bigint, 'attributes', attributes)
        order by occurred_at, source_id) as list
      from activity a where a.installation_id = p.installation_id and a.person_id = p.id
        and a.retracted_at is null) a on true
    left join score s on s.installation_id = p.installation_id and s.person_id = p.id
    where p.installation_id = ${installationId} and p.id = any(${[...ids]})
      and p.deleted_at is null and p.merged_into is null`.execute(db)
  return rows
}

/** A scoring that is worth keeping. */
export interface ScoreRow {
  readonly personId: string
  readonly model: string
  readonly asOf: Date
  readonly inputsHash: string
  readonly previous: PreviousState | null
  readonly writtenValues: Readonly<Record<string, string>>
  readonly result: Result
}

/** Makes these the current scores and appends a receipt for each. */
export async function saveScores(
  transaction: Db,
  installationId: string,
  scores: readonly ScoreRow[],
): Promise<void> {
  if (scores.length === 0) return
  const rows = jsonRows(scores)
  await sql`
    insert into score_receipt (installation_id, person_id, model, as_of, inputs_hash, previous, result)
    select ${installationId}, r."personId", r.model, r."asOf", r."inputsHash", r.previous, r.result
    from jsonb_to_recordset(${rows}::jsonb) as r("personId" text, model text, "asOf" timestamptz,
      "inputsHash" text, previous jsonb, result jsonb)`.execute(transaction)
  await sql`
    insert into score as s (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage,
      written_values, next_change_at)
    select ${installationId}, r."personId", r.model, r."asOf", r."inputsHash",
      (r.result->>'score')::numeric, r.result->>'tier', r.result->>'stage', r."writtenValues",
      (r.result->>'nextChangeAt')::timestamptz
    from jsonb_to_recordset(${rows}::jsonb) as r("personId" text, model text, "asOf" timestamptz,
      "inputsHash" text, result jsonb, "writtenValues" jsonb)
    order by r."personId"
    on conflict (installation_id, person_id) do update set
      model = excluded.model, as_of = excluded.as_of, inputs_hash = excluded.inputs_hash,
      score = excluded.score, tier = excluded.tier, stage = excluded.stage,
      written_values = excluded.written_values, next_change_at = excluded.next_change_at
    where s.as_of <= excluded.as_of`.execute(transaction)
}

/** Takes the scores of people who are gone out of every list; their receipts stay. */
export async function dropScores(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await sql`delete from score where installation_id = ${installationId}
    and person_id = any(${[...ids]})`.execute(db)
}

/** One line of a ranking. */
export interface RankedLead {
  readonly id: string
  readonly facts: FactMap
  readonly companyName: string | null
  readonly values: Readonly<Record<string, string>>
}

/** The best scored people: the best tier first (tiers are named in alphabetical order), then the highest score. */
export async function topLeads(
  db: Db,
  installationId: string,
  limit: number,
): Promise<readonly RankedLead[]> {
  const { rows } = await sql<RankedLead>`
    select p.id, p.facts, c.facts->>'name' as "companyName", s.written_values as values
    from score s
    join person p on p.installation_id = s.installation_id and p.id = s.person_id
    left join company c on c.installation_id = p.installation_id and c.id = p.company_id
    where s.installation_id = ${installationId}
    order by s.tier, s.score desc, s.person_id limit ${limit}`.execute(db)
  return rows
}

/** How many people are in each tier. */
export async function tierCounts(
  db: Db,
  installationId: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ tier: string; n: number }>`
    select tier, count(*)::int as n from score where installation_id = ${installationId}
    group by tier order by tier`.execute(db)
  return Object.fromEntries(rows.map(({ tier, n }) => [tier, n]))
}

/** The newest receipt of a person; null when they were never scored. */
export async function latestReceipt(
  db: Db,
  installationId: string,
  personId: string,
): Promise<Result | null> {
  const { rows } = await sql<{ result: Result }>`
    select result from score_receipt where installation_id = ${installationId}
      and person_id = ${personId} order by as_of desc, id desc limit 1`.execute(db)
  return rows[0]?.result ?? null
}
