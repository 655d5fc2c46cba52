import type { ModelDocument, ThresholdDocument } from '../language/model-schema.ts'
import { GRADES, type Grade, type Result, STAGES, type Stage } from '../result.ts'
import { STAGE_WORDS } from '../stage-words.ts'

/** The next better tier and what it takes. */
export interface NextTier {
  readonly tier: string
  /** All of them are needed: "8 more points", "20 more points of fit for grade B". */
  readonly needs: readonly string[]
}

/** How far somebody is from the next better tier; null in the best one. */
export function nextTier(document: ModelDocument, result: Result): NextTier | null {
  const names = Object.keys(document.tiers)
  const at = names.indexOf(result.tier)
  const tier = at < 0 ? names.at(-1) : names[at - 1]
  const threshold = tier === undefined ? undefined : document.tiers[tier]
  if (tier === undefined || threshold === undefined) return null
  return { tier, needs: [...new Set(lacks({ document, result }, threshold))] }
}

interface Case {
  readonly document: ModelDocument
  readonly result: Result
}

const SUMS = ['score', 'fit', 'engagement', 'intent'] as const

function lacks(it: Case, threshold: ThresholdDocument): string[] {
  const { grade, stage, any, all } = threshold
  const needs = SUMS.flatMap((sum) => lackingPoints(sum, threshold[sum], it.result[sum]))
  if (grade !== undefined) needs.push(...lacksGrade(it, grade))
  if (stage !== undefined) needs.push(...lacksStage(it, stage))
  for (const each of all ?? []) needs.push(...lacks(it, each))
  if (any !== undefined) needs.push(...lacksOneOf(it, any))
  return needs
}

function lackingPoints(
  sum: (typeof SUMS)[number],
  needed: number | undefined,
  has: number,
): string[] {
  if (needed === undefined || has >= needed) return []
  return [sum === 'score' ? more(needed - has) : `${more(needed - has)} of ${sum}`]
}

/** Rounded up to tenths, so that whoever gathers that many has enough. */
function more(points: number): string {
  const tenths = Math.ceil(Math.round(points * 100) / 10) / 10
  return `${tenths} more ${tenths === 1 ? 'point' : 'points'}`
}

function lacksGrade({ document, result }: Case, grade: Grade): string[] {
  const needed = GRADES.indexOf(grade)
  if (GRADES.indexOf(result.grade) <= needed) return []
  const held = holding(document, result, ({ grade_at_most }) =>
    grade_at_most === undefined ? false : GRADES.indexOf(grade_at_most) > needed,
  )
  const fit = lackingPoints('fit', document.grades[grade], result.fit)
  return [...fit.map((points) => `${points} for grade ${grade}`), ...held]
}

function lacksStage(it: Case, stage: Stage): string[] {
  const { document, result } = it
  const needed = STAGES.indexOf(stage)
  if (STAGES.indexOf(result.stage) >= needed) return []
  const held = holding(document, result, ({ stage_at_most }) =>
    stage_at_most === undefined ? false : STAGES.indexOf(stage_at_most) < needed,
  )
  const threshold = stage === 'mql' || stage === 'sql' ? document.stages[stage] : undefined
  const needs = [...(threshold === undefined ? [] : lacks(it, threshold)), ...held]
  return needs.length > 0 ? needs : [`stage ${STAGE_WORDS[stage]}`]
}

type Effect = ModelDocument['gates'][number]['then']

function holding(
  { gates }: ModelDocument,
  { held }: Result,
  isTooLow: (effect: Effect) => boolean,
): string[] {
  const inForce = new Set(held.map(({ gate }) => gate))
  const hindering = gates.filter(({ id, then }) => inForce.has(id) && isTooLow(then))
  return hindering.map(({ then: { reason } }) => `“${reason}” resolved`)
}

function lacksOneOf(it: Case, branches: readonly ThresholdDocument[]): string[] {
  const needs = branches.map((branch) => lacks(it, branch))
  if (needs.some((each) => each.length === 0)) return []
  return [[...new Set(needs.map((each) => each.join(' and ')))].join(', or ')]
}
