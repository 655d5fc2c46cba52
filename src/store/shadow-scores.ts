import { sql } from 'kysely'
import type { PreviousState, Standing } from '../scoring/result.ts'
import { type Db, jsonRows } from './database.ts'

/** What the shadow said about the people when it scored them last; people it has not scored are left out. */
export async function shadowStates(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PreviousState>> {
  const { rows } = await sql<PreviousState & { id: string }>`
    select person_id as id, tier, stage from shadow_score
    where installation_id = ${installationId} and person_id = any(${[...ids]})`.execute(db)
  return new Map(rows.map(({ id, tier, stage }) => [id, { tier, stage }]))
}

/** A person as the shadow model sees them. */
export interface ShadowScore extends Standing {
  readonly id: string
}

/** Makes these the shadow's current scores. People who have no score of the live model get none here either. */
export async function saveShadowScores(
  transaction: Db,
  installationId: string,
  model: string,
  scores: readonly ShadowScore[],
  asOf: Date,
): Promise<void> {
  if (scores.length === 0) return
  await sql`
    insert into shadow_score as h (installation_id, person_id, model, as_of, score, fit, engagement,
      intent, grade, tier, stage, action)
    select ${installationId}, r.id, ${model}, ${asOf}, r.score, r.fit, r.engagement, r.intent, r.grade,
      r.tier, r.stage, r.action
    from jsonb_to_recordset(${jsonRows(scores)}::jsonb) as r(id text, score numeric, fit numeric,
      engagement numeric, intent numeric, grade text, tier text, stage text, action text)
    join score s on s.installation_id = ${installationId} and s.person_id = r.id
    order by r.id
    -- Somebody who is being deleted by now is left out instead of failing the batch.
    for key share of s
    on conflict (installation_id, person_id) do update set
      model = excluded.model, as_of = excluded.as_of, score = excluded.score, fit = excluded.fit,
      engagement = excluded.engagement, intent = excluded.intent, grade = excluded.grade,
      tier = excluded.tier, stage = excluded.stage, action = excluded.action
    where h.as_of <= excluded.as_of`.execute(transaction)
}

/** Takes out what the shadow said about people whom it cannot score any more. */
export async function dropShadowScores(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    delete from shadow_score where installation_id = ${installationId}
      and person_id = any(${[...ids]})`.execute(transaction)
}

/** How many people go from one tier to another. */
export interface TierMove {
  readonly live: string
  readonly shadow: string
  readonly people: number
}

/** The live model against the shadow, over everybody whom both have scored. */
export interface ShadowComparison {
  readonly compared: number
  /** People with a score of whom one of the two is still missing. */
  readonly missing: number
  readonly tierMoves: readonly TierMove[]
  readonly tierChanges: number
  readonly stageChanges: number
  readonly gradeChanges: number
  /** People whose score would rise, or fall, by at least a hundredth. */
  readonly higher: number
  readonly lower: number
  /** Points, shadow minus live; null while nobody is compared. */
  readonly averageDifference: number | null
  /** Points, without their sign. */
  readonly averageChange: number | null
}

/** Compares the stored scores; adds up in the database, whatever the number of people. */
export async function compareWithShadow(
  db: Db,
  installationId: string,
  live: string,
  shadow: string,
): Promise<ShadowComparison> {
  const pairs = sql`
    score s left join shadow_score h on h.installation_id = s.installation_id
      and h.person_id = s.person_id and h.model = ${shadow} and s.model = ${live}
    where s.installation_id = ${installationId}`
  const { rows } = await sql<Omit<ShadowComparison, 'tierMoves'>>`
    select count(h.person_id)::int as compared,
      (count(*) - count(h.person_id))::int as missing,
      (count(*) filter (where h.tier <> s.tier))::int as "tierChanges",
      (count(*) filter (where h.stage <> s.stage))::int as "stageChanges",
      (count(*) filter (where h.grade <> s.written_values->>'plumbline_grade'))::int as "gradeChanges",
      (count(*) filter (where h.score > s.score))::int as higher,
      (count(*) filter (where h.score < s.score))::int as lower,
      round(avg(h.score - s.score), 2)::float8 as "averageDifference",
      round(avg(abs(h.score - s.score)), 2)::float8 as "averageChange"
    from ${pairs}`.execute(db)
  const { rows: tierMoves } = await sql<TierMove>`
    select s.tier as live, h.tier as shadow, count(*)::int as people
    from ${pairs} and h.person_id is not null
    group by 1, 2 order by 1, 2`.execute(db)
  const [totals] = rows
  if (!totals) throw new Error('an aggregate without groups returns one row')
  return { ...totals, tierMoves }
}
