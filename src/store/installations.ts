import { sql } from 'kysely'
import { z } from 'zod'
import { CrmAuthExpired } from '../errors.ts'
import type { Db } from './database.ts'
import type { SecretBox } from './secret-box.ts'

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
}

/** OAuth tokens in the clear; only ever in memory. */
export interface StoredTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
}

const SealedTokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.coerce.date(),
})

const COLUMNS = sql.raw(
  'id, crm, account_id as "accountId", status, status_reason as "statusReason", time_zone as "timeZone"',
)

/** Records a consent. The same account installed again keeps its row and gets the new tokens. */
export async function saveInstallation(
  db: Db,
  box: SecretBox,
  grant: {
    crm: string
    accountId: string
    scopes: readonly string[]
    tokens: StoredTokens
    timeZone: string
    uiDomain: string
  },
  now: Date,
): Promise<Installation> {
  const tokens = box.seal(JSON.stringify(grant.tokens))
  const { rows } = await sql<Installation>`
    insert into installation as i (crm, account_id, status, tokens, scopes, time_zone, ui_domain, created_at, updated_at)
    values (${grant.crm}, ${grant.accountId}, 'active', ${tokens}, ${[...grant.scopes]}, ${grant.timeZone},
      ${grant.uiDomain}, ${now}, ${now})
    on conflict (crm, account_id) do update set
      status = 'active', status_reason = null, tokens = excluded.tokens, scopes = excluded.scopes,
      time_zone = excluded.time_zone, ui_domain = excluded.ui_domain, updated_at = excluded.updated_at
    returning ${COLUMNS}`.execute(db)
  return one(rows)
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

/** Stops or starts an installation's work. Disconnecting also forgets the tokens. */
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
    where id = ${id}`.execute(db)
}

/** @throws CrmAuthExpired when the installation has no tokens any more */
export async function readTokens(db: Db, box: SecretBox, id: string): Promise<StoredTokens> {
  const { rows } = await sql<TokenRow>`
    select crm, tokens from installation where id = ${id}`.execute(db)
  return openTokens(box, rows[0])
}

/**
 * Replaces `stale` once, however many processes ask at the same time: the row lock makes the others wait,
 * and they find the new tokens when they get it. The new tokens are committed before anybody uses them;
 * a CRM that rotates refresh tokens ends the installation when a rotated one is lost.
 */
export function renewTokens(
  db: Db,
  box: SecretBox,
  id: string,
  stale: StoredTokens,
  refresh: (refreshToken: string) => Promise<StoredTokens>,
): Promise<StoredTokens> {
  // Not inTransaction, which may run its work again: a token must not be renewed twice.
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<TokenRow>`
      select crm, tokens from installation where id = ${id} for update`.execute(transaction)
    const current = openTokens(box, rows[0])
    if (current.accessToken !== stale.accessToken) return current
    const renewed = await refresh(current.refreshToken)
    await sql`
      update installation set tokens = ${box.seal(JSON.stringify(renewed))} where id = ${id}`.execute(
      transaction,
    )
    return renewed
  })
}

interface TokenRow {
  readonly crm: string
  readonly tokens: Buffer | null
}

function openTokens(box: SecretBox, row: TokenRow | undefined): StoredTokens {
  if (!row?.tokens) throw new CrmAuthExpired(row?.crm ?? 'crm', 'The app is not connected any more')
  return SealedTokens.parse(JSON.parse(box.open(row.tokens)))
}

function one<R>(rows: readonly R[]): R {
  const [row] = rows
  if (!row) throw new Error('a statement that returns its row returned none')
  return row
}
