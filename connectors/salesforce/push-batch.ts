import { CrmRateLimited } from '../../src/errors.ts'
import { chunks } from '../chunks.ts'
import type { Write, WriteOutcome } from '../connector.ts'
import { inParallel } from '../parallel.ts'
import { isTransient, rejected, retry, retryAll } from '../push-parts.ts'
import type { SalesforceRejected } from './errors.ts'
import { BATCH } from './limits.ts'
import { inParentOrder } from './push-locks.ts'
import { type Refused, whereabouts, withLosses } from './push-outcomes.ts'
import type { Run } from './push-run.ts'
import { type Answers, type Sent, sendCollection } from './push-send.ts'
import { type Prepared, prepare } from './push-values.ts'
import { classOf, type RefusalClass, reasonFor } from './refusals.ts'

/** Several, so that the customer's automation in one does not hold up the others; few, as they compete for locks. */
const BATCHES_IN_FLIGHT = 3
/** Triggers and flows of a batch share one transaction's limits; 25 records fit them, or none do. */
const SMALLEST_BATCH = 25
/** Batches for rows that somebody else had locked, each after a longer pause; Salesforce itself waits 10 s. */
const AFTER_LOCKS = [
  { size: 50, pauseMs: 1_000 },
  { size: 10, pauseMs: 4_000 },
] as const
/** Of whole batches: an org that refuses everything must not cost its day's requests. */
const REFUSALS_AT_MOST = 50

/** Writes records of one object, 200 to a call, in their order; one outcome each. */
export async function writeInBatches(
  run: Run,
  writes: readonly Write[],
): Promise<readonly WriteOutcome[]> {
  const batches = chunks(writes, BATCH)
  const outcomes = await inParallel(batches, BATCHES_IN_FLIGHT, (batch) => writeBatch(run, batch))
  return outcomes.flat()
}

/** One batch that was tried. */
export interface Tried {
  readonly batch: readonly Write[]
  /** Whether our fields had been looked after before. */
  readonly wasHealed: boolean
  /** How often some of it met locks. */
  readonly round: number
}

async function writeBatch(
  run: Run,
  batch: readonly Write[],
  round = 0,
): Promise<readonly WriteOutcome[]> {
  return writeBy(run, batch, round, (records) => sendCollection(run.org, run.sObject, records))
}

/** Prepares, sends in the given way, and follows up by collections. */
export async function writeBy(
  run: Run,
  batch: readonly Write[],
  round: number,
  send: (records: readonly Prepared[]) => Promise<Sent>,
  follow = followUp,
): Promise<readonly WriteOutcome[]> {
  const wasHealed = run.isHealed
  const prepared = batch.map((write) => prepare(write, run.usable))
  const hasFields = (record: Prepared | undefined) => Object.keys(record?.fields ?? {}).length > 0
  const sendable = batch.filter((_, at) => hasFields(prepared[at]))
  if (sendable.length === 0) return withLosses(batch, prepared, [])
  const sent = run.pausedBy ? lateBy(run.pausedBy) : await send(prepared.filter(hasFields))
  if (sent.as === 'late' && sent.error instanceof CrmRateLimited) run.pausedBy = sent.error
  const outcomes = await follow(run, { batch: sendable, wasHealed, round }, sent)
  return withLosses(batch, prepared, outcomes)
}

function lateBy(error: CrmRateLimited): Sent {
  return { as: 'late', error }
}

/** What becomes of a batch by what was said about it. */
export async function followUp(
  run: Run,
  tried: Tried,
  sent: Sent,
): Promise<readonly WriteOutcome[]> {
  if (sent.as === 'late') return retryAll(tried.batch, sent.error)
  try {
    return sent.as === 'refused'
      ? await followRefusal(run, tried, sent.refusal)
      : await followAnswers(run, tried, sent.answers)
  } catch (error) {
    if (isTransient(error)) return retryAll(tried.batch, error)
    throw error
  }
}

/**
 * A call that was refused does not say which record is to blame, so the batch is halved until it is found. What is
 * about us, and not about the records, is thrown.
 */
async function followRefusal(
  run: Run,
  tried: Tried,
  refusal: SalesforceRejected,
): Promise<readonly WriteOutcome[]> {
  const { batch, round } = tried
  const reason = reasonFor(refusal.problems)
  const refusalClass = classOf(refusal.problems)
  run.refusals += 1
  if (refusalClass === 'our fields' && (await mayPassNow(run, tried))) {
    return writeBatch(run, batch, round)
  }
  if (refusal.status === 403) throw refusal
  const [first, ...others] = batch
  if (first && others.length === 0) {
    const refused = { write: first, problems: refusal.problems }
    return refusalClass === 'over'
      ? whereabouts(run.org, run.sObject, [refused])
      : [rejected(first, reason)]
  }
  if (run.refusals > REFUSALS_AT_MOST) return batch.map((write) => retry(write, reason))
  return inHalves(run, batch, round)
}

