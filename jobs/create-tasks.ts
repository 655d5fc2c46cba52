import { createHash } from 'node:crypto'
import type { Task } from '../connectors/connector.ts'
import { CrmRejected } from '../src/errors.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, settle } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { release } from '../src/store/leases.ts'
import { type Rejection, reject, resolveRejections } from '../src/store/rejections.ts'
import { readSettings } from '../src/store/settings.ts'
import {
  confirmTasks,
  dayOf,
  reservedFor,
  reserveTasks,
  taskCandidates,
  tasksByOwner,
} from '../src/store/tasks.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'
import { type ChosenTask, chooseTasks } from './task-choice.ts'

/** Looked at together, so that of many who reach a tier at once the best come first. */
const CLAIMED_AT_ONCE = 500
/** Each takes up to three calls; more would not fit a slice. */
const CREATED_AT_ONCE = 25
/** Whoever falls out of a tier and comes back within this time makes no second task. */
const QUIET_MS = 30 * 24 * 3_600_000

/**
 * Creates tasks for the owners of people who have reached a tier, at most so many a day and owner, the best scores
 * first; the others wait for the next morning. Does nothing where tasks are switched off.
 */
export function createTasks({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'task', installationId, CLAIMED_AT_ONCE, async (claims, installation) => {
    const plan = await planTasks(deps, installation, claims)
    await reserve(deps, installationId, plan.tasks)
    const refused: Rejection[] = []
    for (const task of plan.tasks) {
      const rejection = await create(deps, installation, task)
      if (rejection) refused.push(rejection)
    }
    await conclude(deps, installationId, claims, plan, refused)
    return true
  })
}

interface PlannedTask extends ChosenTask {
  readonly key: string
  readonly isFresh: boolean
}

interface Plan {
  readonly tasks: readonly PlannedTask[]
  /** Whose turn comes with the next batch. */
  readonly next: ReadonlySet<string>
  /** People whose owner has had enough for today. */
  readonly waiting: ReadonlySet<string>
  readonly waitUntil: Date
}

async function planTasks(
  { db, clock, crm }: Deps,
  installation: Installation,
  claims: readonly Claim[],
): Promise<Plan> {
  const { id } = installation
  const now = clock.now()
  const day = await dayOf(db, installation.timeZone, now)
  const { tasks: settings } = await readSettings(db, id)
  const people = claims.map((claim) => claim.id)
  const candidates = await taskCandidates(db, id, people, settings?.tiers ?? [])
  const asked = candidates.map(({ personId }) => personId)
  const { chosen, waiting } = chooseTasks({
    candidates,
    owners: asked.length > 0 ? await crm.open(installation).connection.owners(asked) : new Map(),
    earlier: await reservedFor(db, id, asked, new Date(now.getTime() - QUIET_MS)),
    today: await tasksByOwner(db, id, day.began),
    perOwnerPerDay: settings?.perOwnerPerDay ?? 0,
  })
  const tasks = chosen.slice(0, CREATED_AT_ONCE).map((task) => ({
    ...task,
    key: task.key ?? keyOf(id, task, now),
    isFresh: task.key === undefined,
  }))
  const next = new Set(chosen.slice(CREATED_AT_ONCE).map(({ candidate }) => candidate.personId))
  return { tasks, next, waiting, waitUntil: day.nextMorning }
}

function keyOf(installationId: string, { candidate }: ChosenTask, now: Date): string {
  const parts = [installationId, candidate.personId, candidate.tier, now.toISOString()]
  return createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 12)
}

/** Before any call: a crash in between is found out by the key, and makes no second task. */
async function reserve(
  { db, clock }: Deps,
  installationId: string,
  tasks: readonly PlannedTask[],
): Promise<void> {
  const fresh = tasks.filter((task) => task.isFresh)
  const rows = fresh.map(({ candidate: { personId, tier }, ownerId, key }) => ({
    personId,
    tier,
    ownerId,
    key,
  }))
  await reserveTasks(db, installationId, rows, clock.now())
}

/** What the CRM refuses for good is told; every other failure leaves the batch to be tried again. */
async function create(
  { db, clock, crm }: Deps,
  installation: Installation,
  task: PlannedTask,
): Promise<Rejection | undefined> {
  try {
    await crm.open(installation).connection.createTask(wordsOf(task, clock.now()))
    await confirmTasks(db, installation.id, [task.key], clock.now())
    return undefined
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    return { kind: 'person', id: task.candidate.personId, reason: error.message }
  }
}

function wordsOf({ candidate, ownerId, key }: PlannedTask, now: Date): Task {
  const { personId, tier, score, reasons } = candidate
  return {
    personId,
    ownerId,
    key,
    subject: `Tier ${tier} lead: get in touch (score ${Math.round(score)})`,
    body: reasons === '' ? 'No single reason stands out.' : `Why: ${reasons}`,
    dueAt: now,
  }
}

async function conclude(
  { db, clock }: Deps,
  installationId: string,
  claims: readonly Claim[],
  { tasks, next, waiting, waitUntil }: Plan,
  refused: readonly Rejection[],
): Promise<void> {
  const now = clock.now()
  const isOpen = ({ id }: Claim) => next.has(id) || waiting.has(id)
  const failed = new Set(refused.map(({ id }) => id))
  const passed = tasks.map(({ candidate }) => candidate.personId).filter((id) => !failed.has(id))
  await inTransaction(db, async (transaction) => {
    await reject(transaction, installationId, 'task', refused, now)
    await resolveRejections(transaction, installationId, 'task', 'person', passed, now)
    const late = claims.filter(({ id }) => waiting.has(id))
    await release(transaction, installationId, 'task', late, waitUntil)
    const soon = claims.filter(({ id }) => next.has(id))
    await release(transaction, installationId, 'task', soon)
    const done = claims.filter((claim) => !isOpen(claim)).map((claim) => ({ claim }))
    await settle(transaction, installationId, 'task', done)
  })
}
