import { errorKind, tell } from '../src/diagnostics.ts'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmRateLimited,
  CrmRejected,
  LeaseLost,
  messageOf,
  UserError,
} from '../src/errors.ts'
import { type Claim, type ClaimFilter, claim, type DueStage } from '../src/store/due.ts'
import { findInstallation, type Installation, setStatus } from '../src/store/installations.ts'
import { postpone, release } from '../src/store/leases.ts'
import { inBatch } from '../src/tracing/spans.ts'
import type { Deps } from './deps.ts'

/**
 * How long one job works before it lets others have the worker. A process works on five jobs of a stage at a time, so
 * somebody small who wakes among N large accounts waits for at most N / 5 of these: behind 20 of them 12 s at each
 * stage, where 10 s would make it 40. Shorter than the slowest batch it would end each job after one batch.
 */
export const SLICE_MS = 3_000

/** First pause after a failure; doubles per attempt. */
const BACKOFF_MS = 2_000
const BACKOFF_LIMIT_MS = 15 * 60_000

/** Works on claims and settles them; false when there is no point in asking for more now. */
export type BatchWork = (claims: readonly Claim[], installation: Installation) => Promise<boolean>

/**
 * The loop of every stage: claim a batch, work, repeat until nothing is due or the slice is over, and then
 * leave word that there is more. Failures are turned into later due times here and nowhere else.
 * @param filter takes only such rows; one that names a lane from 1 on is a helper's
 */
export async function workSlice(
  deps: Deps,
  stage: DueStage,
  installationId: string,
  batchSize: number | ((installation: Installation) => number),
  work: BatchWork,
  filter: ClaimFilter = {},
): Promise<void> {
  const installation = await findInstallation(deps.db, installationId)
  if (!installation || !mayWork(installation, stage)) return
  const limit = typeof batchSize === 'number' ? batchSize : batchSize(installation)
  const deadline = deps.clock.now().getTime() + SLICE_MS
  while (deps.clock.now().getTime() < deadline) {
    const claims = await claim(deps.db, installationId, stage, limit, deps.clock.now(), filter)
    if (claims.length === 0) return
    const goOn = await attempt(deps, stage, installation, claims, work)
    if (!goOn) return
  }
  await deps.wake(stage, installationId, 0, filter.lane)
}

/** Who wants to be forgotten is, whatever became of the connection since. */
function mayWork({ status }: Installation, stage: DueStage): boolean {
  return status === 'active' || stage === 'erase'
}

async function attempt(
  deps: Deps,
  stage: DueStage,
  installation: Installation,
  claims: readonly Claim[],
  work: BatchWork,
): Promise<boolean> {
  try {
    return await traced(stage, installation, claims, () => work(claims, installation))
  } catch (error) {
    await giveBack(deps, stage, installation, claims, error)
    return false
  }
}

function traced(
  stage: DueStage,
  { id, crm }: Installation,
  claims: readonly Claim[],
  work: () => Promise<boolean>,
): Promise<boolean> {
  const about = {
    'plumbline.stage': stage,
    'plumbline.crm': crm,
    'plumbline.installation': id,
    'plumbline.batch.size': claims.length,
    'plumbline.outcome': 'returned',
  }
  return inBatch(stage, about, claims, async (note) => {
    const goOn = await work()
    note({ 'plumbline.outcome': 'done' })
    return goOn
  })
}

/** The retry table (CONTRIBUTING.md): the error's class decides what becomes of the claims. */
async function giveBack(
  deps: Deps,
  stage: DueStage,
  installation: Installation,
  claims: readonly Claim[],
  error: unknown,
): Promise<void> {
  const { db, clock, log } = deps
  if (error instanceof LeaseLost) {
    log.info({ stage, installationId: installation.id, error }, 'batch left to another worker')
    return release(db, installation.id, stage, claims)
  }
  const reason = messageOf(error)
  tell('batch returned', { crm: installation.crm, stage, error: errorKind(error) })
  log.warn({ stage, installationId: installation.id, claims: claims.length, error }, 'stage failed')
  if (error instanceof CrmRateLimited) {
    const dueAt = new Date(clock.now().getTime() + error.retryAfterMs)
    return release(db, installation.id, stage, claims, dueAt)
  }
  if (error instanceof CrmDisconnected) {
    await setStatus(db, installation.id, 'disconnected', reason, clock.now())
    return release(db, installation.id, stage, claims)
  }
  if (error instanceof CrmAuthExpired) {
    await setStatus(db, installation.id, 'paused', `${reason}. Connect the app again.`, clock.now())
    return release(db, installation.id, stage, claims)
  }
  const permanent = error instanceof CrmRejected || error instanceof UserError
  const dueAt = new Date(clock.now().getTime() + (permanent ? BACKOFF_LIMIT_MS : backoffMs(claims)))
  return postpone(db, installation.id, stage, claims, dueAt, reason)
}

/** How long rows wait after a failure, by how often they have failed already. */
export function backoffMs(claims: readonly Claim[]): number {
  const attempts = Math.max(0, ...claims.map((each) => each.attempts))
  return Math.min(BACKOFF_MS * 2 ** attempts, BACKOFF_LIMIT_MS)
}
