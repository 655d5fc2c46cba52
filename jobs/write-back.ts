import type { Connection, Write, WriteOutcome } from '../connectors/connector.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import type { Claim } from '../src/store/due.ts'
import { release } from '../src/store/leases.ts'
import { noteSending, type Pending, pendingWrites } from '../src/store/written.ts'
import { inStep } from '../src/tracing/spans.ts'
import type { Deps, OpenAccount } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'
import { whileHeld } from './while-held.ts'
import { type Difference, recentSince, withinLimit } from './write-limit.ts'
import { saveOutcomes } from './write-outcomes.ts'

/** A batch that is not full waits this long for company: half-empty calls waste the customer's allowance. */
const LINGER_MS = 2_000

/** Writes into the CRM what differs from what we last put there, and nothing else. */
export function writeBack({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(
    deps,
    'write_back',
    installationId,
    deps.crm.writesAtOnce,
    async (claims, installation) => {
      const account = deps.crm.open(installation)
      let early = 0
      // A push is of one kind, and a call of one stream: leads and contacts together would make half-full calls.
      for (const kind of ['person', 'company'] as const) {
        const ofKind = claims.filter((claim) => claim.kind === kind)
        const streams = Map.groupBy(ofKind, ({ id }) => account.streamOf({ kind, id }))
        for (const ofStream of streams.values()) {
          early += await writeSome(deps, installationId, account, kind, ofStream)
        }
      }
      if (early > 0) await deps.wake('write_back', installationId, LINGER_MS)
      return early === 0
    },
  )
}

/** Returns how many were given back because their batch is not full yet. */
async function writeSome(
  deps: Deps,
  installationId: string,
  { connection, batchSize }: OpenAccount,
  kind: SubjectKind,
  claims: readonly Claim[],
): Promise<number> {
  const sentAt = deps.clock.now()
  const { ready, early } = splitFullBatches(claims, batchSize, sentAt)
  await release(deps.db, installationId, 'write_back', early)
  if (ready.length > 0) {
    const ids = ready.map((claim) => claim.id)
    const since = recentSince(sentAt)
    const pending = await pendingWrites(deps.db, installationId, kind, ids, since)
    const differences = pending.flatMap((each) => difference(kind, each, sentAt))
    const { writes, held } = withinLimit(differences, sentAt)
    const push = { kind, claims: ready, writes, sentAt }
    const outcomes = await send(deps, installationId, connection, push)
    await saveOutcomes(deps, installationId, {
      kind,
      claims: ready,
      writes,
      outcomes,
      held,
      again: pending.flatMap(({ id, againAt }) =>
        againAt && againAt > sentAt ? { id, at: againAt } : [],
      ),
      reached: differences.filter(reachesTier).map(({ write }) => write.subject.id),
      sentAt,
    })
  }
  return early.length
}

interface Push {
  readonly kind: SubjectKind
  readonly claims: readonly Claim[]
  readonly writes: readonly Write[]
  readonly sentAt: Date
}

async function send(
  deps: Deps,
  installationId: string,
  connection: Connection,
  { kind, claims, writes, sentAt }: Push,
): Promise<readonly WriteOutcome[]> {
  if (writes.length === 0) return []
  const sending = writes.map(({ subject, values }) => ({ id: subject.id, values }))
  await noteSending(deps.db, installationId, kind, sending, sentAt)
  const about = { 'plumbline.kind': kind, 'plumbline.batch.size': writes.length }
  return inStep('push', about, () =>
    whileHeld(deps, installationId, 'write_back', claims, (hold) => connection.push(writes, hold)),
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

/**
 * The values that differ from the acknowledged ones, on people with the moment they were computed; none if all
 * stand, and all where they are to be written once more. A field that is left as somebody in the CRM set it is not
 * among them.
 */
function difference(kind: SubjectKind, pending: Pending, now: Date): readonly Difference[] {
  const { id, wanted, written, asOf, respected, againAt } = pending
  const moment = kind === 'person' && { plumbline_scored_at: asOf.toISOString() }
  const isAgain = againAt !== null && againAt <= now
  const ours = (name: string) => !respected.includes(name)
  const changed = Object.entries(wanted).filter(
    ([name, value]) => (isAgain || written?.[name] !== value) && ours(name),
  )
  if (changed.length === 0) return []
  const values = Object.fromEntries([
    ...changed,
    ...Object.entries(moment || {}).filter(([name]) => ours(name)),
  ])
  return [{ pending, write: { subject: { kind, id }, values } }]
}

/**
 * Whether a write moves somebody into another tier. The first writing of those whom Plumbline found in the CRM does
 * not: nothing has happened to them.
 */
function reachesTier({ pending: { written, isNewcomer }, write }: Difference): boolean {
  const [tier, former] = [write.values['plumbline_tier'], written?.['plumbline_tier']]
  return tier !== undefined && tier !== former && (isNewcomer || former !== undefined)
}