/** Whether our fields were mended, by this batch or by another since it was sent. */
async function mayPassNow(run: Run, { wasHealed }: Tried): Promise<boolean> {
  if (wasHealed) return false
  return run.isHealed || run.heal()
}

async function inHalves(
  run: Run,
  batch: readonly Write[],
  round: number,
): Promise<readonly WriteOutcome[]> {
  const outcomes: WriteOutcome[] = []
  for (const half of chunks(batch, Math.ceil(batch.length / 2))) {
    outcomes.push(...(await writeBatch(run, half, round)))
  }
  return outcomes
}

/** What becomes of each record of an answered batch. */
export async function followAnswers(
  run: Run,
  tried: Tried,
  answers: Answers,
): Promise<readonly WriteOutcome[]> {
  const outcomes: WriteOutcome[] = []
  const refused: Refused[] = []
  for (const write of tried.batch) {
    const problems = answers.get(write.subject.id)
    if (!problems) outcomes.push(retry(write, 'Salesforce said nothing about this record'))
    else if (problems.length > 0) refused.push({ write, problems })
    else outcomes.push({ id: write.subject.id, status: 'written' })
  }
  const nothingPassed = outcomes.length === 0
  const groups = Map.groupBy(refused, ({ problems }) => classOf(problems))
  for (const [refusalClass, alike] of groups) {
    const followed = await FOLLOW[refusalClass](run, { tried, refused: alike, nothingPassed })
    outcomes.push(...followed)
  }
  return outcomes
}

/** Records of a batch that were refused alike. */
interface RefusedAlike {
  readonly tried: Tried
  readonly refused: readonly Refused[]
  /** Of the whole batch. */
  readonly nothingPassed: boolean
}

const FOLLOW: Readonly<
  Record<RefusalClass, (run: Run, alike: RefusedAlike) => Promise<readonly WriteOutcome[]>>
> = {
  over: ({ org, sObject }, { refused }) => whereabouts(org, sObject, refused),
  locked: followLocks,
  passing: async (_run, { refused }) => putOff(refused),
  'our fields': followOurFields,
  automation: followAutomation,
  record: async (_run, { refused }) => refuse(refused),
}

function refuse(refused: readonly Refused[]): readonly WriteOutcome[] {
  return refused.map(({ write, problems }) => rejected(write, reasonFor(problems)))
}

function putOff(refused: readonly Refused[]): readonly WriteOutcome[] {
  return refused.map(({ write, problems }) => retry(write, reasonFor(problems)))
}

/** Pauses differ, so that two writers who met do not meet again; contacts of one account go together. */
async function followLocks(
  run: Run,
  { tried, refused }: RefusedAlike,
): Promise<readonly WriteOutcome[]> {
  const next = AFTER_LOCKS[tried.round]
  if (!next) return putOff(refused)
  const { org } = run
  await org.sleep(next.pauseMs * (1 + Math.random()), org.context.signal)
  const outcomes: WriteOutcome[] = []
  const ordered = await inParentOrder(org, run.sObject, writesOf(refused))
  for (const some of chunks(ordered, next.size)) {
    outcomes.push(...(await writeBatch(run, some, tried.round + 1)))
  }
  return outcomes
}

async function followOurFields(
  run: Run,
  { tried, refused }: RefusedAlike,
): Promise<readonly WriteOutcome[]> {
  if (await mayPassNow(run, tried)) return writeBatch(run, writesOf(refused), tried.round)
  return refused.map(({ write, problems }) =>
    rejected(write, [reasonFor(problems), ...run.problems].join('. ')),
  )
}

/** A batch of which nothing passed may just be too big for the customer's automation: no code says so. */
async function followAutomation(
  run: Run,
  { tried, refused, nothingPassed }: RefusedAlike,
): Promise<readonly WriteOutcome[]> {
  const isBig = refused.length > SMALLEST_BATCH
  if (nothingPassed && isBig && run.halvingHelps) {
    return inHalves(run, writesOf(refused), tried.round)
  }
  if (nothingPassed && refused.length > 1) run.halvingHelps = false
  return refuse(refused)
}

function writesOf(refused: readonly Refused[]): readonly Write[] {
  return refused.map(({ write }) => write)
}
