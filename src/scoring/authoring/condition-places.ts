import type { Path } from '../language/model-problem.ts'
import type { ModelDocument } from '../language/model-schema.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type OperatorsDocument,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'

/** A condition and where it stands in the model. */
export interface PlacedCondition {
  readonly condition: ConditionDocument
  readonly path: Path
  /** `when` and `unless` look at facts, `where` at the attributes of an activity. */
  readonly about: 'facts' | 'attributes'
}

/** One comparison of one field, with the path of the field. */
export interface PlacedTest {
  readonly field: string
  readonly test: TestDocument
  readonly path: Path
}

/** Every condition of the model's signals, gates, routing and buying group. */
export function conditionsOf(document: ModelDocument): PlacedCondition[] {
  const { signals, gates, routing, accounts } = document
  return [
    ...signals.flatMap(({ when, unless, where, sequence }, index) => [
      ...placed(when, ['signals', index, 'when'], 'facts'),
      ...placed(unless, ['signals', index, 'unless'], 'facts'),
      ...placed(where, ['signals', index, 'where'], 'attributes'),
      ...(sequence ?? []).flatMap((step, at) =>
        placed(step.where, ['signals', index, 'sequence', at, 'where'], 'attributes'),
      ),
    ]),
    ...gates.flatMap(({ when, unless }, index) => [
      ...placed(when, ['gates', index, 'when'], 'facts'),
      ...placed(unless, ['gates', index, 'unless'], 'facts'),
    ]),
    ...routing.flatMap(({ when }, index) => placed(when, ['routing', index, 'when'], 'facts')),
    ...(accounts?.buying_group ?? []).flatMap(({ when }, index) =>
      placed(when, ['accounts', 'buying_group', index, 'when'], 'facts'),
    ),
  ]
}

function placed(
  condition: ConditionDocument | undefined,
  path: Path,
  about: PlacedCondition['about'],
): PlacedCondition[] {
  return condition === undefined ? [] : [{ condition, path, about }]
}

/** Every comparison of a condition at any depth. */
export function placedTests(condition: ConditionDocument, path: Path): PlacedTest[] {
  const tests = testsOf(condition).map(([field, test]): PlacedTest => {
    return { field, test, path: [...path, field] }
  })
  for (const connective of CONNECTIVES) {
    for (const [index, branch] of (condition[connective] ?? []).entries()) {
      tests.push(...placedTests(branch, [...path, connective, index]))
    }
  }
  return tests
}

/** A bare value is short for `eq`. */
export function operatorsOf(test: TestDocument): OperatorsDocument {
  return typeof test === 'object' ? test : { eq: test }
}
