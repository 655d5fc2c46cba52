import type { GateDocument, ThresholdDocument } from '../../language/model-schema.ts'
import { STAGE_WORDS } from '../../stage-words.ts'
import { describeCondition, fieldName, joined, listed } from '../describe-condition.ts'

/** "score 75 or more and grade B or better"; "everybody" for an empty one. */
export function thresholdWords(threshold: ThresholdDocument): string {
  const parts = partsOf(threshold)
  return parts.length === 0 ? 'everybody' : joined(parts)
}

function partsOf(threshold: ThresholdDocument): string[] {
  const { grade, stage, any, all = [] } = threshold
  const sums = (['score', 'fit', 'engagement', 'intent'] as const).flatMap((name) => {
    const points = threshold[name]
    return points === undefined ? [] : [`${name} ${points} or more`]
  })
  return [
    ...sums,
    ...(grade === undefined ? [] : [`grade ${grade} or better`]),
    ...(stage === undefined ? [] : [`stage ${STAGE_WORDS[stage]} or further`]),
    ...all.map(inBrackets),
    ...(any === undefined ? [] : [`(${any.map(inBrackets).join(' or ')})`]),
  ]
}

function inBrackets(threshold: ThresholdDocument): string {
  const parts = partsOf(threshold)
  return parts.length > 1 ? `(${parts.join(' and ')})` : thresholdWords(threshold)
}

/** When a gate is in force. */
export function gateWords({ when, unless }: GateDocument): string {
  if (when !== undefined) return describeCondition(when)
  return unless === undefined ? '' : `until it is known that ${describeCondition(unless)}`
}

/** "stage at most MQL, never routed" */
export function effectWords({ then: effect }: GateDocument): string {
  const { grade_at_most, stage_at_most, route } = effect
  return [
    ...(grade_at_most === undefined ? [] : [`grade ${grade_at_most} at most`]),
    ...(stage_at_most === undefined ? [] : [`stage ${STAGE_WORDS[stage_at_most]} at most`]),
    ...(route === undefined ? [] : ['not routed']),
  ].join(', ')
}

/** What somebody held by the gate can do about it. */
export function clearingWords({ when, unless, then: { ask } }: GateDocument): string {
  if (ask !== undefined) return `fill in ${fieldName(ask)}`
  const fields = Object.keys(when ?? unless ?? {}).filter((key) => key.includes('.'))
  if (fields.length === 0) return 'a corrected record'
  return `a corrected ${listed(fields.map(fieldName), 'or')}`
}
