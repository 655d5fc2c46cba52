import type { Write, WriteOutcome } from '../connectors/connector.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, mark, postpone, release, settle } from '../src/store/due.ts'
import { reject, resolveRejections } from '../src/store/rejections.ts'
import { dropScores } from '../src/store/scores.ts'
import { removeSubjects } from '../src/store/subjects.ts'
import { type Pending, pendingWrites, saveWritten } from '../src/store/written.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'
import { applyMerges } from './store-page.ts'

/** Batches in flight at once, so that a slow CRM does not hold the allowance unused. */
const BATCHES_AT_ONCE = 4
/** A batch that is not full waits this long for company: half-empty calls waste the customer's allowance. */
const LINGER_MS = 2_000
const RETRY_MS = 5_000
/** Tries before a record that never gets through is filed as rejected; by then hours have passed. */
const MAX_ATTEMPTS = 12

/** Writes into the CRM what differs from what we last put there, and nothing else. */
export function writeBack({ installationId }: WakePayload, deps: Deps): Promise<void> {
  const { db, clock } = deps
  const largest = BATCHES_AT_ONCE * 100
  return workSlice(deps, 'write_back', installationId, largest, async (claims, installation) => {
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
  })
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

async function saveOutcomes(
  deps: Deps,
  installationId: string,
  claims: readonly Claim[],
  writes: readonly Write[],
  outcomes: readonly WriteOutcome[],
): Promise<void> {
  const now = deps.clock.now()
  const byStatus = Map.groupBy(outcomes, (outcome) => outcome.status)
  const idsWith = (status: WriteOutcome['status']) =>
    (byStatus.get(status) ?? []).map((outcome) => outcome.id)
  const again = new Set(idsWith('retry'))
  const isLate = (claim: Claim) => again.has(claim.id) && claim.attempts < MAX_ATTEMPTS
  await inTransaction(deps.db, async (transaction) => {
    const acknowledged = new Set(idsWith('written'))
    const kept = writes
      .filter(({ subject }) => acknowledged.has(subject.id))
      .map(({ subject, values }) => ({ id: subject.id, values }))
    await saveWritten(transaction, installationId, 'person', kept, now)
    await resolveRejections(
      transaction,
      installationId,
      'write_back',
      'person',
      [...acknowledged],
      now,
    )
    await forgetGone(transaction, installationId, idsWith('gone'), now)
    await followMoved(transaction, installationId, outcomes, now)
    await reject(transaction, installationId, 'write_back', refusals(claims, outcomes), now)
    await postpone(
      transaction,
      installationId,
      'write_back',
      claims.filter(isLate),
      new Date(now.getTime() + RETRY_MS),
      'the CRM did not take the write',
    )
    const settled = claims.filter((claim) => !isLate(claim)).map((claim) => ({ claim }))
    await settle(transaction, installationId, 'write_back', settled)
  })
}

type Transaction = Parameters<typeof saveWritten>[0]

async function forgetGone(
  transaction: Transaction,
  installationId: string,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const gone = ids.map((id) => ({ id, at: now }))
  await removeSubjects(transaction, installationId, 'person', gone)
  await dropScores(transaction, installationId, ids)
}

/** A record that was merged away: its history goes to the survivor, who is scored anew. */
async function followMoved(
  transaction: Transaction,
  installationId: string,
  outcomes: readonly WriteOutcome[],
  now: Date,
): Promise<void> {
  const merges = outcomes.flatMap((outcome) =>
    outcome.status === 'moved'
      ? [{ kind: 'person' as const, loser: outcome.id, winner: outcome.to }]
      : [],
  )
  const winners = await applyMerges(transaction, installationId, merges)
  await mark(transaction, installationId, 'score', 'person', winners, now)
}

function refusals(claims: readonly Claim[], outcomes: readonly WriteOutcome[]) {
  const attempts = new Map(claims.map((claim) => [claim.id, claim.attempts]))
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'rejected') return [{ kind: 'person', ...outcome }]
    const exhausted = outcome.status === 'retry' && (attempts.get(outcome.id) ?? 0) >= MAX_ATTEMPTS
    return exhausted ? [{ kind: 'person', id: outcome.id, reason: outcome.reason }] : []
  })
}
