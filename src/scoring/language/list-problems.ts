import type { ModelProblem } from './model-problem.ts'

/** More than anybody corrects before they check again; hostile files have tens of thousands. */
const MOST_PROBLEMS = 100

/** The problems in the order of the text; how many were left out is said by the last one. */
export function listProblems<T>(
  faults: readonly T[],
  problemAt: (fault: T) => ModelProblem,
): ModelProblem[] {
  const listed = faults.slice(0, MOST_PROBLEMS).map(problemAt)
  const problems = listed.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const last = problems.at(-1)
  if (last === undefined || faults.length <= MOST_PROBLEMS) return problems
  const message = `${faults.length - MOST_PROBLEMS} more problems are not listed`
  return [...problems, { ...last, path: '', message, remedy: 'Correct the others first.' }]
}
