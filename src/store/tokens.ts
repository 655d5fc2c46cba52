import { sql } from 'kysely'
import { DatabaseError } from 'pg'
import { z } from 'zod'
import { CrmAuthExpired, CrmUnavailable } from '../errors.ts'
import type { Db } from './database.ts'
import type { SecretBox } from './secret-box.ts'

/** OAuth tokens in the clear; only ever in memory. */
export interface StoredTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
  /** Where the account answers and as whom, where the CRM says it with every token. */
  readonly home?: { readonly instanceUrl: string; readonly userId: string } | undefined
}

const SealedTokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.coerce.date(),
  home: z.object({ instanceUrl: z.string(), userId: z.string() }).optional(),
})

type Refresh = (refreshToken: string) => Promise<StoredTokens>

/** How long renewals stand in each other's way, in milliseconds. */
interface RenewalLimits {
  /**
   * How long one waits for another to end. Longer than the token endpoint may take (10 s), so that whoever waits
   * finds the new tokens and not the end of its patience.
   */
  readonly wait: number
  /**
   * When Postgres ends one whose process stands still with the lock in hand: the process cannot keep what it
   * learns later, and the others go on. Longer than a process that works can need.
   */
  readonly stall: number
}
const LIMITS: RenewalLimits = { wait: 15_000, stall: 30_000 }
/** What Postgres says when the wait is over. */
const LOCK_NOT_AVAILABLE = '55P03'

/** @throws CrmAuthExpired when the installation has no tokens any more */
export async function readTokens(db: Db, box: SecretBox, id: string): Promise<StoredTokens> {
  const { rows } = await sql<TokenRow>`
    select crm, tokens from installation where id = ${id}`.execute(db)
  return openTokens(box, id, rows[0])
}

/**
 * Replaces `stale` once, however many processes ask at the same time: the row lock makes the others wait,
 * and they find the new tokens when they get it. The new tokens are committed before anybody uses them;
 * a CRM that rotates refresh tokens ends the installation when a rotated one is lost.
 * @param refresh one request, done or failed within 10 s: the row is locked meanwhile
 * @throws CrmUnavailable when another renewal holds the lock for 15 s
 */
export async function renewTokens(
  db: Db,
  box: SecretBox,
  id: string,
  stale: StoredTokens,
  refresh: Refresh,
  limits: RenewalLimits = LIMITS,
): Promise<StoredTokens> {
  // Not inTransaction, which may run its work again: a token must not be renewed twice.
  return db.transaction().execute(async (transaction) => {
    const current = openTokens(box, id, await lockRow(transaction, id, limits))
    if (current.accessToken !== stale.accessToken) return current
    const renewed = await refresh(current.refreshToken)
    await sql`
      update installation set tokens = ${sealTokens(box, id, renewed)} where id = ${id}`.execute(
      transaction,
    )
    return renewed
  })
}

async function lockRow(
  transaction: Db,
  id: string,
  limits: RenewalLimits,
): Promise<TokenRow | undefined> {
  await sql`
    select set_config('lock_timeout', ${String(limits.wait)}, true),
      set_config('idle_in_transaction_session_timeout', ${String(limits.stall)}, true)`.execute(
    transaction,
  )
  try {
    const { rows } = await sql<TokenRow>`
      select crm, tokens from installation where id = ${id} for update`.execute(transaction)
    return rows[0]
  } catch (error) {
    const waited = error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE
    if (!waited) throw error
    const reason = `Another process has been renewing the tokens for ${limits.wait / 1000} s`
    throw new CrmUnavailable('crm', reason, { cause: error })
  }
}

/** The tokens of one installation as a connection needs them. */
export interface StoredCredentials {
  current(): Promise<StoredTokens>
  renew(stale: StoredTokens, refresh: Refresh): Promise<StoredTokens>
}

/**
 * The tokens in the installation's row. Callers of one process share a renewal that is under way, so that they
 * do not all wait for the row with a database connection each; the row lock is for the other processes.
 */
export function storedCredentials(db: Db, box: SecretBox, id: string): StoredCredentials {
  const underWay = new Map<string, Promise<StoredTokens>>()
  const begin = (stale: StoredTokens, refresh: Refresh) => {
    const renewal = renewTokens(db, box, id, stale, refresh).finally(() =>
      underWay.delete(stale.accessToken),
    )
    underWay.set(stale.accessToken, renewal)
    return renewal
  }
  return {
    current: () => readTokens(db, box, id),
    renew: (stale, refresh) => underWay.get(stale.accessToken) ?? begin(stale, refresh),
  }
}

interface TokenRow {
  readonly crm: string
  readonly tokens: Buffer | null
}

/** Tokens as they are kept in the row of the installation `id`, and open for no other. */
export function sealTokens(box: SecretBox, id: string, tokens: StoredTokens): Buffer {
  return box.seal(JSON.stringify(tokens), tokensOwner(id))
}

/** What sealed tokens are bound to: column and row. */
export function tokensOwner(id: string): string {
  return `installation.tokens ${id}`
}

function openTokens(box: SecretBox, id: string, row: TokenRow | undefined): StoredTokens {
  if (!row?.tokens) throw new CrmAuthExpired(row?.crm ?? 'crm', 'The app is not connected any more')
  return SealedTokens.parse(JSON.parse(box.open(row.tokens, tokensOwner(id))))
}
