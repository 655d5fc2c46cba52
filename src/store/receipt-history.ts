import { sql } from 'kysely'
import type { Result } from '../scoring/result.ts'
import type { Db } from './database.ts'

/** What was said about a person at one moment. */
export interface Receipt {
  readonly asOf: Date
  readonly result: Result
  /** All records that were this person; null in receipts from before identities were kept. */
  readonly records: readonly string[] | null
}

/** The receipt in force at a moment: the newest until then. Null when the person had no score yet. */
export async function receiptAt(
  db: Db,
  installationId: string,
  personId: string,
  moment: Date,
): Promise<Receipt | null> {
  const { rows } = await sql<Receipt>`
    select as_of as "asOf", result, records from score_receipt
    where installation_id = ${installationId} and person_id = ${personId} and as_of <= ${moment}
    order by as_of desc, id desc limit 1`.execute(db)
  return rows[0] ?? null
}

/** The oldest receipt; null when the person was never scored. */
export async function firstReceipt(
  db: Db,
  installationId: string,
  personId: string,
): Promise<Receipt | null> {
  const { rows } = await sql<Receipt>`
    select as_of as "asOf", result, records from score_receipt
    where installation_id = ${installationId} and person_id = ${personId}
    order by as_of, id limit 1`.execute(db)
  return rows[0] ?? null
}

/**
 * The source ids of activities that a person has from other records: those of `others`, which are the same
 * person, and those that earned points for records which the CRM has merged into any of `records`. Of the
 * latter, what never earned anything is not known to have come from elsewhere.
 */
export async function activitiesFromOthers(
  db: Db,
  installationId: string,
  records: readonly string[],
  others: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select source_id as id from activity
    where installation_id = ${installationId} and person_id = any(${[...others]})
    union
    select jsonb_path_query(r.result, '$.contributions[*].because[*].activity') #>> '{}'
    from person p join score_receipt r on r.installation_id = p.installation_id and r.person_id = p.id
    where p.installation_id = ${installationId} and p.merged_into = any(${[...records]})`.execute(
    db,
  )
  return new Set(rows.map(({ id }) => id))
}
