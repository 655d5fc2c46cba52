import type { FactValue } from '../../leads/facts.ts'
import { comparable } from '../language/comparable-text.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type OperatorsDocument,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'
import { numberOf, TRUE } from './comparison.ts'
import type { FactRow, FactTable } from './fact-row.ts'
import type { FactSignal } from './fact-signals.ts'
import { where } from './points.ts'
import { FoldedTable } from './text-tables.ts'

/** A range of one field, both ends included. */
interface Range {
  readonly low: number
  readonly high: number
}

/** The ranges of one field, in lists side by side: the numbers lie next to each other in memory. */
interface Bands {
  readonly signals: readonly FactSignal[]
  readonly lows: Float64Array
  readonly highs: Float64Array
}

/** The rules that ask one field. */
interface FieldRules {
  readonly place: number
  /** Which signals a text meets. */
  readonly texts: FoldedTable<readonly FactSignal[]>
  readonly yes: readonly FactSignal[] | undefined
  readonly no: readonly FactSignal[] | undefined
  readonly bands: Bands
}

/**
 * Most signals ask one field for one of some texts or for a range. They are decided together: one look-up for
 * all texts of a field, however many signals ask for them, instead of one closure after another. What does
 * not fit stays with its own condition.
 */
export class DecisionTable {
  readonly #fields: readonly FieldRules[]
  readonly #others: readonly FactSignal[]

  constructor(signals: readonly FactSignal[], table: FactTable) {
    const questions = signals.map((signal) => ({ signal, ...questionOf(signal) }))
    const simple = questions.filter(
      ({ texts, range }) => texts !== undefined || range !== undefined,
    )
    const byField = Map.groupBy(simple, ({ field = '' }) => field)
    this.#fields = [...byField].map(([field, asked]) => rulesOf(table.placeOf(field), asked))
    this.#others = questions.filter((each) => !simple.includes(each)).map(({ signal }) => signal)
  }

  /** Puts the points of every signal that is met into its place among the values. */
  fill(row: FactRow, values: number[]): void {
    const fields = this.#fields
    for (let each = 0; each < fields.length; each++) {
      const rules = fields[each]
      const value = rules === undefined ? undefined : row.values[rules.place]
      if (rules !== undefined && value !== undefined) decideField(rules, value, values)
    }
    const others = this.#others
    for (let each = 0; each < others.length; each++) {
      const signal = others[each]
      if (signal !== undefined && signal.isMet(row) === TRUE) values[signal.index] = signal.points
    }
  }
}

function rulesOf(place: number, asked: readonly Question[]): FieldRules {
  const texts = new FoldedTable(signalsByText(asked))
  const bands = bandsOf(asked)
  return { place, texts, yes: texts.get('true'), no: texts.get('false'), bands }
}

function decideField(rules: FieldRules, value: FactValue, values: number[]): void {
  if (typeof value === 'boolean') meet(value ? rules.yes : rules.no, values)
  else if (rules.texts.size > 0) decideText(rules, value, values)
  if (rules.bands.signals.length > 0) decideNumber(rules.bands, value, values)
}

function decideText({ texts }: FieldRules, value: FactValue, values: number[]): void {
  if (typeof value === 'string') meet(texts.get(value), values)
  else if (typeof value !== 'object') meet(texts.get(String(value)), values)
  else for (const element of value) meet(texts.get(element), values)
}

function decideNumber({ signals, lows, highs }: Bands, value: FactValue, values: number[]): void {
  const number = typeof value === 'number' ? value : numberOf(value)
  if (number === undefined) return
  for (let each = 0; each < signals.length; each++) {
    const signal = signals[each]
    if (signal === undefined) continue
    const isOutside = Number(number < (lows[each] ?? 0)) | Number(number > (highs[each] ?? 0))
    values[signal.index] = where(isOutside === 0, signal.points)
  }
}

function bandsOf(asked: readonly Question[]): Bands {
  const bands = asked.flatMap(({ signal, range }) =>
    range === undefined ? [] : { ...range, signal },
  )
  return {
    signals: bands.map(({ signal }) => signal),
    lows: Float64Array.from(bands, ({ low }) => low),
    highs: Float64Array.from(bands, ({ high }) => high),
  }
}

function meet(signals: readonly FactSignal[] | undefined, values: number[]): void {
  if (signals === undefined) return
  for (let each = 0; each < signals.length; each++) {
    const signal = signals[each]
    if (signal !== undefined) values[signal.index] = signal.points
  }
}

/** What a signal asks, where that is simple. */
interface Question {
  readonly signal: FactSignal
  readonly field?: string
  readonly texts?: readonly string[] | undefined
  readonly range?: Range | undefined
}

function signalsByText(asked: readonly Question[]): Map<string, FactSignal[]> {
  const byText = new Map<string, FactSignal[]>()
  for (const { signal, texts } of asked) {
    for (const text of new Set(texts)) byText.set(text, [...(byText.get(text) ?? []), signal])
  }
  return byText
}

function questionOf({ isUnless, condition }: FactSignal): Omit<Question, 'signal'> {
  const question = isUnless ? undefined : simpleTest(condition)
  if (question === undefined) return {}
  const { field, test } = question
  return { field, texts: textsOf(test), range: rangeOf(test) }
}

/** The one field and the one test that a condition consists of, where it does. */
function simpleTest(
  condition: ConditionDocument,
): { field: string; test: TestDocument } | undefined {
  if (CONNECTIVES.some((connective) => condition[connective] !== undefined)) return undefined
  const tests = testsOf(condition)
  const [first] = tests
  return tests.length === 1 && first !== undefined ? { field: first[0], test: first[1] } : undefined
}

/** The comparable texts that a test asks for, if that is all it does. Numbers compare as numbers. */
function textsOf(test: TestDocument): string[] | undefined {
  const { eq, in: among, ...others } = operatorsOf(test)
  if (Object.keys(others).length > 0) return undefined
  const operands = eq === undefined ? among : among === undefined ? [eq] : undefined
  if (operands === undefined || operands.some((each) => typeof each === 'number')) return undefined
  return operands.map((each) => comparable(String(each)))
}

/** The range that a test asks for, if that is all it does. */
function rangeOf(test: TestDocument): Range | undefined {
  const { gte, lte, gt, lt, between, ...others } = operatorsOf(test)
  if (Object.keys(others).length > 0) return undefined
  const [low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY] = between ?? []
  return {
    low: Math.max(low, gte ?? low, gt === undefined ? low : nextUp(gt)),
    high: Math.min(high, lte ?? high, lt === undefined ? high : -nextUp(-lt)),
  }
}

/** The smallest number above another: whatever is above the other is at least this. */
function nextUp(number: number): number {
  if (number === 0) return Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, number)
  const bits = view.getBigInt64(0)
  view.setBigInt64(0, number > 0 ? bits + 1n : bits - 1n)
  return view.getFloat64(0)
}

function operatorsOf(test: TestDocument): OperatorsDocument {
  return typeof test === 'object' ? test : { eq: test }
}
