import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import { ownCompany } from '../leads/own-company.ts'
import type { Facts, PreviousState } from '../scoring/result.ts'
import type { Db } from './database.ts'
import { samePeople } from './identity.ts'
import {
  type Account,
  type KnownRecord,
  mergeRecords,
  type StoredActivity,
} from './merge-records.ts'

/** Everything one person's score depends on, as known now. */
export interface ScoringInput {
  readonly id: string
  /** All records that are this person, the one asked for included, in code-unit order. */
  readonly records: readonly string[]
  /** The company whose facts count, and how it was found. */
  readonly account: Account | null
  readonly person: FactMap
  /** Without an account what the person's own record says of the company. */
  readonly company: FactMap
  readonly activities: readonly StoredActivity[]
  readonly previous: PreviousState | null
  /** Of the current score; null before the first. */
  readonly inputsHash: string | null
  readonly model: string | null
  readonly writtenValues: Readonly<Record<string, string>> | null
}

/** One record of a person, on its own. */
type ScoredRecord = Omit<ScoringInput, 'records'> & KnownRecord

/**
 * Loads the live ones among the people with facts, activities and current score. Records that the installation has
 * scored as one person all get the same facts, company and activities: those of all of them.
 * @param knownAt leave out what we came to know later, and bring back what was retracted later: facts and
 * activities as they were known at that moment. Who is whom, and whose account is whose, is as known now.
 */
export async function scoringInputs(
  db: Db,
  installationId: string,
  ids: readonly string[],
  knownAt: Date | null = null,
): Promise<readonly ScoringInput[]> {
  const same = await samePeople(db, installationId, ids)
  const all = [...new Set([...same.values()].flat())]
  const read = await scoredRecords(db, installationId, all, knownAt)
  const byId = new Map(read.map((record) => [record.id, record]))
  const asked = new Set(ids)
  return read
    .filter(({ id }) => asked.has(id))
    .map(({ knownAt: _since, ...own }): ScoringInput => {
      const records = (same.get(own.id) ?? [own.id]).flatMap((id) => byId.get(id) ?? [])
      const merged = records.length > 1 ? mergeRecords(records) : {}
      const known = { ...own, ...merged, records: records.map(({ id }) => id) }
      return known.account === null ? { ...known, company: ownCompany(known.person) } : known
    })
}

async function scoredRecords(
  db: Db,
  installationId: string,
  ids: readonly string[],
  knownAt: Date | null,
): Promise<readonly ScoredRecord[]> {
  const { rows } = await sql<ScoredRecord>`
    select p.id, pf.facts as person, coalesce(cf.facts, '{}') as company,
      (extract(epoch from pf.known_at) * 1000)::float8 as "knownAt",
      case when c.id is not null then jsonb_build_object('id', c.id, 'basis', c.basis) end as account,
      coalesce(a.list, '[]') as activities,
      case when s.person_id is not null then jsonb_build_object('tier', s.tier, 'stage', s.stage) end as previous,
      s.inputs_hash as "inputsHash", s.model, s.written_values as "writtenValues"
    from person p
    join lateral (select facts, known_at from fact_version v where v.installation_id = p.installation_id
      and v.subject_kind = 'person' and v.subject_id = p.id
      and (${knownAt}::timestamptz is null or v.known_at <= ${knownAt}) order by known_at desc limit 1) pf on true
    left join lateral (select c.id, l.basis from account_link l
      join company c on c.installation_id = l.installation_id and c.id = l.company_id
        and c.deleted_at is null and c.merged_into is null
      where l.installation_id = p.installation_id and l.person_id = p.id limit 1) c on true
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

/** A loaded person as the engine takes them. */
export function factsOf({ person, company, activities, previous }: ScoringInput): Facts {
  return {
    person,
    company,
    activities: activities.map((activity) => ({ ...activity, at: new Date(activity.at) })),
    ...(previous && { previous }),
  }
}
