import type { FactValue } from '../../leads/facts.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type OperatorsDocument,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'
import {
  type Comparison,
  compileComparisons,
  FALSE,
  type Field,
  not,
  TRUE,
  type Truth,
  UNKNOWN,
} from './comparison.ts'

export type Predicate<S> = (subject: S) => Truth

/** Finds a field once, at compile time. */
export type FieldFinder<S> = (path: string) => Field<S>

/**
 * What a comparison with an unknown value gives: `certain` treats `exists` and `unknown` as answered by the
 * absence; `open` treats them as undecided too, because somebody may still fill the field in.
 */
export type Unknowns = 'certain' | 'open'

/** Compiles a condition of the model into one closure over the subject it looks at. */
export function compileCondition<S>(
  condition: ConditionDocument,
  find: FieldFinder<S>,
  unknowns: Unknowns = 'certain',
): Predicate<S> {
  const parts: Predicate<S>[] = testsOf(condition).map(([field, test]) =>
    compileField(find(field), test, unknowns),
  )
  for (const connective of CONNECTIVES) {
    const branches = condition[connective]
    if (branches === undefined) continue
    const compiled = branches.map((branch) => compileCondition(branch, find, unknowns))
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

function compileField<S>(
  field: Field<S>,
  document: TestDocument,
  unknowns: Unknowns,
): Predicate<S> {
  const test = typeof document === 'object' ? document : { eq: document }
  const whenUnknown = unknowns === 'open' ? UNKNOWN : truthOfUnknown(test)
  const { value: read } = field
  const comparisons = compileComparisons(test, field)
  const [first] = comparisons
  if (comparisons.length === 1 && first !== undefined) {
    return (subject) => {
      const value = read(subject)
      return value !== undefined ? first(value, subject) : whenUnknown
    }
  }
  return (subject) => {
    const value = read(subject)
    return value !== undefined ? lowest(comparisons, value, subject) : whenUnknown
  }
}

function lowest<S>(comparisons: readonly Comparison<S>[], value: FactValue, subject: S): Truth {
  let truth: Truth = TRUE
  for (const compare of comparisons) {
    const next = compare(value, subject)
    if (next === FALSE) return FALSE
    if (next < truth) truth = next
  }
  return truth
}

function truthOfUnknown(test: OperatorsDocument): Truth {
  const { exists, unknown, ...comparisons } = test
  const absent: Truth = exists === true || unknown === false ? FALSE : TRUE
  if (absent === FALSE) return FALSE
  return Object.keys(comparisons).length > 0 ? UNKNOWN : TRUE
}
