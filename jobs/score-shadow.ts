import { UserError } from '../src/errors.ts'
import type { Facts, PreviousState, Scorer } from '../src/scoring/result.ts'
import type { Db } from '../src/store/database.ts'
import type { HeldModels } from '../src/store/models.ts'
import type { ScoringInput } from '../src/store/scoring-inputs.ts'
import {
  dropShadowScores,
  type ShadowScore,
  saveShadowScores,
  shadowStates,
} from '../src/store/shadow-scores.ts'
import type { Deps } from './deps.ts'

/** What the shadow model says about a batch of people. */
export interface ShadowBatch {
  /** `id@hash` */
  readonly model: string
  readonly scores: readonly ShadowScore[]
  /** People it could not score. */
  readonly failed: readonly string[]
  readonly asOf: Date
}

/**
 * Scores people with the shadow model; null when there is none. Whatever is wrong with that model is logged and
 * goes no further: the people's real scores do not depend on it.
 * @param factsOf what the live model is given about a person
 */
export async function scoreShadow(
  deps: Deps,
  installationId: string,
  inputs: readonly ScoringInput[],
  factsOf: (input: ScoringInput) => Facts,
  asOf: Date,
): Promise<ShadowBatch | null> {
  const scorer = await shadowScorer(deps, installationId)
  if (!scorer) return null
  const ids = inputs.map(({ id }) => id)
  const states = await shadowStates(deps.db, installationId, ids)
  const scores: ShadowScore[] = []
  const failures: { id: string; error: unknown }[] = []
  for (const input of inputs) {
    try {
      // Its own previous tier and stage: those of the live model would hold it where it never was.
      const facts = withPrevious(factsOf(input), states.get(input.id))
      scores.push({ id: input.id, ...scorer.standing(facts, asOf) })
    } catch (error) {
      failures.push({ id: input.id, error })
    }
  }
  const { model } = scorer
  const [first] = failures
  if (first) {
    const counts = { failed: failures.length, scored: scores.length }
    const details = { installationId, model, ...counts, person: first.id, error: first.error }
    deps.log.warn(details, 'the shadow model cannot score some people')
  }
  return { model, scores, failed: failures.map(({ id }) => id), asOf }
}

/** A stored version that cannot be read any more throws a UserError; anything else concerns the live model as well. */
async function shadowScorer(deps: Deps, installationId: string): Promise<Scorer | null> {
  try {
    return await deps.shadow(installationId)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    deps.log.warn({ installationId, error }, 'the shadow model cannot be used')
    return null
  }
}

function withPrevious({ previous, ...facts }: Facts, state: PreviousState | undefined): Facts {
  return state ? { ...facts, previous: state } : facts
}

/**
 * Keeps what the shadow says, and touches nothing that is written to the CRM. Belongs into the transaction that
 * keeps the real scores and holds the models: a shadow that was ended meanwhile leaves nothing behind.
 */
export async function keepShadow(
  transaction: Db,
  installationId: string,
  batch: ShadowBatch | null,
  held: HeldModels,
): Promise<void> {
  if (batch === null || held.shadow !== batch.model) return
  const { model, scores, failed, asOf } = batch
  await saveShadowScores(transaction, installationId, model, scores, asOf)
  await dropShadowScores(transaction, installationId, failed)
}
