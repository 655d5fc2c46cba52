import { UserError } from '../errors.ts'
import { ActivityMapping } from '../leads/activity-mapping.ts'
import { knownKeysAt } from '../scoring/language/known-keys.ts'
import { listProblems } from '../scoring/language/list-problems.ts'
import { formatProblem, type ModelProblem } from '../scoring/language/model-problem.ts'
import { faultsOf } from '../scoring/language/schema-faults.ts'
import { readYaml } from '../scoring/language/yaml-source.ts'

/**
 * Reads a mapping from its YAML text.
 * @param file only quoted in problems
 * @throws UserError that lists every problem with its line, column and remedy
 */
export function readMapping(text: string, file: string): ActivityMapping {
  const yaml = readYaml(text, file)
  if (!yaml.ok) throw refusal(yaml.problems)
  const { value, problemAt } = yaml.source
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = 'this is not a mapping: it must be a block of keys'
    const remedy = 'Begin with forms:, pages: or meetings:; {} stands for no rules.'
    throw refusal([problemAt({ path: [], message, remedy })])
  }
  const parsed = ActivityMapping.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = faultsOf(parsed.error.issues, (path) => knownKeysAt(ActivityMapping, path))
  throw refusal(listProblems(faults, problemAt))
}

function refusal(problems: readonly ModelProblem[]): UserError {
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`)
  return new UserError(`The mapping has problems; nothing was changed:\n${lines.join('\n')}`)
}
