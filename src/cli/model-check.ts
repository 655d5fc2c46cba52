import { checkExamples, type ExampleOutcome } from '../scoring/check-examples.ts'
import { formatProblem } from '../scoring/language/model-problem.ts'
import { parseModel } from '../scoring/language/parse.ts'
import { readNamed } from './named-file.ts'
import { plural, print } from './terminal.ts'

/** Says whether a model can be used: its problems with their places, and its own examples. Exit code 1 if not. */
export async function modelCheck(file: string, options: { json: boolean }): Promise<void> {
  const reading = parseModel(await readNamed(file), file)
  const problems = reading.ok ? [] : reading.problems
  const examples = reading.ok ? checkExamples(reading.model, new Date()) : []
  const failed = examples.filter((example) => !example.ok)
  const name = reading.ok ? reading.model.name : null
  if (problems.length > 0 || failed.length > 0) process.exitCode = 1
  if (options.json) {
    const outcomes = examples.map(({ name, ok, differences }) => ({ name, ok, differences }))
    return print(
      JSON.stringify({ ok: process.exitCode !== 1, model: name, problems, examples: outcomes }),
    )
  }
  for (const problem of problems) print(formatProblem(problem))
  for (const example of failed) printFailure(example)
  if (problems.length > 0) return print(`${plural(problems.length, 'problem')} in ${file}`)
  const held = `${examples.length - failed.length} of ${plural(examples.length, 'example')} hold`
  print(`${name}: no problems, ${held}`)
}

function printFailure({ name, differences }: ExampleOutcome): void {
  print(`example "${name}":`)
  for (const { field, expected, actual } of differences) {
    print(`  ${field} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
  }
}
