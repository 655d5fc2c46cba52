import type { Write } from '../connectors/connector.ts'
import { type Claim, release } from '../src/store/due.ts'
import { type Pending, pendingWrites } from '../src/store/written.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'
import { saveOutcomes } from './write-outcomes.ts'

/** Several batches of any CRM (HubSpot's hold 100), so that a slow one does not leave the allowance unused. */
const CLAIMED_AT_ONCE = 400
/** A batch that is not full waits this long for company: half-empty calls waste the customer's allowance. */
const LINGER_MS = 2_000

/** Writes into the CRM what differs from what we last put there, and nothing else. */
export function writeBack({ installationId }: WakePayload, deps: Deps): Promise<void> {
  const { db, clock } = deps
  return workSlice(
    deps,
    'write_back',
    installationId,
    CLAIMED_AT_ONCE,
    async (claims, installation) => {
      const { connection, batchSize } = deps.crm.open(installation)
      const { ready, early } = splitFullBatches(claims, batchSize, clock.now())
      await release(db, installationId, 'write_back', early)
      if (early.length > 0) await deps.wake('write_back', installationId, LINGER_MS)

      const pending = await pendingWrites(
        db,
        installationId,
        ready.map((claim) => claim.id),
      )
      const writes = pending.flatMap(difference)
      const outcomes = writes.length > 0 ? await connection.push(writes) : []
      await saveOutcomes(deps, installationId, ready, writes, outcomes)
      return early.length === 0
    },
  )
}

/** Full batches go at once; the rest goes once its oldest record has waited long enough. */
function splitFullBatches(
  claims: readonly Claim[],
  batchSize: number,
  now: Date,
): { ready: readonly Claim[]; early: readonly Claim[] } {
  const full = claims.length - (claims.length % batchSize)
  const oldestLeft = claims[full]
  const lingered = oldestLeft && oldestLeft.dueAt.getTime() + LINGER_MS <= now.getTime()
  return lingered
    ? { ready: claims, early: [] }
    : { ready: claims.slice(0, full), early: claims.slice(full) }
}

/** The values that differ from the acknowledged ones, with the moment they were computed; none if all stand. */
function difference({ id, wanted, written, asOf }: Pending): readonly Write[] {
  const changed = Object.entries(wanted).filter(([name, value]) => written?.[name] !== value)
  if (changed.length === 0) return []
  const values = { ...Object.fromEntries(changed), plumbline_scored_at: asOf.toISOString() }
  return [{ subject: { kind: 'person', id }, values }]
}
