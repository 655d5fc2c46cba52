import { checkAccountExamples } from '../scoring/accounts/check-account-examples.ts'
import { checkExamples } from '../scoring/check-examples.ts'
import { formatProblem, type ModelProblem } from '../scoring/language/model-problem.ts'
import { type Model, type ModelReading, parseModel } from '../scoring/language/parse.ts'
import { findingsOf, printFindings, summaryOf } from './model-lint.ts'
import { readNamed } from './named-file.ts'
import { plural, print, safe } from './terminal.ts'

/**
 * Says whether a model can be used: its problems with their places, what is likely not meant (lint), and its
 * own examples. Exit code 1 for problems and for examples that do not hold.
 */
export async function modelCheck(file: string, options: { json: boolean }): Promise<void> {
  const text = await readNamed(file)
  const { reading, problems, examples, failed } = examine(text, file)
  const findings = findingsOf(reading, text, file)
  const name = reading.ok ? reading.model.name : null
  if (problems.length > 0 || failed.length > 0) process.exitCode = 1
  if (options.json) {
    const outcomes = examples.map(({ name, ok, differences }) => ({ name, ok, differences }))
    return print(
      JSON.stringify({
        ok: process.exitCode !== 1,
        model: name,
        problems,
        findings,
        examples: outcomes,
      }),
    )
  }
  for (const problem of problems) print(safe(formatProblem(problem)))
  printFindings(findings)
  for (const example of failed) printFailure(example)
  if (problems.length > 0) return print(`${plural(problems.length, 'problem')} in ${file}`)
  const held = `${examples.length - failed.length} of ${plural(examples.length, 'example')} hold`
  print(`${name}: no problems, ${held}; lint: ${summaryOf(findings)}`)
}

/** What came of one example, of a person or of an account. */
type Outcome =
  | ReturnType<typeof checkExamples>[number]
  | ReturnType<typeof checkAccountExamples>[number]

/** A model's text, read and tried on its own examples. */
export interface Examination {
  readonly reading: ModelReading
  /** What keeps it from being used; empty when it could be read. */
  readonly problems: readonly ModelProblem[]
  readonly examples: readonly Outcome[]
  /** Those of the examples that do not hold. */
  readonly failed: readonly Outcome[]
}

/** Reads a model and runs its examples. `file` is only quoted in the problems. */
export function examine(text: string, file: string): Examination {
  const reading = parseModel(text, file)
  const problems = reading.ok ? [] : reading.problems
  const examples = reading.ok ? outcomesOf(reading.model, new Date()) : []
  return { reading, problems, examples, failed: examples.filter((example) => !example.ok) }
}

function outcomesOf(model: Model, asOf: Date): Outcome[] {
  return [...checkExamples(model, asOf), ...checkAccountExamples(model, asOf)]
}

/** One example that does not hold, with both values. */
export function printFailure({ name, differences }: Outcome): void {
  print(`example "${safe(name)}":`)
  for (const { field, expected, actual } of differences) {
    print(`  ${field} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
  }
}
