import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UserError } from '../src/errors.ts'
import { canonicalJson } from '../src/scoring/language/content-hash.ts'
import { knownKeysAt } from '../src/scoring/language/known-keys.ts'
import { formatProblem, type ModelProblem } from '../src/scoring/language/model-problem.ts'
import { faultsOf } from '../src/scoring/language/schema-faults.ts'
import { readYaml } from '../src/scoring/language/yaml-source.ts'

const Seconds = z.number().min(0).max(3_600)
/** A shorter part would be found in the names of people's browsers. */
const AgentPart = z.string().trim().min(3).max(200)

const Criteria = z.strictObject({
  enabled: z.boolean().default(true),
  opens: z.boolean().default(false),
  user_agents: z.array(AgentPart).max(1_000).optional(),
  before_delivery: z.boolean().default(false),
  too_soon: z.strictObject({ seconds: Seconds, within_seconds: Seconds }).optional(),
  burst: z
    .strictObject({ links: z.number().int().min(2).max(1_000), within_seconds: Seconds })
    .optional(),
})

/** How scanners' clicks are told, and which version of that this is. */
export interface ScannerRule {
  readonly criteria: z.infer<typeof Criteria>
  /** The first 12 hex digits of the content's SHA-256; layout and comments do not count. */
  readonly version: string
}

/**
 * Reads the rule's file.
 * @throws UserError when it cannot be read, or with every problem, its place and remedy
 */
export async function loadScannerRule(file: string): Promise<ScannerRule> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`Cannot read the rule ${file}; check PLUMBLINE_SCANNER_RULE`, { cause })
  })
  return parseScannerRule(text, file)
}

/** Reads the rule from its YAML text. Throws as `loadScannerRule` does. */
export function parseScannerRule(text: string, file: string): ScannerRule {
  const yaml = readYaml(text, file)
  if (!yaml.ok) throw wrongRule(yaml.problems)
  const { value, problemAt } = yaml.source
  const parsed = Criteria.safeParse(value)
  if (!parsed.success) {
    const faults = faultsOf(parsed.error.issues, (path) => knownKeysAt(Criteria, path))
    throw wrongRule(faults.map(problemAt))
  }
  const hash = createHash('sha256').update(canonicalJson(parsed.data)).digest('hex')
  return { criteria: parsed.data, version: hash.slice(0, 12) }
}

function wrongRule(problems: readonly ModelProblem[]): UserError {
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`)
  return new UserError(`The rule for scanners' clicks has problems:\n${lines.join('\n')}`)
}
