import type { ModelDocument, ThresholdDocument } from '../language/model-schema.ts'
import { toHundredths } from './points.ts'
import type { Tally } from './tally.ts'

/**
 * Tells which cell a tally lies in, numbered from 0: all thresholds of a model together cut the tallies into cells,
 * and every threshold is reached everywhere in a cell or nowhere.
 */
export function compileCells(document: ModelDocument): (tally: Tally) => number {
  const { grades, stages, tiers, matrix } = document
  const asked = [stages.mql, stages.sql, ...Object.values(tiers)].flatMap(flatten)
  const fits = [...Object.values(grades), matrix?.fit_high]
  const score = cutsOf(asked.map((each) => each.score))
  const fit = cutsOf([...fits, ...asked.map((each) => each.fit)])
  const engagement = cutsOf(asked.map((each) => each.engagement))
  const intent = cutsOf(asked.map((each) => each.intent))
  const both = cutsOf([matrix?.engagement_high])
  return (tally) => {
    let cell = reachedOf(score, tally.score)
    cell = cell * (fit.length + 1) + reachedOf(fit, tally.fit)
    cell = cell * (engagement.length + 1) + reachedOf(engagement, tally.engagement)
    cell = cell * (intent.length + 1) + reachedOf(intent, tally.intent)
    return cell * (both.length + 1) + reachedOf(both, tally.engagement + tally.intent)
  }
}

function flatten(threshold: ThresholdDocument | undefined): ThresholdDocument[] {
  if (threshold === undefined) return []
  const { any = [], all = [] } = threshold
  return [threshold, ...[...any, ...all].flatMap(flatten)]
}

/** In hundredths, each once. */
function cutsOf(points: readonly (number | undefined)[]): number[] {
  return [...new Set(points.flatMap((each) => (each === undefined ? [] : toHundredths(each))))]
}

/** Without a branch: nobody can foresee how many are reached. */
function reachedOf(cuts: readonly number[], hundredths: number): number {
  let reached = 0
  for (let each = 0; each < cuts.length; each++) reached += Number(hundredths >= (cuts[each] ?? 0))
  return reached
}
