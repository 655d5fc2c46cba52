import type { GateDocument, ModelDocument } from '../language/model-schema.ts'
import { GRADES, type Held, STAGES } from '../result.ts'
import { STAGE_WORDS } from '../stage-words.ts'
import { TRUE } from './comparison.ts'
import { type Decision, type Limits, NO_LIMITS } from './decide.ts'
import type { FactRow, FactTable } from './fact-row.ts'
import { compileCondition } from './predicate.ts'

/** The gates in force for one person, and the limits they set together. */
export interface GatesInForce {
  readonly gates: readonly GateDocument[]
  readonly limits: Limits
}

/** `when` needs to be known true; `unless` is in force while its condition is not known true. */
export function compileGates(
  { gates }: ModelDocument,
  table: FactTable,
): (row: FactRow) => GatesInForce {
  const compiled = gates.map((gate) => ({ gate, isInForce: compileGate(gate, table) }))
  return (row) => {
    let inForce: GateDocument[] | undefined
    for (const { gate, isInForce } of compiled) {
      if (!isInForce(row)) continue
      inForce ??= []
      inForce.push(gate)
    }
    return inForce === undefined ? NO_GATES : { gates: inForce, limits: limitsOf(inForce) }
  }
}

function compileGate({ when, unless }: GateDocument, table: FactTable): (row: FactRow) => boolean {
  const find = (path: string) => table.field(path)
  if (when !== undefined) {
    const condition = compileCondition(when, find)
    return (row) => condition(row) === TRUE
  }
  if (unless === undefined) return () => false
  const condition = compileCondition(unless, find)
  return (row) => condition(row) !== TRUE
}

const NO_GATES: GatesInForce = {
  gates: [],
  limits: NO_LIMITS,
}

function limitsOf(gates: readonly GateDocument[]): Limits {
  const effects = gates.map(({ then: effect }) => effect)
  const grades = effects.flatMap(({ grade_at_most }) => grade_at_most ?? [])
  const stages = effects.flatMap(({ stage_at_most }) => stage_at_most ?? [])
  return {
    grade: GRADES.findLast((grade) => grades.includes(grade)),
    stage: STAGES.find((stage) => stages.includes(stage)),
    noRoute: effects.some(({ route }) => route === 'none'),
  }
}

/**
 * The gates that hold the person back: those at whose limit the person stands, and those that keep anybody
 * from being routed. A limit far above somebody, or above a stricter one, holds nothing.
 */
export function gatesThatHold(gates: readonly GateDocument[], decision: Decision): GateDocument[] {
  const { grade, stage } = decision
  return gates.filter(
    ({ then: { grade_at_most, stage_at_most, route } }) =>
      route === 'none' || stage_at_most === stage || grade_at_most === grade,
  )
}

export function toHeld({ id, then: { reason, ask } }: GateDocument): Held {
  return { gate: id, reason, ...(ask !== undefined && { ask }) }
}

/** "Held as MQL: Authority unknown"; a gate that keeps somebody from being routed says just its reason. */
export function reasonOf({ then: effect }: GateDocument, { stage }: Decision): string {
  const { reason, stage_at_most, route } = effect
  if (stage_at_most !== stage || route === 'none') return reason
  return `Held as ${STAGE_WORDS[stage]}: ${reason}`
}
