import { sql } from 'kysely'
import type { Db } from './database.ts'
import type { ModelRef } from './models.ts'

type VersionStatus = 'draft' | 'shadow' | 'live' | 'retired'

/** One stored version, without its text. */
export interface ModelVersion extends ModelRef {
  readonly status: VersionStatus
  readonly createdAt: Date
  /** When it went live last; null while it never was. */
  readonly publishedAt: Date | null
  /** By whom and why, at that time. */
  readonly actor: string | null
  readonly reason: string | null
}

/** All versions of an installation: the live one, the shadow, then the others, latest first. */
export async function listVersions(
  db: Db,
  installationId: string,
): Promise<readonly ModelVersion[]> {
  const { rows } = await sql<ModelVersion>`
    select v.model_id as "modelId", v.hash, v.status, v.created_at as "createdAt",
      v.published_at as "publishedAt", p.actor, p.reason
    from model_version v
    left join lateral (
      select actor, reason from model_publication p where p.installation_id = v.installation_id
        and p.model_id = v.model_id and p.hash = v.hash order by p.id desc limit 1) p on true
    where v.installation_id = ${installationId}
    order by v.status = 'live' desc, v.status = 'shadow' desc,
      coalesce(v.published_at, v.created_at) desc, v.model_id, v.hash`.execute(db)
  return rows
}

/** A model in use, and how far scoring with it has come. */
export interface ModelProgress {
  /** `id@hash` */
  readonly name: string
  readonly role: 'live' | 'shadow'
  readonly since: Date
  /** People whose current score is of this version. */
  readonly scored: number
}

/** The live model and the shadow, in this order, as far as there are any. */
export async function modelProgress(
  db: Db,
  installationId: string,
): Promise<readonly ModelProgress[]> {
  const { rows } = await sql<ModelProgress>`
    select v.name, v.status as role,
      case v.status when 'live' then v.published_at else v.shadowed_at end as since,
      case v.status
        when 'live' then (select count(*)::int from score s
          where s.installation_id = v.installation_id and s.model = v.name)
        else (select count(*)::int from shadow_score s
          where s.installation_id = v.installation_id and s.model = v.name)
      end as scored
    from (select *, model_id || '@' || hash as name from model_version) v
    where v.installation_id = ${installationId} and v.status in ('live', 'shadow')
    order by v.status`.execute(db)
  return rows
}
