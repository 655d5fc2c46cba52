import { UserError } from '../errors.ts'
import { compileModel } from '../scoring/engine/compile.ts'
import { type Attribution, attribute, type ScoredMoment } from '../scoring/history/attribution.ts'
import { formatMoment } from '../scoring/language/duration.ts'
import { parseModel } from '../scoring/language/parse.ts'
import type { Facts, Scorer, Standing } from '../scoring/result.ts'
import type { Db } from '../store/database.ts'
import { storedModel } from '../store/model-lookup.ts'
import {
  activitiesFromOthers,
  firstReceipt,
  type Receipt,
  receiptAt,
} from '../store/receipt-history.ts'
import { factsOf, type ScoringInput, scoringInputs } from '../store/scoring-inputs.ts'
import { liveModelOf } from './replay-models.ts'

/** A difference with what must be known to read it right. */
export interface AttributedPerson {
  readonly attribution: Attribution
  readonly notes: readonly string[]
}

/**
 * Takes the difference between a person's score at a moment and their score now apart. The earlier score is
 * the receipt's that was in force then; it is replayed with the model that made it on the facts as known when
 * it was made, and what this does not give again is `unrecorded`.
 * @returns null when the person is not among the living
 */
export async function attributePerson(
  db: Db,
  installationId: string,
  personId: string,
  since: Date,
  now: Date,
): Promise<AttributedPerson | null> {
  const [input] = await scoringInputs(db, installationId, [personId])
  if (input === undefined) return null
  const after = { scorer: await liveScorer(db, installationId), facts: factsOf(input), asOf: now }
  const inForce = await receiptAt(db, installationId, personId, since)
  const receipt = inForce ?? (await firstReceipt(db, installationId, personId))
  if (receipt === null) {
    return {
      attribution: attribute(null, after),
      notes: ['There is no receipt of an earlier score.'],
    }
  }
  const merged = await mergedSince(db, installationId, input, receipt)
  const { scorer, notes } = await scorerOf(db, installationId, receipt, after.scorer)
  const before = await replayed(db, installationId, personId, receipt, scorer, merged)
  return {
    attribution: attribute(before, after, merged),
    notes: [...(inForce ? [] : [noScoreBefore(since, receipt)]), ...notes],
  }
}

async function liveScorer(db: Db, installationId: string): Promise<Scorer> {
  const model = await liveModelOf(db, { id: installationId })
  if (model) return compileModel(model)
  throw new UserError('No model is published for this installation; publish one first')
}

function noScoreBefore(since: Date, { asOf }: Receipt): string {
  return `There was no score at ${formatMoment(since)}; the first is of ${formatMoment(asOf)}, and is what is compared with.`
}

function mergedSince(
  db: Db,
  installationId: string,
  { id, records }: ScoringInput,
  receipt: Receipt,
): Promise<ReadonlySet<string>> {
  const known = new Set(receipt.records ?? [id])
  const joined = records.filter((record) => !known.has(record))
  return activitiesFromOthers(db, installationId, records, joined)
}

/** The model that made the receipt; where it cannot be used any more, the live one instead. */
async function scorerOf(
  db: Db,
  installationId: string,
  { result: { model } }: Receipt,
  live: Scorer,
): Promise<{ scorer: Scorer; notes: readonly string[] }> {
  if (model === live.model) return { scorer: live, notes: [] }
  const stored = await storedModel(db, installationId, model)
  const parsed = stored && parseModel(stored.document, model)
  if (parsed?.ok) return { scorer: compileModel(parsed.model), notes: [] }
  const note = `The model ${model}, which made the earlier score, cannot be run any more: what its rules did differently is among what is not on record.`
  return { scorer: live, notes: [note] }
}

async function replayed(
  db: Db,
  installationId: string,
  personId: string,
  { asOf, result }: Receipt,
  scorer: Scorer,
  merged: ReadonlySet<string>,
): Promise<ScoredMoment> {
  const [input] = await scoringInputs(db, installationId, [personId], asOf)
  const facts: Facts = input ? factsOf(input) : { person: {}, company: {}, activities: [] }
  const recorded = { ...result, lines: result.contributions }
  return { scorer, facts: beforeMerge(scorer, facts, asOf, merged, recorded), asOf, recorded }
}

/**
 * An activity that was moved here keeps the time since when it is known, so that it seems to have always been
 * here. Whether it already was when the score was made, only the score can tell: the facts that come nearer to
 * it are taken.
 */
function beforeMerge(
  scorer: Scorer,
  facts: Facts,
  asOf: Date,
  merged: ReadonlySet<string>,
  { score }: Standing,
): Facts {
  const own = facts.activities.filter(({ id }) => !merged.has(id))
  if (own.length === facts.activities.length) return facts
  const alone = { ...facts, activities: own }
  const distance = (candidate: Facts) => Math.abs(scorer.standing(candidate, asOf).score - score)
  return distance(alone) < distance(facts) ? alone : facts
}
