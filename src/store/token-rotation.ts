import { sql } from 'kysely'
import { UserError } from '../errors.ts'
import { recordAudit } from './audit.ts'
import { type Db, inTransaction } from './database.ts'
import type { SecretBox } from './secret-box.ts'
import { tokensOwner } from './tokens.ts'

/** How many rows a transaction holds at once: a renewal of tokens waits no longer than that takes. */
const BATCH = 100

/** How an installation's stored tokens are sealed. */
export interface SealedAccount {
  readonly id: string
  readonly crm: string
  readonly accountId: string
  /**
   * `current`: under the present secret, for this installation alone. `former`: under the former secret, or in the
   * form from before tokens were bound to their installation. `unreadable`: they open under no secret that is set.
   */
  readonly seal: 'current' | 'former' | 'unreadable'
}

interface SealedRow extends Omit<SealedAccount, 'seal'> {
  readonly tokens: Buffer
}

/** How all stored tokens are sealed, found by opening them. */
export function sealedAccounts(db: Db, box: SecretBox): Promise<readonly SealedAccount[]> {
  return inBatches(async (after) => {
    const rows = await rowsAfter(db, after)
    return rows.map((row) => examine(box, row).account)
  })
}

/**
 * Seals all stored tokens anew whose seal is `former`; others stay as they are. Safe while Plumbline runs: rows are
 * locked batch by batch, as a renewal of tokens locks them.
 * @param by who asked for it, for the audit log
 * @returns how they were sealed before
 */
export function resealTokens(
  db: Db,
  box: SecretBox,
  by: string,
  now: Date,
): Promise<readonly SealedAccount[]> {
  return inBatches((after) =>
    inTransaction(db, async (transaction) => {
      const rows = await rowsAfter(transaction, after, sql`for update`)
      const examined = rows.map((row) => examine(box, row))
      for (const { account, text } of examined) {
        if (account.seal !== 'former') continue
        await replaceTokens(transaction, account.id, box.seal(text, tokensOwner(account.id)))
        await recordAudit(transaction, account.id, by, [{ action: RESEALED, details: {} }], now)
      }
      return examined.map(({ account }) => account)
    }),
  )
}

/** The audit log's word for it. */
const RESEALED = 'tokens.resealed'

async function inBatches(
  batchAfter: (id: string | null) => Promise<readonly SealedAccount[]>,
): Promise<readonly SealedAccount[]> {
  const all: SealedAccount[] = []
  for (;;) {
    const batch = await batchAfter(all.at(-1)?.id ?? null)
    if (batch.length === 0) return all
    all.push(...batch)
  }
}

async function rowsAfter(db: Db, id: string | null, lock = sql``): Promise<readonly SealedRow[]> {
  const { rows } = await sql<SealedRow>`
    select id, crm, account_id as "accountId", tokens from installation
    where tokens is not null and (${id}::uuid is null or id > ${id}::uuid)
    order by id limit ${BATCH} ${lock}`.execute(db)
  return rows
}

/** @returns with `text` what is in it; empty when it does not open */
function examine(box: SecretBox, row: SealedRow): { account: SealedAccount; text: string } {
  const { tokens, ...names } = row
  try {
    const text = box.open(tokens, tokensOwner(row.id))
    return { account: { ...names, seal: box.isCurrent(tokens) ? 'current' : 'former' }, text }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { account: { ...names, seal: 'unreadable' }, text: '' }
  }
}

async function replaceTokens(transaction: Db, id: string, tokens: Buffer): Promise<void> {
  await sql`update installation set tokens = ${tokens} where id = ${id}`.execute(transaction)
}
