import type { Write, WriteOutcome } from '../connectors/connector.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark, postpone, release, settle } from '../src/store/due.ts'
import { type Rejection, reject, resolveRejections } from '../src/store/rejections.ts'
import { removeSubjects } from '../src/store/subjects.ts'
import { saveWritten } from '../src/store/written.ts'
import type { Deps } from './deps.ts'
import { backoffMs } from './slice.ts'
import { applyMerges, forgetScores, removeCompanies } from './store-page.ts'

/** Failures before a record that never gets through is filed as rejected; about an hour of growing pauses. */
const MAX_ATTEMPTS = 12

type Retry = Extract<WriteOutcome, { status: 'retry' }>

/** One push with the claims it was made for; all of one kind. */
interface Pushed {
  readonly kind: SubjectKind
  readonly claims: readonly Claim[]
  readonly writes: readonly Write[]
  readonly outcomes: readonly WriteOutcome[]
}

/**
 * Draws the consequences of a push, record by record, in one transaction: what was acknowledged is remembered,
 * what is gone or moved leaves the lists, what was refused is filed, and what did not get through stays due.
 */
export function saveOutcomes(deps: Deps, installationId: string, pushed: Pushed): Promise<void> {
  const { kind, claims, writes, outcomes } = pushed
  const now = deps.clock.now()
  return inTransaction(deps.db, async (transaction) => {
    await keepAcknowledged(transaction, installationId, pushed, now)
    await forgetGone(transaction, installationId, pushed, now)
    await followMoved(transaction, installationId, pushed, now)

    const retries = retriesOf(writes, outcomes)
    const isLate = (claim: Claim) => retries.has(claim.id) && !isExhausted(claim, retries)
    const late = claims.filter(isLate)
    await giveBack(transaction, installationId, late, retries, now)
    const refused = [...refusals(kind, outcomes), ...exhausted(claims, retries)]
    await reject(transaction, installationId, 'write_back', refused, now)
    const settled = claims.filter((claim) => !isLate(claim)).map((claim) => ({ claim }))
    await settle(transaction, installationId, 'write_back', settled)
  })
}

async function keepAcknowledged(
  transaction: Db,
  installationId: string,
  { kind, writes, outcomes }: Pushed,
  now: Date,
): Promise<void> {
  const acknowledged = new Set(idsWith(outcomes, 'written'))
  const kept = writes
    .filter(({ subject }) => acknowledged.has(subject.id))
    .map(({ subject, values }) => ({ id: subject.id, values }))
  await saveWritten(transaction, installationId, kind, kept, now)
  const ids = [...acknowledged]
  await resolveRejections(transaction, installationId, 'write_back', kind, ids, now)
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
