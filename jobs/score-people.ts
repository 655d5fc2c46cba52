import { createHash } from 'node:crypto'
import { messageOf } from '../src/errors.ts'
import type { Facts, Result, Scorer } from '../src/scoring/result.ts'
import { writtenValues } from '../src/scoring/written-values.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, mark, type Settlement, settle } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { type Rejection, reject, resolveRejections } from '../src/store/rejections.ts'
import { type ScoreRow, saveScores } from '../src/store/scores.ts'
import { type ScoringInput, scoringInputs } from '../src/store/scoring-inputs.ts'
import type { Deps } from './deps.ts'

/** Scores people with the live model, keeps a receipt of what changed, and notes when time changes it next. */
export async function scorePeople(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
): Promise<void> {
  const scorer = await deps.scorer(installation.id)
  const ids = claims.map((claim) => claim.id)
  const inputs = await scoringInputs(deps.db, installation.id, ids)
  const asOf = deps.clock.now()
  const verdicts = inputs.map((input) => judge(scorer, input, asOf))
  await saveVerdicts(deps, installation, claims, verdicts, asOf)
  if (verdicts.some(isRewritten)) await deps.wake('write_back', installation.id)
}

/** What scoring one person came to: a score, or why it failed. */
type Verdict =
  | { readonly input: ScoringInput; readonly row: ScoreRow }
  | { readonly input: ScoringInput; readonly failure: string }

/** One person that cannot be scored must not hold up the others of the batch. */
function judge(scorer: Scorer, input: ScoringInput, asOf: Date): Verdict {
  try {
    const facts = factsOf(input)
    const result = scorer.score(facts, asOf)
    return { input, row: scoreRow(input, facts, result, asOf) }
  } catch (error) {
    return { input, failure: messageOf(error) }
  }
}

function factsOf({ person, company, activities, previous }: ScoringInput): Facts {
  return {
    person,
    company,
    activities: activities.map((activity) => ({ ...activity, at: new Date(activity.at) })),
    ...(previous && { previous }),
  }
}

function scoreRow(input: ScoringInput, facts: Facts, result: Result, asOf: Date): ScoreRow {
  // The previous tier and stage are left out: they follow from earlier inputs, and would make the second
  // scoring of unchanged facts look like news. The receipt records them beside the hash.
  const { previous, ...observed } = facts
  return {
    personId: input.id,
    model: result.model,
    asOf,
    inputsHash: createHash('sha256').update(JSON.stringify(observed)).digest('hex'),
    previous: previous ?? null,
    writtenValues: writtenValues(result),
    result,
  }
}

async function saveVerdicts(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
  verdicts: readonly Verdict[],
  asOf: Date,
): Promise<void> {
  const scored = verdicts.filter((verdict) => 'row' in verdict)
  const failed = verdicts.filter((verdict) => 'failure' in verdict)
  await inTransaction(deps.db, async (transaction) => {
    const id = installation.id
    await saveScores(
      transaction,
      id,
      scored.filter(isNews).map(({ row }) => row),
    )
    await reject(transaction, id, 'score', failed.map(asRejection), asOf)
    const passed = scored.map(({ row }) => row.personId)
    await resolveRejections(transaction, id, 'score', 'person', passed, asOf)
    const rewritten = scored.filter(isRewritten).map(({ row }) => row.personId)
    await mark(transaction, id, 'write_back', 'person', rewritten, asOf)
    await settle(transaction, id, 'score', settlements(deps, installation, claims, verdicts))
  })
}

/** A score is news when its inputs, its model or what it writes differ from the current one. */
function isNews({ input, row }: { input: ScoringInput; row: ScoreRow }): boolean {
  return (
    input.inputsHash !== row.inputsHash ||
    input.model !== row.model ||
    differs(input.writtenValues, row.writtenValues)
  )
}

function isRewritten(verdict: Verdict): boolean {
  return 'row' in verdict && differs(verdict.input.writtenValues, verdict.row.writtenValues)
}

type Values = Readonly<Record<string, string>>

function differs(before: Values | null, after: Values): boolean {
  return before === null || Object.entries(after).some(([name, value]) => before[name] !== value)
}

function asRejection({ input, failure }: { input: ScoringInput; failure: string }): Rejection {
  return { kind: 'person', id: input.id, reason: failure }
}

/**
 * What time alone changes is gathered into the installation's nightly moment: full batches instead of a
 * trickle of single writes all day (ARCHITECTURE.md, "Decay is written at night").
 */
function settlements(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
  verdicts: readonly Verdict[],
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
