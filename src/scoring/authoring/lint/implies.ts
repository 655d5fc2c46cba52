import type { ThresholdDocument } from '../../language/model-schema.ts'
import { GRADES, STAGES } from '../../result.ts'

const SUMS = ['score', 'fit', 'engagement', 'intent'] as const

/** Whoever reaches `strict` surely reaches `loose`. False where that cannot be told from the text alone. */
export function implies(strict: ThresholdDocument, loose: ThresholdDocument): boolean {
  if (leavesAreImplied(strict, loose) && branchesAreImplied(strict, loose)) return true
  const { any, ...rest } = strict
  return any?.every((branch) => implies(both(rest, branch), loose)) ?? false
}

function both(rest: ThresholdDocument, branch: ThresholdDocument): ThresholdDocument {
  return { ...rest, all: [...(rest.all ?? []), branch] }
}

/** The threshold asks for nothing. */
export function alwaysHolds(threshold: ThresholdDocument): boolean {
  return implies({}, threshold)
}

function leavesAreImplied(strict: ThresholdDocument, loose: ThresholdDocument): boolean {
  const leaves = leavesOf(loose)
  return leaves.every((leaf) => demands(strict, leaf))
}

function branchesAreImplied(strict: ThresholdDocument, { any, all }: ThresholdDocument): boolean {
  if (any !== undefined && !any.some((branch) => implies(strict, branch))) return false
  return all === undefined || all.every((branch) => implies(strict, branch))
}

/** Thresholds with a single line each. */
function leavesOf({ any: _any, all: _all, ...leaves }: ThresholdDocument): ThresholdDocument[] {
  return Object.entries(leaves).map(([name, value]) => ({ [name]: value }))
}

function demands(strict: ThresholdDocument, leaf: ThresholdDocument): boolean {
  if (asksAsMuch(strict, leaf)) return true
  return strict.all?.some((branch) => implies(branch, leaf)) ?? false
}

function asksAsMuch(strict: ThresholdDocument, leaf: ThresholdDocument): boolean {
  if (leaf.grade !== undefined) {
    return GRADES.indexOf(leaf.grade) >= GRADES.indexOf(strict.grade ?? 'F')
  }
  if (leaf.stage !== undefined) {
    return STAGES.indexOf(leaf.stage) <= STAGES.indexOf(strict.stage ?? 'disqualified')
  }
  // No sum falls below 0, so that 0 or less is asked of nobody.
  return SUMS.every((name) => (leaf[name] ?? 0) <= Math.max(0, strict[name] ?? 0))
}
