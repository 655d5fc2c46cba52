import type { MatrixDocument, ModelDocument, ThresholdDocument } from '../language/model-schema.ts'
import {
  type Action,
  GRADES,
  type Grade,
  NO_TIER,
  type PreviousState,
  STAGES,
  type Stage,
} from '../result.ts'
import { toHundredths } from './points.ts'
import type { Tally } from './tally.ts'

/** The limits that the gates in force set. */
export interface Limits {
  readonly grade: Grade | undefined
  readonly stage: Stage | undefined
  readonly noRoute: boolean
}

export interface Decision {
  /** From fit alone, then limited by gates. */
  readonly grade: Grade
  /** From the score, then limited by gates. */
  readonly stage: Stage
  readonly tier: string
  readonly fitHigh: boolean
  readonly engagementHigh: boolean
  readonly action: Action
}

export type Decide = (tally: Tally, limits: Limits, previous?: PreviousState) => Decision

export function compileDecide(document: ModelDocument): Decide {
  const gradeOf = compileGrades(document)
  const stageOf = compileStages(document)
  const tierOf = compileTiers(document)
  const { matrix } = document
  const fitHighAt = toHundredths(matrix?.fit_high ?? 0)
  const engagementHighAt = toHundredths(matrix?.engagement_high ?? 0)
  return (tally, limits, previous) => {
    const { fit, engagement, intent } = tally.dimensions
    const ownGrade = gradeOf(fit)
    const grade = limits.grade === undefined ? ownGrade : worse(GRADES, ownGrade, limits.grade)
    const standing = { score: tally.score, fit, engagement, intent, grade }
    const ownStage = stageOf({ ...standing, stage: 'nurture' }, previous?.stage)
    const stage = limits.stage === undefined ? ownStage : lower(ownStage, limits.stage)
    const tier = tierOf({ ...standing, stage }, previous?.tier)
    const fitHigh = fit >= fitHighAt
    const engagementHigh = engagement + intent >= engagementHighAt
    const stays = limits.noRoute || stage === 'disqualified'
    const action = stays ? 'hold' : actionOf(matrix, fitHigh, engagementHigh, stage)
    return { grade, stage, tier, fitHigh, engagementHigh, action }
  }
}

/** Of two words in a list that begins with the best, the one further down. */
function worse<W>(bestFirst: readonly W[], a: W, b: W): W {
  return bestFirst.indexOf(a) > bestFirst.indexOf(b) ? a : b
}

function lower(a: Stage, b: Stage): Stage {
  return STAGES.indexOf(a) < STAGES.indexOf(b) ? a : b
}

function compileGrades({ grades }: ModelDocument): (fit: number) => Grade {
  const thresholds = GRADES.flatMap((grade) => {
    const points = grades[grade]
    return points === undefined ? [] : [{ grade, at: toHundredths(points) }]
  })
  return (fit) => thresholds.find(({ at }) => fit >= at)?.grade ?? 'F'
}

interface Standing {
  readonly score: number
  readonly fit: number
  readonly engagement: number
  readonly intent: number
  readonly grade: Grade
  readonly stage: Stage
}

/** Whether a standing reaches the thresholds when each of them is lowered by `slack` hundredths. */
type Reaches = (standing: Standing, slack: number) => boolean

function compileThreshold(document: ThresholdDocument): Reaches {
  const parts: Reaches[] = []
  for (const name of ['score', 'fit', 'engagement', 'intent'] as const) {
    const points = document[name]
    if (points === undefined) continue
    const at = toHundredths(points)
    parts.push((standing, slack) => standing[name] >= at - slack)
  }
  const { grade, stage, any, all } = document
  if (grade !== undefined) {
    parts.push((standing) => GRADES.indexOf(standing.grade) <= GRADES.indexOf(grade))
  }
  if (stage !== undefined) {
    parts.push((standing) => STAGES.indexOf(standing.stage) >= STAGES.indexOf(stage))
  }
  if (any !== undefined) {
    const branches = any.map(compileThreshold)
    parts.push((standing, slack) => branches.some((reaches) => reaches(standing, slack)))
  }
  parts.push(...(all ?? []).map(compileThreshold))
  return (standing, slack) => parts.every((reaches) => reaches(standing, slack))
}

type Pick<T> = (standing: Standing, previous: T | undefined) => T

/** The highest stage that is reached; one that is held already is kept until it is missed by the hysteresis. */
function compileStages({ stages, hysteresis }: ModelDocument): Pick<Stage> {
  const slack = toHundredths(hysteresis)
  const best = (['sql', 'mql'] as const).flatMap((stage) => {
    const threshold = stages[stage]
    if (threshold === undefined) return []
    return [{ stage, rank: STAGES.indexOf(stage), reaches: compileThreshold(threshold) }]
  })
  return (standing, previous) => {
    const held = previous === undefined ? -1 : STAGES.indexOf(previous)
    const reached = best.find(({ rank, reaches }) => reaches(standing, rank <= held ? slack : 0))
    return reached?.stage ?? 'nurture'
  }
}

function compileTiers({ tiers, hysteresis }: ModelDocument): Pick<string> {
  const slack = toHundredths(hysteresis)
  const names = Object.keys(tiers)
  const best = Object.entries(tiers).map(([tier, threshold], rank) => ({
    tier,
    rank,
    reaches: compileThreshold(threshold),
  }))
  return (standing, previous) => {
    const held = previous === undefined ? -1 : names.indexOf(previous)
    const isHeld = (rank: number) => held >= 0 && rank >= held
    const reached = best.find(({ rank, reaches }) => reaches(standing, isHeld(rank) ? slack : 0))
    return reached?.tier ?? NO_TIER
  }
}

const ACTION_OF_STAGE: Readonly<Record<Stage, Action>> = {
  sql: 'route_now',
  mql: 'review',
  nurture: 'nurture',
  disqualified: 'hold',
}

/** Without a matrix the stage says what to do. */
function actionOf(
  matrix: MatrixDocument | undefined,
  fitHigh: boolean,
  engagementHigh: boolean,
  stage: Stage,
): Action {
  if (matrix === undefined) return ACTION_OF_STAGE[stage]
  if (fitHigh) return engagementHigh ? matrix.high_high : matrix.high_low
  return engagementHigh ? matrix.low_high : matrix.low_low
}
