import type { ThresholdDocument } from '../language/model-schema.ts'
import { GRADES, STAGES } from '../result.ts'
import { toHundredths } from './points.ts'
import type { Tally } from './tally.ts'

/** A person's place on every scale that thresholds look at. */
export interface Place {
  readonly tally: Tally
  /** Places in GRADES and STAGES. */
  readonly grade: number
  stage: number
}

/** What must be reached: hundredths, places in GRADES and STAGES; infinite or out of range where nothing is asked. */
export interface Threshold {
  readonly score: number
  readonly fit: number
  readonly engagement: number
  readonly intent: number
  readonly worstGrade: number
  readonly lowestStage: number
  readonly any: readonly Threshold[] | undefined
  readonly all: readonly Threshold[] | undefined
}

export function compileThreshold(document: ThresholdDocument): Threshold {
  const { score, fit, engagement, intent, grade, stage, any, all } = document
  return {
    score: atLeast(score),
    fit: atLeast(fit),
    engagement: atLeast(engagement),
    intent: atLeast(intent),
    worstGrade: grade === undefined ? GRADES.length : GRADES.indexOf(grade),
    lowestStage: stage === undefined ? 0 : STAGES.indexOf(stage),
    any: any?.map(compileThreshold),
    all: all?.map(compileThreshold),
  }
}

function atLeast(points: number | undefined): number {
  return points === undefined ? Number.NEGATIVE_INFINITY : toHundredths(points)
}

/** Whether a place reaches a threshold whose points are lowered by `slack` hundredths. */
export function reaches(threshold: Threshold, place: Place, slack: number): boolean {
  const { tally } = place
  const { any, all } = threshold
  return (
    tally.score >= threshold.score - slack &&
    tally.fit >= threshold.fit - slack &&
    tally.engagement >= threshold.engagement - slack &&
    tally.intent >= threshold.intent - slack &&
    place.grade <= threshold.worstGrade &&
    place.stage >= threshold.lowestStage &&
    (any === undefined || reachesOne(any, place, slack)) &&
    (all === undefined || reachesAll(all, place, slack))
  )
}

function reachesOne(thresholds: readonly Threshold[], place: Place, slack: number): boolean {
  for (const threshold of thresholds) if (reaches(threshold, place, slack)) return true
  return false
}

function reachesAll(thresholds: readonly Threshold[], place: Place, slack: number): boolean {
  for (const threshold of thresholds) if (!reaches(threshold, place, slack)) return false
  return true
}
