import type { Write, WriteOutcome } from '../connectors/connector.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark } from '../src/store/due.ts'
import { postpone, release } from '../src/store/leases.ts'
import { settleOverwrites } from '../src/store/overwrites.ts'
import { type Rejection, reject, resolveRejections } from '../src/store/rejections.ts'
import { removeSubjects } from '../src/store/subjects.ts'
import { holdWrites, saveWritten, writeAgain } from '../src/store/written.ts'
import type { Deps } from './deps.ts'
import { settleOwn } from './settle-own.ts'
import { backoffMs } from './slice.ts'
import { applyMerges, forgetScores, removeCompanies } from './store-page.ts'
import { type Held, recentSince, TOO_OFTEN } from './write-limit.ts'

/** Failures before a record that never gets through is filed as rejected; about an hour of growing pauses. */
const MAX_ATTEMPTS = 12

type Retry = Extract<WriteOutcome, { status: 'retry' }>

/** One push with the claims it was made for; all of one kind. */
interface Pushed {
  readonly kind: SubjectKind
  readonly claims: readonly Claim[]
  readonly writes: readonly Write[]
  readonly outcomes: readonly WriteOutcome[]
  /** Not written, because they have been written too often. */
  readonly held: readonly Held[]
  /** When records are to be written once more that are not due for that yet. */
  readonly again: readonly { readonly id: string; readonly at: Date }[]
  /** People whose write moves them into another tier. */
  readonly reached: readonly string[]
  readonly sentAt: Date
}

/**
 * Draws the consequences of a push, record by record, in one transaction: what was acknowledged is remembered,
 * what is gone or moved leaves the lists, what was refused is filed, and what did not get through stays due.
 */
export function saveOutcomes(deps: Deps, installationId: string, pushed: Pushed): Promise<void> {
  const { kind, claims, writes, outcomes, held } = pushed
  const now = deps.clock.now()
  return inTransaction(deps.db, async (transaction) => {
    await keepAcknowledged(transaction, installationId, pushed, now)
    await followTiers(transaction, installationId, pushed, now)
    await forgetGone(transaction, installationId, pushed, now)
    await followMoved(transaction, installationId, pushed, now)

    const retries = retriesOf(writes, outcomes)
    const isLate = (claim: Claim) => retries.has(claim.id) && !isExhausted(claim, retries)
    const late = claims.filter(isLate)
    await giveBack(transaction, installationId, late, retries, now)
    await keepHeld(deps, transaction, installationId, pushed, now)
    const refused = [...refusals(kind, outcomes), ...exhausted(claims, retries)]
    await reject(transaction, installationId, 'write_back', refused, now)
    const waits = new Set(held.map(({ id }) => id))
    const settled = claims
      .filter((claim) => !isLate(claim) && !waits.has(claim.id))
      .map((claim) => ({ claim }))
    // Written, gone, or as it should be without writing: whatever kept it from being written is over.
    const failed = new Set(refused.map(({ id }) => id))
    const over = settled.map(({ claim }) => claim.id).filter((id) => !failed.has(id))
    await resolveRejections(transaction, installationId, 'write_back', kind, over, now)
    await settleOwn(transaction, installationId, 'write_back', settled)
    await planAgain(transaction, installationId, pushed, now)
  })
}

/**
 * A worker that was killed or stood still may have sent values which reach the CRM after ours. Those that it had are
 * written once more when its calls must have ended: HubSpot's take 20 s at the most, and Salesforce's are cut off.
 */
export const AGAIN_AFTER_MS = 30_000

async function planAgain(
  transaction: Db,
  installationId: string,
  { kind, claims, again }: Pushed,
  now: Date,
): Promise<void> {
  const at = new Date(now.getTime() + AGAIN_AFTER_MS)
  const takenOver = claims.filter((claim) => claim.takenOver).map(({ id }) => id)
  const ids = await writeAgain(transaction, installationId, kind, takenOver, at)
  const planned = [...again, ...ids.map((id) => ({ id, at }))]
  for (const [time, some] of Map.groupBy(planned, (each) => each.at.getTime())) {
    const due = some.map(({ id }) => id)
    await mark(transaction, installationId, 'write_back', kind, due, new Date(time))
  }
}

async function keepAcknowledged(
  transaction: Db,
  installationId: string,
  { kind, writes, outcomes, sentAt }: Pushed,
  now: Date,
): Promise<void> {
  const acknowledged = new Set(idsWith(outcomes, 'written'))
  const kept = writes
    .filter(({ subject }) => acknowledged.has(subject.id))
    .map(({ subject, values }) => ({ id: subject.id, values }))
  const times = { sentAt, writtenAt: now, recentSince: recentSince(now) }
  await saveWritten(transaction, installationId, kind, kept, times)
  const fields = kept.flatMap(({ id, values }) =>
    Object.keys(values).map((field) => ({ id, field })),
  )
  await settleOverwrites(transaction, installationId, kind, fields, now)
}

