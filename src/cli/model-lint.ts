import { formatFinding, type LintFinding, lintModel } from '../scoring/authoring/lint-model.ts'
import { formatProblem } from '../scoring/language/model-problem.ts'
import { type ModelReading, parseModel } from '../scoring/language/parse.ts'
import { KNOWN_VOCABULARY } from './model-vocabulary.ts'
import { readNamed } from './named-file.ts'
import { plural, print, safe } from './terminal.ts'

/**
 * What is likely wrong with a model that can be used. Exit code 1 when it cannot be used at all, and with
 * `strict` when there are warnings.
 */
export async function modelLint(
  file: string,
  options: { strict: boolean; json: boolean },
): Promise<void> {
  const text = await readNamed(file)
  const reading = parseModel(text, file)
  const problems = reading.ok ? [] : reading.problems
  const findings = findingsOf(reading, text, file)
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const ok = problems.length === 0 && !(options.strict && warnings > 0)
  if (!ok) process.exitCode = 1
  const name = reading.ok ? reading.model.name : null
  if (options.json) return print(JSON.stringify({ ok, model: name, problems, findings }))
  for (const problem of problems) print(safe(formatProblem(problem)))
  if (problems.length > 0) return print(`${plural(problems.length, 'problem')} in ${file}`)
  printFindings(findings)
  print(`${name}: ${summaryOf(findings)}`)
}

/** Nothing for a model that cannot be used: its problems come first. */
export function findingsOf(reading: ModelReading, text: string, file: string): LintFinding[] {
  if (!reading.ok) return []
  return lintModel(reading.model, { vocabulary: KNOWN_VOCABULARY, text, file })
}

export function printFindings(findings: readonly LintFinding[]): void {
  for (const finding of findings) print(safe(formatFinding(finding)))
}

/** "2 warnings, 1 hint", or "nothing to remark". */
export function summaryOf(findings: readonly LintFinding[]): string {
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const hints = findings.length - warnings
  const counts = [
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
    ...(hints > 0 ? [plural(hints, 'hint')] : []),
  ]
  return counts.length === 0 ? 'nothing to remark' : counts.join(', ')
}
