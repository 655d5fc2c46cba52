import { FIELD_REMEDY, isAttributeName, isFieldPath } from './field-path.ts'
import { closest, type Fault, type Path } from './model-problem.ts'
import type { ModelDocument } from './model-schema.ts'
import { CONNECTIVES, type ConditionDocument, testsOf } from './predicate-document.ts'

/** Conditions on facts must name fields, conditions on activities attributes. */
export function checkConditions(document: ModelDocument): Fault[] {
  const faults: Fault[] = []
  for (const [index, { when, unless, where, sequence }] of document.signals.entries()) {
    const path = ['signals', index]
    faults.push(...factFaults(when, [...path, 'when']), ...factFaults(unless, [...path, 'unless']))
    faults.push(...whereFaults(where, [...path, 'where']))
    for (const [step, each] of (sequence ?? []).entries()) {
      faults.push(...whereFaults(each.where, [...path, 'sequence', step, 'where']))
    }
  }
  for (const [index, { when, unless, then: effect }] of document.gates.entries()) {
    const path = ['gates', index]
    faults.push(...factFaults(when, [...path, 'when']), ...factFaults(unless, [...path, 'unless']))
    if (effect.ask === undefined || isFieldPath(effect.ask)) continue
    const message = `${effect.ask} is not a field`
    faults.push({ path: [...path, 'then', 'ask'], message, remedy: FIELD_REMEDY })
  }
  for (const [index, { when }] of document.routing.entries()) {
    faults.push(...factFaults(when, ['routing', index, 'when']))
  }
  return faults
}

function factFaults(condition: ConditionDocument | undefined, path: Path): Fault[] {
  return nameFaults(condition, path, FIELD)
}

/** What the keys of a condition must be. */
interface Naming {
  readonly noun: string
  readonly isName: (name: string) => boolean
  readonly remedy: string
}

const FIELD: Naming = { noun: 'a field', isName: isFieldPath, remedy: FIELD_REMEDY }
const ATTRIBUTE: Naming = {
  noun: 'an attribute',
  isName: isAttributeName,
  remedy: "`where` looks at the activity's attributes, such as path, kind, topic or event.",
}

function whereFaults(condition: ConditionDocument | undefined, path: Path): Fault[] {
  return nameFaults(condition, path, ATTRIBUTE)
}

function nameFaults(condition: ConditionDocument | undefined, path: Path, naming: Naming): Fault[] {
  if (condition === undefined) return []
  const { noun, isName, remedy } = naming
  const faults: Fault[] = []
  for (const [name] of testsOf(condition)) {
    if (isName(name)) continue
    const meant = closest(name, CONNECTIVES)
    const advice = meant === undefined ? remedy : `Did you mean ${meant}? ${remedy}`
    faults.push({ path: [...path, name], message: `${name} is not ${noun}`, remedy: advice })
  }
  for (const connective of CONNECTIVES) {
    for (const [index, branch] of (condition[connective] ?? []).entries()) {
      faults.push(...nameFaults(branch, [...path, connective, index], naming))
    }
  }
  return faults
}