/** Owners hear of a tier, or change with it, once it stands in the CRM. Whether they do is decided by those stages. */
async function followTiers(
  transaction: Db,
  installationId: string,
  { outcomes, reached }: Pushed,
  now: Date,
): Promise<void> {
  const acknowledged = new Set(idsWith(outcomes, 'written'))
  const ids = reached.filter((id) => acknowledged.has(id))
  await mark(transaction, installationId, 'task', 'person', ids, now)
  await mark(transaction, installationId, 'route', 'person', ids, now)
}

async function forgetGone(
  transaction: Db,
  installationId: string,
  { kind, outcomes }: Pushed,
  now: Date,
): Promise<void> {
  const ids = idsWith(outcomes, 'gone')
  const gone = ids.map((id) => ({ id, at: now }))
  if (kind === 'company') return removeCompanies(transaction, installationId, gone, now)
  await removeSubjects(transaction, installationId, kind, gone)
  await forgetScores(transaction, installationId, ids, now)
}

/** A record that was merged away: its history goes to the survivor, who is scored anew. */
async function followMoved(
  transaction: Db,
  installationId: string,
  { kind, outcomes }: Pushed,
  now: Date,
): Promise<void> {
  const moved = outcomes.filter((outcome) => outcome.status === 'moved')
  const merges = moved.map(({ id, to }) => ({ kind, loser: id, winner: to }))
  const winners = await applyMerges(transaction, installationId, merges, now)
  await mark(transaction, installationId, 'score', 'person', winners, now)
}

/** What to try again. A write that nothing was said about counts as not done. */
function retriesOf(
  writes: readonly Write[],
  outcomes: readonly WriteOutcome[],
): ReadonlyMap<string, Retry> {
  const answered = new Set(outcomes.map((outcome) => outcome.id))
  const silent = writes.filter(({ subject }) => !answered.has(subject.id))
  const reason = 'the connector said nothing about this record'
  const retries = [
    ...outcomes.filter((outcome) => outcome.status === 'retry'),
    ...silent.map(({ subject }): Retry => ({ id: subject.id, status: 'retry', reason })),
  ]
  return new Map(retries.map((retry) => [retry.id, retry]))
}

/** A limit of the CRM says when to come back and uses no attempt; everything else waits longer each time. */
async function giveBack(
  transaction: Db,
  installationId: string,
  late: readonly Claim[],
  retries: ReadonlyMap<string, Retry>,
  now: Date,
): Promise<void> {
  const after = (ms: number) => new Date(now.getTime() + ms)
  const holdMs = (claim: Claim) => retries.get(claim.id)?.afterMs
  const held = late.filter((claim) => holdMs(claim) !== undefined)
  const failed = late.filter((claim) => holdMs(claim) === undefined)
  const longest = Math.max(0, ...held.map((claim) => holdMs(claim) ?? 0))
  await release(transaction, installationId, 'write_back', held, after(longest))
  const reason = retries.get(failed[0]?.id ?? '')?.reason ?? ''
  const dueAt = after(backoffMs(failed))
  await postpone(transaction, installationId, 'write_back', failed, dueAt, reason)
}

/** What has been written too often stays due until its pause is over, and the admin is told once. */
async function keepHeld(
  { log }: Deps,
  transaction: Db,
  installationId: string,
  { kind, claims, held }: Pushed,
  now: Date,
): Promise<void> {
  for (const [until, ids] of groupByTime(held)) {
    const waiting = claims.filter((claim) => ids.has(claim.id))
    await release(transaction, installationId, 'write_back', waiting, until)
  }
  const loops = held.filter(({ isLoop }) => isLoop)
  const reasons = loops.map(({ id }) => ({ kind, id, reason: TOO_OFTEN }))
  await reject(transaction, installationId, 'write_back', reasons, now)
  const fresh = held.filter(({ isNew }) => isNew)
  if (fresh.length === 0) return
  await holdWrites(transaction, installationId, kind, fresh)
  const records = { installationId, kind, records: fresh.length, loops: loops.length }
  log.warn(records, 'written too often; they wait')
}

/** Those of a loop wait alike; the others each until its own window has room. */
function groupByTime(held: readonly Held[]): ReadonlyMap<Date, ReadonlySet<string>> {
  const groups = Map.groupBy(held, ({ until }) => until.getTime())
  return new Map(
    [...groups].map(([until, each]) => [new Date(until), new Set(each.map(({ id }) => id))]),
  )
}

function isExhausted(claim: Claim, retries: ReadonlyMap<string, Retry>): boolean {
  return claim.attempts >= MAX_ATTEMPTS && retries.get(claim.id)?.afterMs === undefined
}

function refusals(kind: SubjectKind, outcomes: readonly WriteOutcome[]): readonly Rejection[] {
  return outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ id, reason }) => ({ kind, id, reason }))
}

function exhausted(
  claims: readonly Claim[],
  retries: ReadonlyMap<string, Retry>,
): readonly Rejection[] {
  return claims
    .filter((claim) => retries.has(claim.id) && isExhausted(claim, retries))
    .map(({ kind, id }) => ({ kind, id, reason: retries.get(id)?.reason ?? '' }))
}

function idsWith(
  outcomes: readonly WriteOutcome[],
  status: WriteOutcome['status'],
): readonly string[] {
  return outcomes.filter((outcome) => outcome.status === status).map((outcome) => outcome.id)
}
