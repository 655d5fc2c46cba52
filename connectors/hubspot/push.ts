import { CrmRateLimited, CrmRejected, CrmUnavailable, messageOf } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Log } from '../../src/log.ts'
import type { Write, WriteOutcome } from '../connector.ts'
import { inParallel } from '../parallel.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { HubspotRejected } from './errors.ts'
import { BATCH, BATCHES_IN_FLIGHT } from './limits.ts'
import { provisionKind } from './provision.ts'
import { type BatchError, ObjectId, UpdateAnswer } from './schema.ts'

const OBJECTS: Readonly<Record<SubjectKind, string>> = { person: 'contacts', company: 'companies' }

/** One push: what its batches share. */
interface Run {
  readonly client: HubspotClient
  readonly log: Log
  readonly path: string
  /** Restores our properties, once however many batches find them missing. */
  readonly heal: () => Promise<void>
  /** Set when HubSpot wants quiet for longer than a call waits: the rest is left for later. */
  pausedBy?: CrmRateLimited
}

/**
 * Writes values into records of one kind, 100 to a call. One outcome per record; several writes to one record
 * become one, the later value of a field counting.
 * @throws CrmAuthExpired, CrmDisconnected, CrmMisconfigured, and CrmRejected when the right to write is missing
 */
export async function push(
  client: HubspotClient,
  log: Log,
  writes: readonly Write[],
): Promise<readonly WriteOutcome[]> {
  const kind = writes[0]?.subject.kind
  if (kind === undefined) return []
  const run: Run = {
    client,
    log,
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${OBJECTS[kind]}`,
    heal: once(() => provisionKind(client, kind)),
  }
  const batches = chunks(onePerRecord(writes, kind), BATCH)
  const outcomes = await inParallel(batches, BATCHES_IN_FLIGHT, (batch) => writeBatch(run, batch))
  return outcomes.flat()
}

/** A repeated id makes HubSpot refuse the whole batch. */
function onePerRecord(writes: readonly Write[], kind: SubjectKind): readonly Write[] {
  const byId = new Map<string, Write>()
  for (const { subject, values } of writes) {
    if (subject.kind !== kind) throw new TypeError(`One push writes one kind, not also ${kind}`)
    const earlier = byId.get(subject.id)?.values
    byId.set(subject.id, { subject, values: { ...earlier, ...values } })
  }
  return [...byId.values()]
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size))
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined
  return () => {
    started ??= work()
    return started
  }
}

async function writeBatch(
  run: Run,
  batch: readonly Write[],
  healed = false,
): Promise<readonly WriteOutcome[]> {
  if (run.pausedBy) return retryAll(batch, run.pausedBy)
  try {
    const inputs = batch.map(({ subject, values }) => ({ id: subject.id, properties: values }))
    const path = `${run.path}/batch/update`
    const answer = await run.client.call({
      method: 'POST',
      path,
      body: { inputs },
      answer: UpdateAnswer,
    })
    return await outcomesOf(run, batch, answer)
  } catch (error) {
    return afterFailure(run, batch, error, healed)
  }
}

async function afterFailure(
  run: Run,
  batch: readonly Write[],
  error: unknown,
  healed: boolean,
): Promise<readonly WriteOutcome[]> {
  if (error instanceof CrmRateLimited) run.pausedBy = error
  if (isTransient(error)) return retryAll(batch, error)
  if (!(error instanceof HubspotRejected) || error.status === 403) throw error
  if (!healed && propertiesDiffer(error)) return healAndRepeat(run, batch)
  if (error.codes.has('PROPERTY_DOESNT_EXIST')) return writeOthers(run, batch, error)
  if (batch.length === 1) return inParallel(batch, 1, (write) => afterRefusal(run, write, error))
  // HubSpot does not say which record made it refuse all of them.
  const middle = Math.ceil(batch.length / 2)
  const first = await writeBatch(run, batch.slice(0, middle), healed)
  return [...first, ...(await writeBatch(run, batch.slice(middle), true))]
}

function isTransient(error: unknown): error is CrmRateLimited | CrmUnavailable {
  return error instanceof CrmRateLimited || error instanceof CrmUnavailable
}

/** Somebody deleted a property of ours, or an option of it. */
function propertiesDiffer({ codes }: HubspotRejected): boolean {
  return codes.has('PROPERTY_DOESNT_EXIST') || codes.has('INVALID_OPTION')
}

async function healAndRepeat(run: Run, batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
  try {
    await run.heal()
  } catch (error) {
    if (isTransient(error)) return retryAll(batch, error)
    if (error instanceof CrmRejected) return batch.map((write) => rejected(write, error.message))
    throw error
  }
  return writeBatch(run, batch, true)
}

/** A field that is no property of ours cannot be healed; records without it can still be written. */
async function writeOthers(
  run: Run,
  batch: readonly Write[],
  error: HubspotRejected,
): Promise<readonly WriteOutcome[]> {
  const fine = batch.filter(
    (write) => !Object.keys(write.values).some((name) => error.properties.has(name)),
  )
  const others = fine.length < batch.length ? fine : []
  const refused = batch.filter((write) => !others.includes(write))
  const outcomes = refused.map((write) => rejected(write, error.message))
  return others.length === 0 ? outcomes : [...outcomes, ...(await writeBatch(run, others, true))]
}

async function afterRefusal(run: Run, write: Write, error: HubspotRejected): Promise<WriteOutcome> {
  return error.status === 404 ? whereabouts(run, write.subject.id) : rejected(write, error.message)
}

/** Errors are matched to records by id, never by place: HubSpot keeps no order. */
async function outcomesOf(
  run: Run,
  batch: readonly Write[],
  answer: UpdateAnswer,
): Promise<readonly WriteOutcome[]> {
  const asked = new Set(batch.map((write) => write.subject.id))
  const written = new Set(answer.results.map((result) => result.id))
  const strangers = written.difference(asked).size
  if (strangers > 0) run.log.warn({ crm: CRM, strangers }, 'write answer for records not written')
  const errors = errorsById(answer)
  return inParallel(batch, 1, async (write): Promise<WriteOutcome> => {
    const { id } = write.subject
    if (written.has(id)) return { id, status: 'written' }
    const error = errors.get(id)
    if (!error || error.category === 'OBJECT_NOT_FOUND') return whereabouts(run, id)
    const reason = error.message ?? error.category ?? 'HubSpot gave no reason'
    return error.category === 'RATE_LIMITS'
      ? { id, status: 'retry', reason }
      : rejected(write, reason)
  })
}

function errorsById(answer: UpdateAnswer): ReadonlyMap<string, BatchError> {
  const errors = new Map<string, BatchError>()
  for (const error of answer.errors ?? []) {
    for (const id of error.context?.['ids'] ?? []) errors.set(id, error)
  }
  return errors
}

/** Where a record is that the batch did not write: a merged id is answered with the survivor's. */
async function whereabouts(run: Run, id: string): Promise<WriteOutcome> {
  try {
    const query = { properties: 'hs_object_id' }
    const path = `${run.path}/${encodeURIComponent(id)}`
    const found = await run.client.call({ method: 'GET', path, query, answer: ObjectId })
    if (found.id !== id) return { id, status: 'moved', to: found.id }
    return { id, status: 'retry', reason: 'HubSpot has the record but did not say it was written' }
  } catch (error) {
    if (error instanceof CrmRejected && error.status === 404) return { id, status: 'gone' }
    if (isTransient(error)) return { id, status: 'retry', reason: messageOf(error) }
    throw error
  }
}

function rejected(write: Write, reason: string): WriteOutcome {
  return { id: write.subject.id, status: 'rejected', reason }
}

function retryAll(
  batch: readonly Write[],
  error: CrmRateLimited | CrmUnavailable,
): readonly WriteOutcome[] {
  const later = error instanceof CrmRateLimited ? { afterMs: error.retryAfterMs } : {}
  const outcome = { status: 'retry', reason: error.message, ...later } as const
  return batch.map(({ subject }) => ({ id: subject.id, ...outcome }))
}
