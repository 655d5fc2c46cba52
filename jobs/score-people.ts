import { createHash } from 'node:crypto'
import { messageOf } from '../src/errors.ts'
import { engagedAt } from '../src/scoring/accounts/engaged-at.ts'
import type { Facts, Result, Scorer } from '../src/scoring/result.ts'
import { writtenValues } from '../src/scoring/written-values.ts'
import { type Claim, mark } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { dropScores, type ScoreRow, saveScores } from '../src/store/scores.ts'
import { factsOf, type ScoringInput, scoringInputs } from '../src/store/scoring-inputs.ts'
import { inStep } from '../src/tracing/spans.ts'
import type { Deps } from './deps.ts'
import { retractScannerClicks, withoutScannerClicks } from './retract-scanner-clicks.ts'
import { markAccounts } from './score-accounts.ts'
import { keepShadow, scoreShadow } from './score-shadow.ts'
import { goneFrom, keepVerdicts, type Verdict } from './verdicts.ts'

/** Scores people with the live model, keeps a receipt of what changed, and notes when time changes it next. */
export async function scorePeople(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
): Promise<void> {
  const scorer = await deps.scorer(installation.id)
  const ids = claims.map((claim) => claim.id)
  const { inputs, scannerClicks } = await inStep('read inputs', {}, async () => {
    const read = await scoringInputs(deps.db, installation.id, ids)
    return withoutScannerClicks(deps, installation.id, read)
  })
  const asOf = deps.clock.now()
  const verdicts = await inStep('compute', {}, async () =>
    inputs.map((input) => judge(scorer, input, asOf)),
  )
  const shadow = await scoreShadow(deps, installation.id, inputs, factsOf, asOf)
  const judged = { kind: 'person', model: scorer.model, claims, verdicts, asOf } as const
  await keepVerdicts(deps, installation, judged, async (transaction, news, held) => {
    const rule = deps.scannerRule.version
    await retractScannerClicks(transaction, installation.id, scannerClicks, rule, asOf)
    await saveScores(transaction, installation.id, news)
    const left = await dropScores(transaction, installation.id, goneFrom(claims, verdicts))
    await mark(transaction, installation.id, 'score', 'company', left, asOf)
    await keepShadow(transaction, installation.id, shadow, held)
    await markAccounts(transaction, installation.id, inputs, news, asOf)
  })
}

/** One person that cannot be scored must not hold up the others of the batch. */
function judge(scorer: Scorer, input: ScoringInput, asOf: Date): Verdict<ScoringInput, ScoreRow> {
  try {
    const facts = factsOf(input)
    const result = scorer.score(facts, asOf)
    const written = { ...writtenValues(result), plumbline_outlook: scorer.outlook(result) }
    return { input, row: scoreRow(input, facts, result, written, asOf) }
  } catch (error) {
    return { input, failure: messageOf(error) }
  }
}

function scoreRow(
  input: ScoringInput,
  facts: Facts,
  result: Result,
  written: Readonly<Record<string, string>>,
  asOf: Date,
): ScoreRow {
  // The previous tier and stage are left out: they follow from earlier inputs, and would make the second
  // scoring of unchanged facts look like news. The receipt records them beside the hash.
  const { previous, ...observed } = facts
  return {
    personId: input.id,
    model: result.model,
    asOf,
    inputsHash: hashOf(observed, input),
    previous: previous ?? null,
    writtenValues: written,
    engagedAt: engagedAt(result),
    records: input.records,
    account: input.account,
    result,
  }
}

/** Where identity was inferred, another inference is news even if it comes to the same facts. */
function hashOf(observed: Omit<Facts, 'previous'>, { records, account }: ScoringInput): string {
  const inferred = {
    ...(records.length > 1 && { records }),
    ...(account?.basis === 'domain' && { account }),
  }
  const hashed = JSON.stringify({ ...observed, ...inferred })
  return createHash('sha256').update(hashed).digest('hex')
}
