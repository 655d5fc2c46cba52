import { compileModel } from './engine/compile.ts'
import { type Difference, differencesOf } from './example-differences.ts'
import type { ExampleDocument, Expectation } from './language/example-schema.ts'
import { readFacts } from './language/facts-document.ts'
import type { Model } from './language/parse.ts'
import type { Result } from './result.ts'

export interface ExampleOutcome {
  readonly name: string
  readonly ok: boolean
  readonly differences: readonly Difference[]
  readonly result: Result
}

/** Runs the model's own worked examples; ages are counted back from `asOf`. */
export function checkExamples(model: Model, asOf: Date): ExampleOutcome[] {
  const scorer = compileModel(model)
  return model.document.examples.map((example) =>
    outcomeOf(example, scorer.score(readFacts(example, asOf), asOf)),
  )
}

function outcomeOf({ name, expect }: ExampleDocument, result: Result): ExampleOutcome {
  const differences = differencesOf(expect, expected(result))
  return { name, ok: differences.length === 0, differences, result }
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
