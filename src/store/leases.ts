import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'
import { type Claim, type DueStage, LEASE_MS } from './due.ts'

/** The claims as `r(kind, id, "leaseUntil")`: a row is theirs while it has their lease. */
function namesOf(claims: readonly Claim[]) {
  const names = claims.map(({ kind, id, lease }) => ({ kind, id, leaseUntil: lease.until }))
  return sql`jsonb_to_recordset(${jsonRows(names)}::jsonb)
    as r(kind text, id text, "leaseUntil" timestamptz)`
}

/**
 * Moves the end of the claims' leases to `LEASE_MS` from now.
 * @returns whether all of them are still the caller's; only then are their leases longer
 */
export async function prolong(
  db: Db,
  installationId: string,
  stage: DueStage,
  claims: readonly Claim[],
  now: Date,
): Promise<boolean> {
  const until = new Date(now.getTime() + LEASE_MS)
  const { numAffectedRows } = await sql`
    with held as (
      select d.subject_kind, d.subject_id from due d join ${namesOf(claims)}
        on d.subject_kind = r.kind and d.subject_id = r.id and d.lease_until = r."leaseUntil"
      where d.installation_id = ${installationId} and d.stage = ${stage}
      -- The order of mark and settle.
      order by 1, 2 for update of d)
    update due d set lease_until = ${until} from held h
    where d.installation_id = ${installationId} and d.stage = ${stage}
      and d.subject_kind = h.subject_kind and d.subject_id = h.subject_id
      and (select count(*) from held) = ${claims.length}`.execute(db)
  if (numAffectedRows !== BigInt(claims.length)) return false
  for (const { lease } of claims) lease.until = until
  return true
}

/** Gives claims back, to be tried again at `dueAt`; counts one attempt. */
export async function postpone(
  db: Db,
  installationId: string,
  stage: DueStage,
  claims: readonly Claim[],
  dueAt: Date,
  reason: string,
): Promise<void> {
  if (claims.length === 0) return
  await sql`
    update due d set lease_until = null, attempts = d.attempts + 1, last_error = ${reason}, due_at = ${dueAt}
    from ${namesOf(claims)}
    where d.installation_id = ${installationId} and d.stage = ${stage}
      and d.subject_kind = r.kind and d.subject_id = r.id and d.lease_until = r."leaseUntil"`.execute(
    db,
  )
}

/** Gives claims back without counting an attempt, due as they were or, where given, at `dueAt`. */
export async function release(
  db: Db,
  installationId: string,
  stage: DueStage,
  claims: readonly Claim[],
  dueAt: Date | null = null,
): Promise<void> {
  if (claims.length === 0) return
  await sql`
    update due d set lease_until = null, due_at = coalesce(${dueAt}::timestamptz, d.due_at)
    from ${namesOf(claims)}
    where d.installation_id = ${installationId} and d.stage = ${stage}
      and d.subject_kind = r.kind and d.subject_id = r.id and d.lease_until = r."leaseUntil"`.execute(
    db,
  )
}
