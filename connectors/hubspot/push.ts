import { CrmRateLimited, CrmRejected } from '../../src/errors.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Log } from '../../src/log.ts'
import { chunks } from '../chunks.ts'
import type { Write, WriteOutcome } from '../connector.ts'
import { inParallel } from '../parallel.ts'
import {
  isTransient,
  once,
  onePerRecord,
  rejected,
  retry,
  retryAll,
  tiersIn,
} from '../push-parts.ts'
import { HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { DEFINITIONS } from './definitions.ts'
import { HubspotRejected, isPortalRule } from './errors.ts'
import { BATCH, BATCHES_IN_FLIGHT } from './limits.ts'
import { healKind, type Provisioned } from './provision.ts'
import { outcomesOf, whereabouts } from './push-outcomes.ts'
import { UpdateAnswer } from './schema.ts'

const OBJECTS: Readonly<Record<SubjectKind, string>> = { person: 'contacts', company: 'companies' }

/** One push: what its batches share. */
interface Run {
  readonly client: HubspotClient
  readonly log: Log
  readonly path: string
  /** Our properties of this kind. */
  readonly ours: ReadonlySet<string>
  /** Restores our properties and the options that are being written, once however many batches want it. */
  readonly heal: () => Promise<Provisioned>
  /** Properties of ours that cannot take our values; known after healing. */
  retyped: Provisioned['retyped']
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
    ours: new Set(DEFINITIONS[kind].map(({ name }) => name)),
    heal: once(() => healKind(client, kind, tiersIn(writes, kind))),
    retyped: new Map(),
  }
  // A repeated id makes HubSpot refuse the whole batch.
  const batches = chunks(onePerRecord(writes, kind), BATCH)
  const outcomes = await inParallel(batches, BATCHES_IN_FLIGHT, (batch) =>
    run.retyped.size > 0 ? writeWithoutRetyped(run, batch) : writeBatch(run, batch),
  )
  return outcomes.flat()
}

/** One call: answered, put off, or refused as a whole. */
type Sent =
  | { readonly as: 'answered' | 'late'; readonly outcomes: readonly WriteOutcome[] }
  | { readonly as: 'refused'; readonly refusal: HubspotRejected }

async function send(run: Run, batch: readonly Write[]): Promise<Sent> {
  if (run.pausedBy) return { as: 'late', outcomes: retryAll(batch, run.pausedBy) }
  try {
    const inputs = batch.map(({ subject, values }) => ({ id: subject.id, properties: values }))
    const answer = await run.client.call({
      method: 'POST',
      path: `${run.path}/batch/update`,
      body: { inputs },
      answer: UpdateAnswer,
    })
    return { as: 'answered', outcomes: await outcomesOf(run, batch, answer) }
  } catch (error) {
    if (error instanceof CrmRateLimited) run.pausedBy = error
    if (isTransient(error)) return { as: 'late', outcomes: retryAll(batch, error) }
    if (!(error instanceof HubspotRejected) || error.status === 403) throw error
    return { as: 'refused', refusal: error }
  }
}

async function writeBatch(run: Run, batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
  const sent = await send(run, batch)
  if (sent.as !== 'refused') return sent.outcomes
  const { refusal } = sent
  return mayBeHealed(run, refusal)
    ? healAndRepeat(run, batch, refusal)
    : writeApart(run, batch, refusal)
}

/** The same once healing has been tried. */
async function writeHealed(run: Run, batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
  if (batch.length === 0) return []
  const sent = await send(run, batch)
  return sent.as === 'refused' ? writeApart(run, batch, sent.refusal) : sent.outcomes
}

/** Somebody may have deleted a property of ours or an option of it, or made it anew with another type. */
function mayBeHealed({ ours }: Run, refusal: HubspotRejected): boolean {
  return isMissing(refusal) || (!isPortalRule(refusal) && !ours.isDisjointFrom(refusal.properties))
}

