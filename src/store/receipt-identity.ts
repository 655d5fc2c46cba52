import { sql } from 'kysely'
import type { AccountBasis } from './account-links.ts'
import type { Db } from './database.ts'

/** Whom a person's last score is about: the records it rests on, and the account whose facts counted. */
export interface ReceiptIdentity {
  /** The other records of the person. */
  readonly others: readonly string[]
  /** What the records have in common now. */
  readonly basis: readonly ('email' | 'name_domain')[]
  readonly account: {
    readonly id: string
    readonly name: string | null
    readonly basis: AccountBasis
  } | null
}

/** Of the newest receipt; null when the person was never scored, or last before identities were kept. */
export async function receiptIdentity(
  db: Db,
  installationId: string,
  personId: string,
): Promise<ReceiptIdentity | null> {
  const { rows } = await sql<ReceiptIdentity>`
    with newest as (
      select records, account from score_receipt
      where installation_id = ${installationId} and person_id = ${personId}
      order by as_of desc, id desc limit 1)
    select array_remove(n.records, ${personId}) as others,
      array(select distinct kind from (
        select kind from person_key k where k.installation_id = ${installationId}
          and k.person_id = any(n.records) and k.kind <> 'domain'
        group by kind, key having count(*) > 1) shared order by kind) as basis,
      case when n.account is not null then
        n.account || jsonb_build_object('name', c.facts->>'name') end as account
    from newest n
    left join company c on c.installation_id = ${installationId} and c.id = n.account->>'id'
    where n.records is not null`.execute(db)
  return rows[0] ?? null
}
