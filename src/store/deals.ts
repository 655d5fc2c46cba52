import { sql } from 'kysely'
import type { DealRecord } from '../leads/records.ts'
import { type Db, jsonRows } from './database.ts'

/** Stores deals; a row that is already newer stays. Deals are outcomes, not facts: nothing becomes due. */
export async function upsertDeals(
  db: Db,
  installationId: string,
  records: readonly DealRecord[],
  knownAt: Date,
): Promise<void> {
  if (records.length === 0) return
  const rows = new Map(records.map((record) => [record.id, record]))
  await sql`
    insert into deal as d (installation_id, id, person_ids, company_id, stage, outcome, amount,
      source_created_at, closed_at, source_updated_at, known_at)
    select ${installationId}, r.id, r."personIds", r."companyId", r.stage, r.outcome, r.amount,
      r."createdAt", r."closedAt", r."updatedAt", ${knownAt}
    from jsonb_to_recordset(${jsonRows([...rows.values()])}::jsonb)
      as r(id text, "personIds" text[], "companyId" text, stage text, outcome text, amount numeric,
           "createdAt" timestamptz, "closedAt" timestamptz, "updatedAt" timestamptz)
    order by r.id
    on conflict (installation_id, id) do update set
      person_ids = excluded.person_ids, company_id = excluded.company_id, stage = excluded.stage,
      outcome = excluded.outcome, amount = excluded.amount, closed_at = excluded.closed_at,
      source_updated_at = excluded.source_updated_at, known_at = excluded.known_at, deleted_at = null
    where d.source_updated_at <= excluded.source_updated_at
      and (d.person_ids, d.company_id, d.stage, d.outcome, d.amount, d.closed_at, d.deleted_at)
        is distinct from (excluded.person_ids, excluded.company_id, excluded.stage, excluded.outcome,
          excluded.amount, excluded.closed_at, null)`.execute(db)
}

/** Marks deals as deleted in the CRM. */
export async function removeDeals(
  db: Db,
  installationId: string,
  removed: readonly { id: string; at: Date }[],
): Promise<void> {
  if (removed.length === 0) return
  await sql`
    update deal d set deleted_at = r.at
    from jsonb_to_recordset(${jsonRows(removed)}::jsonb) as r(id text, at timestamptz)
    where d.installation_id = ${installationId} and d.id = r.id and d.deleted_at is null`.execute(
    db,
  )
}
