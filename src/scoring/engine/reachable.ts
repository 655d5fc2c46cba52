import type { FactValue } from '../../leads/facts.ts'
import { splitFieldPath } from '../language/field-path.ts'
import { DIMENSIONS, type ModelDocument } from '../language/model-schema.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type Scalar,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'
import type { Facts, Result } from '../result.ts'
import { TRUE, UNKNOWN } from './comparison.ts'
import type { FactRow, FactTable } from './fact-row.ts'
import type { FactSignal } from './fact-signals.ts'
import { toPoints } from './points.ts'
import type { Signals } from './signals.ts'
import type { Adder } from './tally.ts'
import type { Values } from './totals.ts'

export type Reach = (
  row: FactRow,
  values: Values,
  missing: readonly string[],
) => Result['reachable']

/**
 * The lowest and the highest score that filling the missing fields could give.
 *
 * Signals that rest on one field by values (bands of employees, a list of seniorities) are tried with every
 * value that makes a difference, so that only one band is credited; a field is taken to receive one value.
 * Signals that rest on several fields, search inside texts or share a group's cap are taken at their best and
 * at their worst independently: there the range is a bound, possibly wider than what can happen, never narrower.
 */
export function compileReach(document: ModelDocument, signals: Signals, adder: Adder): Reach {
  const grouped = new Set(document.groups.flatMap((group) => group.signals))
  const choices = compileChoices(
    signals.facts.filter(({ id }) => !grouped.has(id)),
    signals.table,
  )
  const chosen = new Set([...choices.values()].flatMap((choice) => choice.signals))
  const others = signals.facts.filter((signal) => !chosen.has(signal))
  return (row, values, missing) => {
    const extremes: Extremes = { worst: values.slice(), best: values.slice() }
    for (const signal of others) {
      if (signal.couldBeMet(row) !== UNKNOWN) continue
      extremes.worst[signal.index] = Math.min(0, signal.points)
      extremes.best[signal.index] = Math.max(0, signal.points)
    }
    for (const field of missing) applyChoice(extremes, choices.get(field))
    return { min: scoreOf(adder, extremes.worst), max: scoreOf(adder, extremes.best) }
  }
}

interface Extremes {
  readonly worst: Values
  readonly best: Values
}

function applyChoice({ worst, best }: Extremes, choice: Choice | undefined): void {
  for (const [index, value] of choice?.worst ?? []) worst[index] = value
  for (const [index, value] of choice?.best ?? []) best[index] = value
}

function scoreOf(adder: Adder, values: Values): number {
  return toPoints(adder.add(values).score)
}

type Outcome = readonly (readonly [index: number, hundredths: number])[]

/** What one missing field could make of the signals that rest on it alone. */
export interface Choice {
  readonly signals: readonly FactSignal[]
  readonly worst: Outcome
  readonly best: Outcome
}

export function compileChoices(
  facts: readonly FactSignal[],
  table: FactTable,
): Map<string, Choice> {
  const choices = new Map<string, Choice>()
  const byField = Map.groupBy(facts.filter(isChosenByValue), ({ fields }) => fields[0]?.field ?? '')
  for (const [field, signals] of byField) {
    const outcomes = candidates(signals.map(({ condition }) => condition)).map((value) =>
      outcomeOf(signals, table.read(factsWith(field, value))),
    )
    const { worst, best } = extremesOf(signals, outcomes)
    choices.set(field, { signals, worst, best })
  }
  return choices
}

const SEARCHES = ['starts_with', 'ends_with', 'contains', 'matches'] as const

function isChosenByValue({ fields, condition }: FactSignal): boolean {
  return fields.length === 1 && operandsOf(condition).every(([operator]) => !isSearch(operator))
}

function isSearch(operator: string): boolean {
  return SEARCHES.some((search) => search === operator)
}

type Operand = readonly [operator: string, operand: Scalar]

function operandsOf(condition: ConditionDocument): Operand[] {
  const operands = testsOf(condition).flatMap(([, test]) => operandsOfTest(test))
  for (const connective of CONNECTIVES) {
    for (const branch of condition[connective] ?? []) operands.push(...operandsOf(branch))
  }
  return operands
}

function operandsOfTest(test: TestDocument): Operand[] {
  if (typeof test !== 'object') return [['eq', test]]
  return Object.entries(test).flatMap(([operator, operand]) =>
    (operand === undefined ? [] : [operand].flat()).map((each): Operand => [operator, each]),
  )
}

/** A text that no model asks for. */
const SOMETHING_ELSE = '\u0000'

/** One value for every way the conditions can come out, and unknown: the field may stay empty. */
function candidates(conditions: readonly ConditionDocument[]): (FactValue | undefined)[] {
  const values = new Set<FactValue | undefined>([undefined, SOMETHING_ELSE, true, false])
  const numbers: number[] = []
  for (const [, operand] of conditions.flatMap(operandsOf)) {
    values.add(operand)
    if (typeof operand === 'number') numbers.push(operand)
  }
  numbers.sort((a, b) => a - b)
  for (const [index, number] of numbers.entries()) {
    values.add((number + (numbers[index + 1] ?? number + 2)) / 2)
  }
  const [lowest] = numbers
  if (lowest !== undefined) values.add(lowest - 1)
  return [...values]
}

function factsWith(field: string, value: FactValue | undefined): Facts {
  const { subject, name } = splitFieldPath(field)
  const facts = value === undefined ? {} : { [name]: value }
  return subject === 'person'
    ? { person: facts, company: {}, activities: [] }
    : { person: {}, company: facts, activities: [] }
}

function outcomeOf(signals: readonly FactSignal[], row: FactRow): Outcome {
  return signals.map((signal) => [signal.index, signal.isMet(row) === TRUE ? signal.points : 0])
}

/** The extremes are taken for each dimension by itself, because each is clamped by itself. */
function extremesOf(
  signals: readonly FactSignal[],
  outcomes: readonly Outcome[],
): { worst: Outcome; best: Outcome } {
  const worst: (readonly [number, number])[] = []
  const best: (readonly [number, number])[] = []
  for (const dimension of DIMENSIONS) {
    const members = signals.filter((signal) => signal.dimension === dimension)
    const own = outcomes.map((outcome) =>
      outcome.filter(([index]) => members.some((member) => member.index === index)),
    )
    const ranked = own.toSorted((a, b) => sumOf(a) - sumOf(b))
    worst.push(...(ranked[0] ?? []))
    best.push(...(ranked.at(-1) ?? []))
  }
  return { worst, best }
}

function sumOf(values: Outcome): number {
  return values.reduce((sum, [, hundredths]) => sum + hundredths, 0)
}
