import { GRADES } from '../result.ts'
import { checkAccounts } from './account-checks.ts'
import { checkConditions } from './condition-checks.ts'
import { checkGroups } from './group-checks.ts'
import { type Fault, type Path, suggest } from './model-problem.ts'
import type { ModelDocument } from './model-schema.ts'
import { checkSignals } from './signal-checks.ts'

/** What a schema cannot see: names that must exist, or exist once, and parts that must fit together. */
export function checkModel(document: ModelDocument): Fault[] {
  return [
    ...checkIds(document),
    ...checkDimensions(document),
    ...checkSignals(document),
    ...checkGroups(document),
    ...checkGates(document),
    ...checkGrades(document),
    ...checkThresholds(document),
    ...checkConditions(document),
    ...checkAccounts(document),
    ...checkExamples(document),
  ]
}

function checkIds(document: ModelDocument): Fault[] {
  return [
    ...duplicates(
      document.signals.map(({ id }) => id),
      ['signals'],
      'id',
    ),
    ...duplicates(
      document.groups.map(({ id }) => id),
      ['groups'],
      'id',
    ),
    ...duplicates(
      document.gates.map(({ id }) => id),
      ['gates'],
      'id',
    ),
    ...duplicates(
      document.examples.map(({ name }) => name),
      ['examples'],
      'name',
    ),
  ]
}

function duplicates(names: readonly string[], base: Path, key: string): Fault[] {
  const faults: Fault[] = []
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    if (first === index) continue
    faults.push({
      path: [...base, index, key],
      message: `${name} is already the ${key} of number ${first + 1} in this list`,
      remedy: 'Give each its own.',
    })
  }
  return faults
}

function checkDimensions({ dimensions, combine }: ModelDocument): Fault[] {
  if (Object.keys(dimensions).length === 0) {
    const remedy = 'Add for example fit: { max: 100 }.'
    return [{ path: ['dimensions'], message: 'there is no dimension', remedy }]
  }
  if (typeof combine === 'string') return []
  const faults: Fault[] = []
  for (const name of Object.keys(combine.weighted)) {
    if (Object.hasOwn(dimensions, name)) continue
    faults.push({
      path: ['combine', 'weighted', name],
      message: `${name} is not one of this model's dimensions`,
      remedy: suggest(name, Object.keys(dimensions)),
    })
  }
  const { fit = 0, engagement = 0, intent = 0 } = combine.weighted
  const sum = fit + engagement + intent
  if (Math.abs(sum - 100) < 1e-9) return faults
  const remedy = 'Make them add up to 100, for example { fit: 50, engagement: 50 }.'
  faults.push({ path: ['combine', 'weighted'], message: `the weights add up to ${sum}`, remedy })
  return faults
}

function checkGates({ gates }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  for (const [index, { when, unless, then: effect }] of gates.entries()) {
    const path = ['gates', index]
    if ((when === undefined) === (unless === undefined)) {
      const remedy = 'Say when: { … }, or unless: { … } for what must be confirmed.'
      faults.push({ path, message: 'a gate has either `when` or `unless`', remedy })
    }
    const { grade_at_most, stage_at_most, route } = effect
    if (grade_at_most !== undefined || stage_at_most !== undefined || route !== undefined) continue
    const remedy = 'Add grade_at_most, stage_at_most or route: none.'
    faults.push({ path: [...path, 'then'], message: 'the gate holds nothing back', remedy })
  }
  return faults
}

/** A lower grade must not ask for more fit than a better one. */
function checkGrades({ grades, stages, tiers }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  if (Object.keys(grades).length === 0) {
    const remedy = 'Write for example { A: 75, B: 50, C: 25, D: 0 }.'
    faults.push({ path: ['grades'], message: 'there is no grade', remedy })
  }
  let above = Number.POSITIVE_INFINITY
  for (const grade of GRADES) {
    const threshold = grades[grade]
    if (threshold === undefined) continue
    if (threshold >= above) {
      const message = `${grade} asks for as much fit as a better grade`
      faults.push({ path: ['grades', grade], message, remedy: 'Let thresholds fall from A on.' })
    }
    above = threshold
  }
  if (Object.keys(stages).length === 0) {
    const remedy = 'Write for example mql: { score: 50 }.'
    faults.push({ path: ['stages'], message: 'there is no stage', remedy })
  }
  if (Object.keys(tiers).length > 0) return faults
  const remedy = 'Write the best first, for example A: { stage: sql }.'
  return [...faults, { path: ['tiers'], message: 'there is no tier', remedy }]
}

function checkThresholds({ stages }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  for (const name of ['mql', 'sql'] as const) {
    const threshold = stages[name]
    if (threshold === undefined || !JSON.stringify(threshold).includes('"stage":')) continue
    const message = 'a stage cannot depend on the stage'
    const remedy = 'Use score, fit, engagement, intent or grade.'
    faults.push({ path: ['stages', name], message, remedy })
  }
  return faults
}

function checkExamples({ examples, tiers, gates }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  const tierNames = [...Object.keys(tiers), 'none']
  const gateIds = gates.map(({ id }) => id)
  for (const [index, { expect }] of examples.entries()) {
    const path = ['examples', index, 'expect']
    if (expect.tier !== undefined && !tierNames.includes(expect.tier)) {
      const remedy = suggest(expect.tier, tierNames)
      faults.push({ path: [...path, 'tier'], message: `there is no tier ${expect.tier}`, remedy })
    }
    for (const id of expect.held ?? []) {
      if (gateIds.includes(id)) continue
      const remedy = suggest(id, gateIds)
      faults.push({ path: [...path, 'held'], message: `there is no gate ${id}`, remedy })
    }
  }
  return faults
}
