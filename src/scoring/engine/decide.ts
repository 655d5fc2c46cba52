import type { MatrixDocument, ModelDocument } from '../language/model-schema.ts'
import {
  type Action,
  GRADES,
  type Grade,
  NO_TIER,
  type PreviousState,
  STAGES,
  type Stage,
} from '../result.ts'
import { compileCells } from './decision-cells.ts'
import { toHundredths } from './points.ts'
import type { Tally } from './tally.ts'
import { compileThreshold, type Place, reaches, type Threshold } from './thresholds.ts'

/** The limits that the gates in force set. */
export interface Limits {
  readonly grade: Grade | undefined
  readonly stage: Stage | undefined
  readonly noRoute: boolean
}

/** No gate is in force. */
export const NO_LIMITS: Limits = { grade: undefined, stage: undefined, noRoute: false }

export interface Decision {
  /** From fit alone, then limited by gates. */
  readonly grade: Grade
  /** From the score, then limited by gates. */
  readonly stage: Stage
  readonly tier: string
  readonly fitHigh: boolean
  readonly engagementHigh: boolean
  /** A gate keeps the stage below the one that the score reaches. */
  readonly heldBack: boolean
  readonly action: Action
}

export type Decide = (tally: Tally, limits: Limits, previous?: PreviousState) => Decision

const NURTURE = STAGES.indexOf('nurture')
const WORST_GRADE = GRADES.length - 1

/**
 * Whoever lies in the same cell is decided alike, so each cell is decided when the first person falls into it.
 * Gates and a previous state, which few have, are looked at every time.
 */
export function compileDecide(document: ModelDocument): Decide {
  const decide = compileDecideAfresh(document)
  const cellOf = compileCells(document)
  const known: Decision[] = []
  return (tally, limits, previous) => {
    if (previous !== undefined || limits !== NO_LIMITS) return decide(tally, limits, previous)
    const cell = cellOf(tally)
    const decision = known[cell] ?? decide(tally, limits)
    known[cell] = decision
    return decision
  }
}

function compileDecideAfresh(document: ModelDocument): Decide {
  const gradeOf = compileGrades(document)
  const stageOf = compileStages(document)
  const tierOf = compileTiers(document)
  const { matrix } = document
  const fitHighAt = toHundredths(matrix?.fit_high ?? 0)
  const engagementHighAt = toHundredths(matrix?.engagement_high ?? 0)
  return (tally, limits, previous) => {
    const grade = Math.max(gradeOf(tally.fit), limits.grade ? GRADES.indexOf(limits.grade) : 0)
    const place: Place = { tally, grade, stage: NURTURE }
    const reached = stageOf(place, previous)
    const highest = limits.stage ? STAGES.indexOf(limits.stage) : STAGES.length
    place.stage = Math.min(reached, highest)
    const stage = STAGES[place.stage] ?? 'nurture'
    const fitHigh = tally.fit >= fitHighAt
    const engagementHigh = tally.engagement + tally.intent >= engagementHighAt
    const heldBack = reached > highest
    const wish = actionOf(matrix, fitHigh, engagementHigh, stage)
    return {
      grade: GRADES[grade] ?? 'F',
      stage,
      tier: tierOf(place, previous),
      fitHigh,
      engagementHigh,
      heldBack,
      action: limits.noRoute || stage === 'disqualified' ? 'hold' : possible(wish, heldBack),
    }
  }
}

/** Who is held back is routed to nobody yet: somebody must first find out what the gate asks for. */
function possible(wish: Action, heldBack: boolean): Action {
  return heldBack && wish === 'route_now' ? 'review' : wish
}

/** The place in GRADES that fit alone gives. */
function compileGrades({ grades }: ModelDocument): (fit: number) => number {
  const thresholds = GRADES.flatMap((grade, place) => {
    const points = grades[grade]
    return points === undefined ? [] : [{ place, at: toHundredths(points) }]
  })
  return (fit) => {
    for (const { place, at } of thresholds) if (fit >= at) return place
    return WORST_GRADE
  }
}

type Pick<T> = (place: Place, previous: PreviousState | undefined) => T

/** The highest stage that is reached; one that is held already is kept until it is missed by the hysteresis. */
function compileStages({ stages, hysteresis }: ModelDocument): Pick<number> {
  const slack = toHundredths(hysteresis)
  const best = (['sql', 'mql'] as const).flatMap((stage) => {
    const threshold = stages[stage]
    if (threshold === undefined) return []
    return [{ rank: STAGES.indexOf(stage), threshold: compileThreshold(threshold) }]
  })
  return (place, previous) => {
    const held = previous === undefined ? -1 : STAGES.indexOf(previous.stage)
    for (const { rank, threshold } of best) {
      if (reaches(threshold, place, rank <= held ? slack : 0)) return rank
    }
    return NURTURE
  }
}

interface TierRule {
  readonly tier: string
  readonly rank: number
  readonly threshold: Threshold
}

function compileTiers({ tiers, hysteresis }: ModelDocument): Pick<string> {
  const slack = toHundredths(hysteresis)
  const names = Object.keys(tiers)
  const best: TierRule[] = Object.entries(tiers).map(([tier, threshold], rank) => ({
    tier,
    rank,
    threshold: compileThreshold(threshold),
  }))
  return (place, previous) => {
    const held = previous === undefined ? -1 : names.indexOf(previous.tier)
    const isKept = (rank: number) => held >= 0 && rank >= held
    for (const { tier, rank, threshold } of best) {
      if (reaches(threshold, place, isKept(rank) ? slack : 0)) return tier
    }
    return NO_TIER
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
