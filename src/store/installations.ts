import { sql } from 'kysely'
import { type Db, inTransaction } from './database.ts'
import type { SecretBox } from './secret-box.ts'
import { type StoredTokens, sealTokens } from './tokens.ts'

export type InstallationStatus = 'active' | 'paused' | 'disconnected'

/** One customer's account that the app is installed in. */
export interface Installation {
  readonly id: string
  readonly crm: string
  readonly accountId: string
  readonly status: InstallationStatus
  readonly statusReason: string | null
  /** IANA name. */
  readonly timeZone: string
  /** What the admin did not agree to, as sentences that say what is missed by it. */
  readonly notGranted: readonly string[]
}

const COLUMNS = sql.raw(
  'id, crm, account_id as "accountId", status, status_reason as "statusReason", time_zone as "timeZone", not_granted as "notGranted"',
)

/** An account and what its admin agreed to. */
interface GrantedAccount {
  readonly crm: string
  readonly accountId: string
  readonly scopes: readonly string[]
  readonly notGranted?: readonly string[]
  readonly tokens: StoredTokens
  readonly timeZone: string
  readonly uiDomain: string
}

/** Records a consent. The same account installed again keeps its row and gets the new tokens. */
export function saveInstallation(
  db: Db,
  box: SecretBox,
  grant: GrantedAccount,
  now: Date,
): Promise<Installation> {
  return inTransaction(db, async (transaction) => {
    const saved = await saveGrant(transaction, grant, now)
    // Only now: tokens are sealed for the row they are in, and a new one gets its id from the database.
    const tokens = sealTokens(box, saved.id, grant.tokens)
    await sql`update installation set tokens = ${tokens} where id = ${saved.id}`.execute(
      transaction,
    )
    return saved
  })
}

async function saveGrant(transaction: Db, grant: GrantedAccount, now: Date): Promise<Installation> {
  const { rows } = await sql<Installation>`
    insert into installation as i (crm, account_id, status, scopes, not_granted, time_zone, ui_domain,
      created_at, updated_at, consented_at)
    values (${grant.crm}, ${grant.accountId}, 'active', ${[...grant.scopes]},
      ${[...(grant.notGranted ?? [])]}, ${grant.timeZone}, ${grant.uiDomain}, ${now}, ${now}, ${now})
    on conflict (crm, account_id) do update set
      status = 'active', status_reason = null, scopes = excluded.scopes,
      not_granted = excluded.not_granted, time_zone = excluded.time_zone, ui_domain = excluded.ui_domain,
      updated_at = excluded.updated_at, consented_at = excluded.consented_at
    returning ${COLUMNS}`.execute(transaction)
  return one(rows)
}

/**
 * How an account stands before its consent is recorded, null when it is new here. Keeps others from recording one
 * for it until the transaction ends.
 */
export async function lockStatus(
  transaction: Db,
  crm: string,
  accountId: string,
): Promise<InstallationStatus | null> {
  const { rows } = await sql<{ status: InstallationStatus }>`
    select status from installation where crm = ${crm} and account_id = ${accountId} for update`.execute(
    transaction,
  )
  return rows[0]?.status ?? null
}

/** An admin's yes. */
export interface Consent {
  readonly installationId: string
  readonly at: Date
}

/** The newest consent to an installation in this CRM; null before the first. */
export async function latestConsent(db: Db, crm: string): Promise<Consent | null> {
  const { rows } = await sql<Consent>`
    select id as "installationId", consented_at as at from installation
    where crm = ${crm} and consented_at is not null order by consented_at desc limit 1`.execute(db)
  return rows[0] ?? null
}

/** All installations, oldest first. */
export async function listInstallations(db: Db): Promise<readonly Installation[]> {
  const { rows } = await sql<Installation>`
    select ${COLUMNS} from installation order by created_at, id`.execute(db)
  return rows
}

/** One installation; null when there is none with that id. */
export async function findInstallation(db: Db, id: string): Promise<Installation | null> {
  const { rows } = await sql<Installation>`
    select ${COLUMNS} from installation where id = ${id}`.execute(db)
  return rows[0] ?? null
}

/** The installation in one account of a CRM; null where the app never was in it. */
export async function findAccount(
  db: Db,
  crm: string,
  accountId: string,
): Promise<Installation | null> {
  const { rows } = await sql<Installation>`
    select ${COLUMNS} from installation where crm = ${crm} and account_id = ${accountId}`.execute(
    db,
  )
  return rows[0] ?? null
}

/**
 * Stops or starts an installation's work. Disconnecting also forgets the tokens, and lasts: work that was under
 * way and finds them missing cannot turn it into a pause.
 */
export async function setStatus(
  db: Db,
  id: string,
  status: InstallationStatus,
  reason: string | null,
  now: Date,
): Promise<void> {
  await sql`
    update installation set status = ${status}, status_reason = ${reason}, updated_at = ${now},
      tokens = case when ${status} = 'disconnected' then null else tokens end
    where id = ${id} and not (status = 'disconnected' and ${status} = 'paused')`.execute(db)
}

function one<R>(rows: readonly R[]): R {
  const [row] = rows
  if (!row) throw new Error('a statement that returns its row returned none')
  return row
}
