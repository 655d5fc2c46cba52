import type { FactValue } from '../../leads/facts.ts'
import { DIMENSIONS, type ModelDocument } from '../language/model-schema.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type Scalar,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'
import type { Facts, Result } from '../result.ts'
import { toPoints } from './points.ts'
import { TRUE, UNKNOWN } from './predicate.ts'
import type { FactSignal, Signals } from './signals.ts'
import type { Adder } from './tally.ts'

export type Reach = (
  facts: Facts,
  values: readonly number[],
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
export function compileReach(document: ModelDocument, signals: Signals, add: Adder): Reach {
  const grouped = new Set(document.groups.flatMap((group) => group.signals))
  const choices = compileChoices(signals.facts.filter(({ id }) => !grouped.has(id)))
  const chosen = new Set([...choices.values()].flatMap((choice) => choice.signals))
  const others = signals.facts.filter((signal) => !chosen.has(signal))
  return (facts, values, missing) => {
    const extremes: Extremes = { worst: values.slice(), best: values.slice() }
    for (const signal of others) {
      if (signal.couldBeMet(facts) !== UNKNOWN) continue
      extremes.worst[signal.index] = Math.min(0, signal.points)
      extremes.best[signal.index] = Math.max(0, signal.points)
    }
    for (const field of missing) applyChoice(extremes, choices.get(field))
    return { min: scoreOf(add, extremes.worst), max: scoreOf(add, extremes.best) }
  }
}

interface Extremes {
  readonly worst: number[]
  readonly best: number[]
}

function applyChoice({ worst, best }: Extremes, choice: Choice | undefined): void {
  for (const [index, value] of choice?.worst ?? []) worst[index] = value
  for (const [index, value] of choice?.best ?? []) best[index] = value
}

function scoreOf(add: Adder, values: readonly number[]): number {
  return toPoints(add(values).score)
}

type Values = readonly (readonly [index: number, hundredths: number])[]

/** What one missing field could make of the signals that rest on it alone. */
interface Choice {
  readonly signals: readonly FactSignal[]
  readonly worst: Values
  readonly best: Values
}

function compileChoices(facts: readonly FactSignal[]): Map<string, Choice> {
  const choices = new Map<string, Choice>()
  const byField = Map.groupBy(facts.filter(isChosenByValue), ({ fields }) => fields[0]?.field ?? '')
  for (const [field, signals] of byField) {
    const outcomes = candidates(signals.map(({ condition }) => condition)).map((value) =>
      outcomeOf(signals, factsWith(field, value)),
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
  const [subject, name = ''] = field.split('.')
  const facts = value === undefined ? {} : { [name]: value }
  return subject === 'person'
    ? { person: facts, company: {}, activities: [] }
    : { person: {}, company: facts, activities: [] }
}

function outcomeOf(signals: readonly FactSignal[], facts: Facts): Values {
  return signals.map((signal) => [signal.index, signal.isMet(facts) === TRUE ? signal.points : 0])
}

/** The extremes are taken for each dimension by itself, because each is clamped by itself. */
function extremesOf(
  signals: readonly FactSignal[],
  outcomes: readonly Values[],
): { worst: Values; best: Values } {
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

function sumOf(values: Values): number {
  return values.reduce((sum, [, hundredths]) => sum + hundredths, 0)
}
