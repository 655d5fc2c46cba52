import { sql } from 'kysely'
import type { FactMap, SubjectKind } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'

/** What a subject's facts were from a moment on. */
export interface HistoricVersion {
  readonly id: string
  readonly knownAt: Date
  readonly facts: FactMap
}

/**
 * Adds versions from before the first one that we have of their subject. Nothing that is there changes, and who has
 * no version yet gets none: the newest version of a subject is always one of our own reading.
 * @returns how many were added; adding the same again adds none
 */
export async function addHistoricVersions(
  db: Db,
  installationId: string,
  kind: SubjectKind,
  versions: readonly HistoricVersion[],
): Promise<number> {
  if (versions.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into fact_version (installation_id, subject_kind, subject_id, known_at, facts)
    select ${installationId}, ${kind}, r.id, r."knownAt", r.facts
    from jsonb_to_recordset(${jsonRows(versions)}::jsonb) as r(id text, "knownAt" timestamptz, facts jsonb)
    join lateral (
      select min(v.known_at) as at from fact_version v
      where v.installation_id = ${installationId} and v.subject_kind = ${kind}
        and v.subject_id = r.id) first on r."knownAt" < first.at
    order by r.id, r."knownAt"
    on conflict do nothing`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
