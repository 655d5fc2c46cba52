import { compileModel } from './engine/compile.ts'
import type { ExampleDocument, Expectation } from './language/example-schema.ts'
import { readFacts } from './language/facts-document.ts'
import type { Model } from './language/parse.ts'
import type { Result } from './result.ts'

/** Something an example expects that did not come out. */
interface Difference {
  readonly field: keyof Expectation
  readonly expected: unknown
  readonly actual: unknown
}

export interface ExampleOutcome {
  readonly name: string
  readonly ok: boolean
  readonly differences: readonly Difference[]
  readonly result: Result
}

/** Runs the model's own worked examples; ages are counted back from `asOf`. */
export function checkExamples(model: Model, asOf: Date): ExampleOutcome[] {
  const scorer = compileModel(model)
  return model.document.examples.map((example) => {
    const result = scorer.score(readFacts(example, asOf), asOf)
    const differences = differencesOf(example, result)
    return { name: example.name, ok: differences.length === 0, differences, result }
  })
}

function differencesOf({ expect }: ExampleDocument, result: Result): Difference[] {
  const actual = { ...expected(result) }
  const differences: Difference[] = []
  for (const field of Object.keys(expect)) {
    if (!isExpected(field, actual)) continue
    const wanted = expect[field]
    if (JSON.stringify(wanted) === JSON.stringify(actual[field])) continue
    differences.push({ field, expected: wanted, actual: actual[field] })
  }
  return differences
}

function isExpected(field: string, actual: Required<Expectation>): field is keyof Expectation {
  return Object.hasOwn(actual, field)
}

function expected(result: Result): Required<Expectation> {
  const { score, fit, engagement, intent, grade, tier, stage, action, route } = result
  return {
    score,
    fit,
    engagement,
    intent,
    grade,
    tier,
    stage,
    action,
    route,
    held: result.held.map(({ gate }) => gate),
    missing: [...result.missing],
  }
}
