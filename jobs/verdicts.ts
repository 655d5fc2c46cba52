import type { SubjectKind } from '../src/leads/facts.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark, type Settlement } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { release } from '../src/store/leases.ts'
import { type HeldModels, holdModels } from '../src/store/models.ts'
import { type Rejection, reject, resolveRejections } from '../src/store/rejections.ts'
import type { Deps } from './deps.ts'
import { settleOwn } from './settle-own.ts'

type Values = Readonly<Record<string, string>>

/** The score a subject has so far; null throughout before the first. */
interface Current {
  readonly id: string
  readonly inputsHash: string | null
  readonly model: string | null
  readonly writtenValues: Values | null
}

/** A score just computed. */
interface Computed {
  readonly inputsHash: string
  readonly model: string
  readonly writtenValues: Values
  readonly result: { readonly nextChangeAt: string | null }
}

/** What scoring one subject came to: a score, or why it failed. */
export type Verdict<Input extends Current, Row extends Computed> =
  | { readonly input: Input; readonly row: Row }
  | { readonly input: Input; readonly failure: string }

/** A batch of subjects of one kind that was scored at one moment. */
export interface Judged<Input extends Current, Row extends Computed> {
  readonly kind: SubjectKind
  /** `id@hash` of the model that scored. */
  readonly model: string
  readonly claims: readonly Claim[]
  readonly verdicts: readonly Verdict<Input, Row>[]
  readonly asOf: Date
}

/**
 * Ends a batch in one transaction: keeps the scores that are news, files the failures, marks the writing of
 * what changed, and notes when time changes each subject next.
 * @param keep stores the scores that are news; it is told which models stay as they are until then
 */
export async function keepVerdicts<Input extends Current, Row extends Computed>(
  deps: Deps,
  installation: Installation,
  { kind, model, claims, verdicts, asOf }: Judged<Input, Row>,
  keep: (transaction: Db, news: readonly Row[], held: HeldModels) => Promise<void>,
): Promise<void> {
  const scored = verdicts.filter((verdict) => 'row' in verdict)
  const failed = verdicts.filter((verdict) => 'failure' in verdict)
  const passed = scored.map(({ input }) => input.id)
  const rewritten = scored.filter(isRewritten).map(({ input }) => input.id)
  const { id } = installation
  const kept = await inTransaction(deps.db, async (transaction) => {
    const held = await holdModels(transaction, id)
    if (held.live !== null && held.live !== model) return giveBack(transaction, id, claims)
    const news = scored.filter(isNews).map(({ row }) => row)
    await keep(transaction, news, held)
    await reject(transaction, id, 'score', rejections(kind, failed), asOf)
    await resolveRejections(transaction, id, 'score', kind, passed, asOf)
    await mark(transaction, id, 'write_back', kind, rewritten, asOf)
    // With what another worker brings there would be two receipts for one change.
    await settleOwn(transaction, id, 'score', settlements(deps, installation, claims, verdicts))
    return true
  })
  if (kept && rewritten.length > 0) await deps.wake('write_back', id)
}

/** Whoever is due and not in the CRM any more: a batch that was under way when they left may have stored a score. */
export function goneFrom(
  claims: readonly Claim[],
  verdicts: readonly { readonly input: { readonly id: string } }[],
): readonly string[] {
  const alive = new Set(verdicts.map(({ input }) => input.id))
  return claims.map(({ id }) => id).filter((id) => !alive.has(id))
}

/** Another model went live meanwhile. What the retired one said counts no more; the next batch asks the new one. */
async function giveBack(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
): Promise<false> {
  await release(transaction, installationId, 'score', claims)
  return false
}

interface Scored {
  readonly input: Current
  readonly row: Computed
}

/** A score is news when its inputs, its model or what it writes differ from the current one. */
function isNews(scored: Scored): boolean {
  const { input, row } = scored
  return input.inputsHash !== row.inputsHash || input.model !== row.model || isRewritten(scored)
}

function isRewritten({ input: { writtenValues: before }, row }: Scored): boolean {
  const after = Object.entries(row.writtenValues)
  return before === null || after.some(([name, value]) => before[name] !== value)
}

function rejections(
  kind: SubjectKind,
  failed: readonly { input: Current; failure: string }[],
): readonly Rejection[] {
  return failed.map(({ input, failure }) => ({ kind, id: input.id, reason: failure }))
}

/**
 * What time alone changes is gathered into the installation's nightly moment: full batches instead of a
 * trickle of single writes all day (ARCHITECTURE.md, "Decay is written at night").
 */
function settlements(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
  verdicts: readonly Verdict<Current, Computed>[],
): readonly Settlement[] {
  const nextChange = new Map(
    verdicts.map((verdict) => [
      verdict.input.id,
      'row' in verdict ? verdict.row.result.nextChangeAt : null,
    ]),
  )
  return claims.map((claim) => {
    const changesAt = nextChange.get(claim.id)
    if (!changesAt) return { claim }
    return { claim, nextDueAt: deps.timetable.nightly(installation, new Date(changesAt)) }
  })
}
