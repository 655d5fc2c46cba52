import { sql } from 'kysely'
import type { FactMap, SubjectKind } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'

/** What the CRM says about a subject, before enrichment. */
export interface MirroredSubject {
  readonly id: string
  readonly facts: FactMap
}

export interface MirroredPerson extends MirroredSubject {
  /** That the CRM associates, whether we know it or not. */
  readonly companyId: string | null
}

/** The live ones among the people. */
export async function mirroredPeople(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly MirroredPerson[]> {
  const { rows } = await sql<MirroredPerson>`
    select id, facts, company_id as "companyId" from person
    where installation_id = ${installationId} and id = any(${[...ids]})
      and deleted_at is null and merged_into is null`.execute(db)
  return rows
}

/** The live ones among the companies. */
export async function mirroredCompanies(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly MirroredSubject[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<MirroredSubject>`
    select id, facts from company
    where installation_id = ${installationId} and id = any(${[...ids]})
      and deleted_at is null and merged_into is null`.execute(db)
  return rows
}

/** Facts one provider found about a subject, each with where it came from. */
export interface EnrichmentRow {
  readonly id: string
  readonly facts: Readonly<Record<string, { readonly value: unknown; readonly source: string }>>
}

/** Who found facts, and by which version of its rules. */
export interface Provider {
  readonly name: string
  readonly version: number
}

/** Stores what a provider found, replacing what it found before. */
export async function saveEnrichment(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  { name, version }: Provider,
  found: readonly EnrichmentRow[],
  fetchedAt: Date,
): Promise<void> {
  if (found.length === 0) return
  await sql`
    insert into enrichment as e
      (installation_id, subject_kind, subject_id, provider, version, facts, fetched_at)
    select ${installationId}, ${kind}, r.id, ${name}, ${version}, r.facts, ${fetchedAt}
    from jsonb_to_recordset(${jsonRows(found)}::jsonb) as r(id text, facts jsonb) order by r.id
    on conflict (installation_id, subject_kind, subject_id, provider) do update set
      version = excluded.version, facts = excluded.facts, fetched_at = excluded.fetched_at
    where (e.version, e.facts) is distinct from (excluded.version, excluded.facts)`.execute(db)
}

/** Makes everything due for enrichment that another version of the provider's rules has found. */
export async function markOutdated(db: Db, { name, version }: Provider, now: Date): Promise<void> {
  await sql`
    insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select installation_id, 'enrich', subject_kind, subject_id, ${now} from enrichment
    where provider = ${name} and (version < ${version} or version > ${version})
    order by 1, 3, 4
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1`.execute(db)
}

/**
 * Adds a version for every subject whose facts differ from its latest one.
 * @returns the ids that got a new version
 */
export async function addFactVersions(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  subjects: readonly { id: string; facts: FactMap }[],
  knownAt: Date,
): Promise<readonly string[]> {
  if (subjects.length === 0) return []
  const { rows } = await sql<{ subject_id: string }>`
    insert into fact_version as v (installation_id, subject_kind, subject_id, known_at, facts)
    select ${installationId}, ${kind}, r.id, ${knownAt}, r.facts
    from jsonb_to_recordset(${jsonRows(subjects)}::jsonb) as r(id text, facts jsonb)
    left join lateral (
      select l.facts from fact_version l
      where l.installation_id = ${installationId} and l.subject_kind = ${kind} and l.subject_id = r.id
      order by l.known_at desc limit 1) latest on true
    where latest.facts is distinct from r.facts
    order by r.id
    -- The same subject twice in one millisecond: what is known last at that moment counts.
    on conflict (installation_id, subject_kind, subject_id, known_at) do update set facts = excluded.facts
    returning subject_id`.execute(db)
  return rows.map((row) => row.subject_id)
}