function isMissing({ codes }: HubspotRejected): boolean {
  return codes.has('PROPERTY_DOESNT_EXIST') || codes.has('INVALID_OPTION')
}

async function healAndRepeat(
  run: Run,
  batch: readonly Write[],
  refusal: HubspotRejected,
): Promise<readonly WriteOutcome[]> {
  try {
    const { changed, retyped } = await run.heal()
    run.retyped = retyped
    if (retyped.size > 0) return await writeWithoutRetyped(run, batch)
    return changed ? await writeHealed(run, batch) : await writeApart(run, batch, refusal)
  } catch (error) {
    if (isTransient(error)) return retryAll(batch, error)
    if (!(error instanceof CrmRejected)) throw error
    if (!isMissing(refusal)) return writeApart(run, batch, refusal)
    return batch.map((write) => rejected(write, error.message))
  }
}

/** What a property of another type cannot take is told per record; the other fields are written all the same. */
async function writeWithoutRetyped(
  run: Run,
  batch: readonly Write[],
): Promise<readonly WriteOutcome[]> {
  const reasons = new Map<string, string>()
  const kept: Write[] = []
  for (const { subject, values } of batch) {
    const fields = Object.entries(values)
    const possible = fields.filter(([name]) => !run.retyped.has(name))
    const lost = fields.flatMap(([name]) => run.retyped.get(name) ?? [])
    if (lost.length > 0) reasons.set(subject.id, lost.join('. '))
    if (possible.length > 0) kept.push({ subject, values: Object.fromEntries(possible) })
  }
  const outcomes = new Map((await writeHealed(run, kept)).map((outcome) => [outcome.id, outcome]))
  return batch.map((write) => {
    const outcome = outcomes.get(write.subject.id)
    const reason = reasons.get(write.subject.id)
    const stands = outcome && (outcome.status !== 'written' || reason === undefined)
    return stands ? outcome : rejected(write, reason ?? 'nothing of it can be written')
  })
}

/**
 * HubSpot does not say which record made it refuse all of them, so a refused batch is halved. Where the first
 * half passes the second is known to be at fault: two calls per halving at the most, 2 log2(n) per record.
 */
async function writeApart(
  run: Run,
  batch: readonly Write[],
  refusal: HubspotRejected,
): Promise<readonly WriteOutcome[]> {
  if (refusal.codes.has('PROPERTY_DOESNT_EXIST')) return writeOthers(run, batch, refusal)
  if (batch.length === 1) {
    return inParallel(batch, 1, async (write) =>
      refusal.status === 404
        ? whereabouts(run, write.subject.id)
        : rejected(write, refusal.message),
    )
  }
  const middle = Math.floor(batch.length / 2)
  const [first, second] = [batch.slice(0, middle), batch.slice(middle)]
  const sent = await send(run, first)
  if (sent.as === 'answered') {
    return [...sent.outcomes, ...(await writeApart(run, second, refusal))]
  }
  const outcomes =
    sent.as === 'refused' ? await writeApart(run, first, sent.refusal) : sent.outcomes
  return [...outcomes, ...(await writeHealed(run, second))]
}

/** A field that is no property of ours cannot be healed; records without it can still be written. */
async function writeOthers(
  run: Run,
  batch: readonly Write[],
  refusal: HubspotRejected,
): Promise<readonly WriteOutcome[]> {
  const fine = batch.filter(
    (write) => !Object.keys(write.values).some((name) => refusal.properties.has(name)),
  )
  const others = fine.length < batch.length ? fine : []
  const refused = batch.filter((write) => !others.includes(write))
  // One of ours was deleted again after it was healed: the next push heals it.
  const comesBack = refusal.properties.size > 0 && refusal.properties.isSubsetOf(run.ours)
  const outcome = comesBack ? retry : rejected
  const outcomes = refused.map((write) => outcome(write, refusal.message))
  return [...outcomes, ...(await writeHealed(run, others))]
}
