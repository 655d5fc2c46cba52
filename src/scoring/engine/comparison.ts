import type { FactValue } from '../../leads/facts.ts'
import { comparable } from '../language/comparable-text.ts'
import {
  compilePattern,
  type OperatorsDocument,
  type Scalar,
} from '../language/predicate-document.ts'

/** Three-valued truth, ordered so that "and" is the minimum and "or" the maximum. */
export type Truth = 0 | 1 | 2
export const FALSE: Truth = 0
export const UNKNOWN: Truth = 1
export const TRUE: Truth = 2

/** How a condition gets at one field of what it looks at. */
export interface Field<S> {
  /** Undefined where nothing is known. */
  readonly value: (subject: S) => FactValue | undefined
  /** A value of the field that is no list, as comparable text; a subject may remember it. */
  readonly text: (subject: S, value: Scalar) => string
}

/** Blank text and NaN say as little as absence does. */
export function isKnown(value: FactValue | undefined): value is FactValue {
  if (typeof value === 'string') return !isBlank(value)
  return value !== undefined && !Number.isNaN(value)
}

const SPACE = 32
const DELETE = 127

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  // Visible ASCII needs no closer look.
  return !(first > SPACE && first < DELETE) && text.trim() === ''
}

export function not(truth: Truth): Truth {
  if (truth === UNKNOWN) return UNKNOWN
  return truth === TRUE ? FALSE : TRUE
}

/** Compares a known value; the subject is only asked for the value's text. */
export type Comparison<S> = (value: FactValue, subject: S) => Truth
type TextOf<S> = Field<S>['text']

/** Every operator of a test; all of them must hold. */
export function compileComparisons<S>(
  test: OperatorsDocument,
  { text }: Field<S>,
): Comparison<S>[] {
  const comparisons: Comparison<S>[] = []
  if (test.exists !== undefined) comparisons.push(constant(test.exists))
  if (test.unknown !== undefined) comparisons.push(constant(!test.unknown))
  if (test.eq !== undefined) comparisons.push(equalTo(test.eq, text))
  if (test.in !== undefined) comparisons.push(oneOf(test.in, text))
  if (test.not_in !== undefined) comparisons.push(negate(oneOf(test.not_in, text)))
  comparisons.push(...compileNumbers(test), ...compileText(test, text))
  return comparisons
}

function compileNumbers<S>(test: OperatorsDocument): Comparison<S>[] {
  const { gt, gte, lt, lte, between } = test
  const comparisons: Comparison<S>[] = []
  if (gt !== undefined) comparisons.push(numeric((value) => value > gt))
  if (lt !== undefined) comparisons.push(numeric((value) => value < lt))
  if (gte !== undefined) comparisons.push(within(gte, Number.POSITIVE_INFINITY))
  if (lte !== undefined) comparisons.push(within(Number.NEGATIVE_INFINITY, lte))
  if (between !== undefined) comparisons.push(within(...between))
  return comparisons
}

function compileText<S>(test: OperatorsDocument, text: TextOf<S>): Comparison<S>[] {
  const comparisons: Comparison<S>[] = []
  if (test.starts_with !== undefined) {
    const start = comparable(test.starts_with)
    comparisons.push(textual(text, (each) => each.startsWith(start)))
  }
  if (test.ends_with !== undefined) {
    const end = comparable(test.ends_with)
    comparisons.push(textual(text, (each) => each.endsWith(end)))
  }
  if (test.contains !== undefined) comparisons.push(containing(test.contains, text))
  if (test.matches !== undefined) {
    const pattern = compilePattern(test.matches)
    comparisons.push(textual(text, (each) => pattern.test(each)))
  }
  return comparisons
}

function constant<S>(holds: boolean): Comparison<S> {
  return () => (holds ? TRUE : FALSE)
}

function negate<S>(compare: Comparison<S>): Comparison<S> {
  return (value, subject) => not(compare(value, subject))
}

/** A test on text. A multi-select passes when one of its elements does. */
function textual<S>(textOf: TextOf<S>, holds: (text: string) => boolean): Comparison<S> {
  return (value, subject) => {
    const passes =
      typeof value === 'object'
        ? value.some((element) => holds(comparable(element)))
        : holds(textOf(subject, value))
    return passes ? TRUE : FALSE
  }
}

/** A text contains a part of itself; a multi-select contains whole elements. */
function containing<S>(operand: string, textOf: TextOf<S>): Comparison<S> {
  const part = comparable(operand)
  return (value, subject) => {
    const found =
      typeof value === 'object'
        ? value.some((element) => comparable(element) === part)
        : textOf(subject, value).includes(part)
    return found ? TRUE : FALSE
  }
}

function within<S>(low: number, high: number): Comparison<S> {
  const compare = numeric<S>((value) => value >= low && value <= high)
  return (value, subject) => {
    if (typeof value !== 'number') return compare(value, subject)
    return value >= low && value <= high ? TRUE : FALSE
  }
}

/** A value that is no number cannot be compared with one: that is unknown, not false. */
function numeric<S>(holds: (value: number) => boolean): Comparison<S> {
  return (value) => {
    const number = numberOf(value)
    if (number === undefined) return UNKNOWN
    return holds(number) ? TRUE : FALSE
  }
}

function equalTo<S>(operand: Scalar, textOf: TextOf<S>): Comparison<S> {
  if (typeof operand === 'number') return amongNumbers([operand])
  const text = comparable(String(operand))
  const compare = textual(textOf, (each) => each === text)
  if (typeof operand === 'string') return compare
  return (value, subject) => {
    if (typeof value !== 'boolean') return compare(value, subject)
    return value === operand ? TRUE : FALSE
  }
}

function oneOf<S>(operands: readonly Scalar[], textOf: TextOf<S>): Comparison<S> {
  const texts = new Set(
    operands.filter((each) => typeof each !== 'number').map((each) => comparable(String(each))),
  )
  const amongTexts = textual(textOf, (each) => texts.has(each))
  const numbers = operands.filter((each) => typeof each === 'number')
  if (numbers.length === 0) return amongTexts
  const among = amongNumbers<S>(numbers)
  return (value, subject) => (among(value, subject) === TRUE ? TRUE : amongTexts(value, subject))
}

function amongNumbers<S>(operands: readonly number[]): Comparison<S> {
  const isOperand = (value: FactValue) => {
    const number = numberOf(value)
    return number !== undefined && operands.includes(number)
  }
  return (value) => {
    const passes = typeof value === 'object' ? value.some(isOperand) : isOperand(value)
    return passes ? TRUE : FALSE
  }
}

/** The number that a value is or spells; CRMs hand numbers over as text. */
export function numberOf(value: FactValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
