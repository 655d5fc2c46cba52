import { LeaseLost } from '../src/errors.ts'
import type { Db } from '../src/store/database.ts'
import { type DueStage, type Settlement, settle } from '../src/store/due.ts'

/**
 * Ends the claims of a batch, in the transaction that keeps its results.
 * @throws LeaseLost when another worker has taken some of its rows: that one brings results of its own, and kept with them
 * these would be there twice
 */
export async function settleOwn(
  transaction: Db,
  installationId: string,
  stage: DueStage,
  settlements: readonly Settlement[],
): Promise<void> {
  const lost = await settle(transaction, installationId, stage, settlements)
  if (lost > 0) throw new LeaseLost(`${lost} of ${settlements.length} are somebody else's`)
}
