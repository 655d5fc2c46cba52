import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { PreviousState, Result } from '../scoring/result.ts'
import { type Db, jsonRows } from './database.ts'
import type { Account } from './merge-records.ts'

/** A scoring that is worth keeping. */
export interface ScoreRow {
  readonly personId: string
  readonly model: string
  readonly asOf: Date
  readonly inputsHash: string
  readonly previous: PreviousState | null
  readonly writtenValues: Readonly<Record<string, string>>
  /** When the person last did something that still earns points for engagement or intent. */
  readonly engagedAt: Date | null
  /** All records that are this person and got the same score, in code-unit order. */
  readonly records: readonly string[]
  readonly account: Account | null
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
    insert into score_receipt (installation_id, person_id, model, as_of, inputs_hash, previous, result,
      records, account)
    select ${installationId}, r."personId", r.model, r."asOf", r."inputsHash", r.previous, r.result,
      r.records, r.account
    from jsonb_to_recordset(${rows}::jsonb) as r("personId" text, model text, "asOf" timestamptz,
      "inputsHash" text, previous jsonb, result jsonb, records text[], account jsonb)`.execute(
    transaction,
  )
  await sql`
    insert into score as s (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage,
      written_values, next_change_at, engagement, intent, engaged_at, represented_by)
    select ${installationId}, r."personId", r.model, r."asOf", r."inputsHash",
      (r.result->>'score')::numeric, r.result->>'tier', r.result->>'stage', r."writtenValues",
      (r.result->>'nextChangeAt')::timestamptz, (r.result->>'engagement')::numeric,
      (r.result->>'intent')::numeric, r."engagedAt",
      nullif(r.records[1], r."personId")
    from jsonb_to_recordset(${rows}::jsonb) as r("personId" text, model text, "asOf" timestamptz,
      "inputsHash" text, result jsonb, "writtenValues" jsonb, "engagedAt" timestamptz, records text[])
    order by r."personId"
    on conflict (installation_id, person_id) do update set
      model = excluded.model, as_of = excluded.as_of, inputs_hash = excluded.inputs_hash,
      score = excluded.score, tier = excluded.tier, stage = excluded.stage,
      written_values = excluded.written_values, next_change_at = excluded.next_change_at,
      engagement = excluded.engagement, intent = excluded.intent, engaged_at = excluded.engaged_at,
      represented_by = excluded.represented_by
    where s.as_of <= excluded.as_of`.execute(transaction)
}

/**
 * Takes the scores of people who are gone out of every list; their receipts stay.
 * @returns the accounts they counted towards
 */
export async function dropScores(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string | null }>`
    delete from score where installation_id = ${installationId}
      and person_id = any(${[...ids]}) returning account_id as id`.execute(db)
  return rows.flatMap(({ id }) => id ?? [])
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
