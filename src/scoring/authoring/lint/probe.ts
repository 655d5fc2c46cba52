import type { FactValue } from '../../../leads/facts.ts'
import { compileModel } from '../../engine/compile.ts'
import { modelSchema } from '../../language/model-schema.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type Scalar,
  testsOf,
} from '../../language/predicate-document.ts'
import type { Facts } from '../../result.ts'
import { operatorsOf } from '../condition-places.ts'

/** Says for every condition whether it holds when nothing but this field is known. */
export type Probe = (field: string, value: FactValue | undefined) => boolean[]

const AT_ANY_TIME = new Date(0)

/**
 * Asks the engine itself about conditions on facts, so that lint and scoring cannot disagree. Conditions must
 * name fields (`person.x`), not attributes.
 */
export function probeConditions(conditions: readonly ConditionDocument[]): Probe {
  const names = conditions.map((_condition, index) => `c${index}`)
  const document = modelSchema.parse({
    model: 'probe',
    dimensions: { fit: { max: conditions.length } },
    signals: conditions.map((when, index) => {
      return { id: names[index], label: 'probe', dimension: 'fit', points: 1, when }
    }),
    grades: { D: 0 },
    stages: { mql: {} },
    tiers: { A: {} },
  })
  const scorer = compileModel({ model: 'probe', hash: '', name: 'probe', document })
  return (field, value) => {
    const { lines } = scorer.itemise(factsWith(field, value), AT_ANY_TIME)
    const holding = new Set(Array.from(lines, ({ signal }) => signal))
    return names.map((name) => holding.has(name))
  }
}

function factsWith(field: string, value: FactValue | undefined): Facts {
  const [subject, name = ''] = field.split('.')
  const known = value === undefined ? {} : { [name]: value }
  return {
    person: subject === 'person' ? known : {},
    company: subject === 'company' ? known : {},
    activities: [],
  }
}

/** Tests that search inside texts: no list of values can stand for everything that they find. */
const SEARCHES = ['starts_with', 'ends_with', 'contains', 'matches'] as const

export function isSearch(operator: string): boolean {
  return SEARCHES.some((search) => search === operator)
}

type Operand = readonly [operator: string, operand: Scalar]

/** Everything that a condition compares with, at any depth. */
export function operandsOf(condition: ConditionDocument): Operand[] {
  const operands = testsOf(condition).flatMap(([, test]) =>
    Object.entries(operatorsOf(test)).flatMap(([operator, operand]) =>
      (operand === undefined ? [] : [operand].flat()).map((each): Operand => [operator, each]),
    ),
  )
  for (const connective of CONNECTIVES) {
    for (const branch of condition[connective] ?? []) operands.push(...operandsOf(branch))
  }
  return operands
}

/** A text that no model asks for. */
const SOMETHING_ELSE = '\u0000'

/** One value of a field for every way in which conditions without searches can come out; undefined is unknown. */
export function decidingValues(
  conditions: readonly ConditionDocument[],
  isList: boolean,
): (FactValue | undefined)[] {
  const values = new Set<FactValue | undefined>([undefined, SOMETHING_ELSE, true, false])
  const numbers: number[] = []
  const texts: string[] = []
  for (const [, operand] of conditions.flatMap(operandsOf)) {
    values.add(operand)
    if (typeof operand === 'number') numbers.push(operand)
    if (typeof operand === 'string') texts.push(operand)
  }
  for (const number of between(numbers)) values.add(number)
  return isList && texts.length > 1 ? [...values, texts] : [...values]
}

/** A number below all, one above all, and one in every gap. */
function between(numbers: readonly number[]): number[] {
  const [lowest, ...higher] = numbers.toSorted((a, b) => a - b)
  if (lowest === undefined) return []
  const found = [lowest - 1]
  let last = lowest
  for (const number of higher) {
    found.push((last + number) / 2)
    last = number
  }
  return [...found, last + 1]
}
