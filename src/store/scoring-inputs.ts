import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import type { ActivityAttributes } from '../leads/records.ts'
import type { PreviousState } from '../scoring/result.ts'
import type { Db } from './database.ts'

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

/**
 * Loads the live ones among the people with facts, activities and current score, in one query.
 * @param knownAt leave out what we came to know later, and bring back what was retracted later: facts and
 * activities as they were known at that moment
 */
export async function scoringInputs(
  db: Db,
  installationId: string,
  ids: readonly string[],
  knownAt: Date | null = null,
): Promise<readonly ScoringInput[]> {
  const { rows } = await sql<ScoringInput>`
    select p.id, pf.facts as person, coalesce(cf.facts, '{}') as company,
      coalesce(a.list, '[]') as activities,
      case when s.person_id is not null then jsonb_build_object('tier', s.tier, 'stage', s.stage) end as previous,
      s.inputs_hash as "inputsHash", s.model, s.written_values as "writtenValues"
    from person p
    join lateral (select facts from fact_version v where v.installation_id = p.installation_id
      and v.subject_kind = 'person' and v.subject_id = p.id
      and (${knownAt}::timestamptz is null or v.known_at <= ${knownAt}) order by known_at desc limit 1) pf on true
    left join company c on c.installation_id = p.installation_id and c.id = p.company_id
      and c.deleted_at is null
    left join lateral (select facts from fact_version v where v.installation_id = p.installation_id
      and v.subject_kind = 'company' and v.subject_id = c.id
      and (${knownAt}::timestamptz is null or v.known_at <= ${knownAt}) order by known_at desc limit 1) cf on true
    left join lateral (select jsonb_agg(jsonb_build_object('id', source_id, 'type', type,
        'at', (extract(epoch from occurred_at) * 1000)::bigint, 'attributes', attributes)
        order by occurred_at, source_id) as list
      from activity a where a.installation_id = p.installation_id and a.person_id = p.id
        and (${knownAt}::timestamptz is null or a.known_at <= ${knownAt})
        and (a.retracted_at is null or a.retracted_at > ${knownAt})) a on true
    left join score s on s.installation_id = p.installation_id and s.person_id = p.id
    where p.installation_id = ${installationId} and p.id = any(${[...ids]})
      and p.deleted_at is null and p.merged_into is null`.execute(db)
  return rows
}
