import type { FactValue } from '../../leads/facts.ts'
import { comparable } from '../language/comparable-text.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  compilePattern,
  type OperatorsDocument,
  type Scalar,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'

/** Three-valued truth, ordered so that "and" is the minimum and "or" the maximum. */
export type Truth = 0 | 1 | 2
export const FALSE: Truth = 0
export const UNKNOWN: Truth = 1
export const TRUE: Truth = 2

export type Predicate<S> = (subject: S) => Truth
/** Finds a field's reader once, at compile time. */
export type Reader<S> = (field: string) => (subject: S) => FactValue | undefined

/**
 * What a comparison with an unknown value gives: `certain` treats `exists` and `unknown` as answered by the
 * absence; `open` treats them as undecided too, because somebody may still fill the field in.
 */
export type Unknowns = 'certain' | 'open'

/** Compiles a condition of the model into one closure over the subject it looks at. */
export function compileCondition<S>(
  condition: ConditionDocument,
  reader: Reader<S>,
  unknowns: Unknowns = 'certain',
): Predicate<S> {
  const parts: Predicate<S>[] = testsOf(condition).map(([field, test]) =>
    compileField(reader(field), test, unknowns),
  )
  for (const connective of CONNECTIVES) {
    const branches = condition[connective]
    if (branches === undefined) continue
    const compiled = branches.map((branch) => compileCondition(branch, reader, unknowns))
    parts.push(CONNECT[connective](compiled))
  }
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : all(parts)
}

const CONNECT = { all, any, none }

function all<S>(parts: readonly Predicate<S>[]): Predicate<S> {
  return (subject) => {
    let truth: Truth = TRUE
    for (const part of parts) {
      const next = part(subject)
      if (next === FALSE) return FALSE
      if (next < truth) truth = next
    }
    return truth
  }
}

function any<S>(parts: readonly Predicate<S>[]): Predicate<S> {
  return (subject) => {
    let truth: Truth = FALSE
    for (const part of parts) {
      const next = part(subject)
      if (next === TRUE) return TRUE
      if (next > truth) truth = next
    }
    return truth
  }
}

function none<S>(parts: readonly Predicate<S>[]): Predicate<S> {
  const some = any(parts)
  return (subject) => not(some(subject))
}

export function not(truth: Truth): Truth {
  if (truth === UNKNOWN) return UNKNOWN
  return truth === TRUE ? FALSE : TRUE
}

function compileField<S>(
  read: (subject: S) => FactValue | undefined,
  document: TestDocument,
  unknowns: Unknowns,
): Predicate<S> {
  const test = typeof document === 'object' ? document : { eq: document }
  const whenUnknown = unknowns === 'open' ? UNKNOWN : truthOfUnknown(test)
  const compare = both(compileOperators(test))
  return (subject) => {
    const value = read(subject)
    return isKnown(value) ? compare(value) : whenUnknown
  }
}

/** Blank text and NaN say as little as absence does. */
export function isKnown(value: FactValue | undefined): value is FactValue {
  if (value === undefined) return false
  if (typeof value === 'string') return value.trim() !== ''
  return typeof value !== 'number' || !Number.isNaN(value)
}

function truthOfUnknown(test: OperatorsDocument): Truth {
  const { exists, unknown, ...comparisons } = test
  const absent: Truth = exists === true || unknown === false ? FALSE : TRUE
  if (absent === FALSE) return FALSE
  return Object.keys(comparisons).length > 0 ? UNKNOWN : TRUE
}

type Comparison = (value: FactValue) => Truth

function both(comparisons: readonly Comparison[]): Comparison {
  const [only] = comparisons
  return comparisons.length === 1 && only !== undefined ? only : all(comparisons)
}

function compileOperators(test: OperatorsDocument): Comparison[] {
  const comparisons: Comparison[] = []
  if (test.exists !== undefined) comparisons.push(constant(test.exists))
  if (test.unknown !== undefined) comparisons.push(constant(!test.unknown))
  if (test.eq !== undefined) comparisons.push(someElement(equalTo(test.eq)))
  if (test.in !== undefined) comparisons.push(someElement(oneOf(test.in)))
  if (test.not_in !== undefined) comparisons.push(negate(someElement(oneOf(test.not_in))))
  comparisons.push(...compileNumbers(test), ...compileText(test))
  return comparisons
}

function compileNumbers(test: OperatorsDocument): Comparison[] {
  const { gt, gte, lt, lte, between } = test
  const comparisons: Comparison[] = []
  if (gt !== undefined) comparisons.push(numeric((value) => value > gt))
  if (gte !== undefined) comparisons.push(numeric((value) => value >= gte))
  if (lt !== undefined) comparisons.push(numeric((value) => value < lt))
  if (lte !== undefined) comparisons.push(numeric((value) => value <= lte))
  if (between === undefined) return comparisons
  const [low, high] = between
  comparisons.push(numeric((value) => value >= low && value <= high))
  return comparisons
}

function compileText(test: OperatorsDocument): Comparison[] {
  const comparisons: Comparison[] = []
  if (test.starts_with !== undefined) {
    const start = comparable(test.starts_with)
    comparisons.push(someElement((value) => textOf(value).startsWith(start)))
  }
  if (test.ends_with !== undefined) {
    const end = comparable(test.ends_with)
    comparisons.push(someElement((value) => textOf(value).endsWith(end)))
  }
  if (test.contains !== undefined) comparisons.push(containing(test.contains))
  if (test.matches !== undefined) {
    const pattern = compilePattern(test.matches)
    comparisons.push(someElement((value) => pattern.test(textOf(value))))
  }
  return comparisons
}

function constant(holds: boolean): Comparison {
  return () => (holds ? TRUE : FALSE)
}

function negate(comparison: Comparison): Comparison {
  return (value) => not(comparison(value))
}

/** A multi-select passes when one of its elements does. */
function someElement(holds: (value: Scalar) => boolean): Comparison {
  return (value) => {
    if (typeof value === 'object') return value.some(holds) ? TRUE : FALSE
    return holds(value) ? TRUE : FALSE
  }
}

/** A text contains a part of itself; a multi-select contains whole elements. */
function containing(operand: string): Comparison {
  const part = comparable(operand)
  return (value) => {
    const found =
      typeof value === 'object'
        ? value.some((element) => comparable(element) === part)
        : textOf(value).includes(part)
    return found ? TRUE : FALSE
  }
}

/** A value that is no number cannot be compared with one: that is unknown, not false. */
function numeric(holds: (value: number) => boolean): Comparison {
  return (value) => {
    const number = numberOf(value)
    if (number === undefined) return UNKNOWN
    return holds(number) ? TRUE : FALSE
  }
}

function equalTo(operand: Scalar): (value: Scalar) => boolean {
  if (typeof operand === 'number') return (value) => numberOf(value) === operand
  const text = textOf(operand)
  return (value) => textOf(value) === text
}

function oneOf(operands: readonly Scalar[]): (value: Scalar) => boolean {
  const texts = new Set(operands.filter((each) => typeof each !== 'number').map(textOf))
  const numbers = operands.filter((each) => typeof each === 'number')
  return (value) => {
    if (texts.has(textOf(value))) return true
    if (numbers.length === 0) return false
    const number = numberOf(value)
    return number !== undefined && numbers.includes(number)
  }
}

function textOf(value: Scalar): string {
  return comparable(String(value))
}

/** The number that a value is or spells; CRMs hand numbers over as text. */
export function numberOf(value: FactValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
