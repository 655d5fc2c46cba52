import { contentHash } from './content-hash.ts'
import { knownKeysAt } from './known-keys.ts'
import { listProblems } from './list-problems.ts'
import { checkModel } from './model-checks.ts'
import type { ModelProblem } from './model-problem.ts'
import { type ModelDocument, modelSchema } from './model-schema.ts'
import { patternsFault } from './pattern-size.ts'
import { faultsOf } from './schema-faults.ts'
import { readYaml } from './yaml-source.ts'

/** A model that has been checked: its document, and the name that scores carry. */
export interface Model {
  /** The model's id, as its author wrote it under `model`. */
  readonly model: string
  /** The first 12 hex digits of the content's SHA-256: the version. */
  readonly hash: string
  /** `id@hash` */
  readonly name: string
  readonly document: ModelDocument
}

export type ModelReading =
  | { readonly ok: true; readonly model: Model }
  | { readonly ok: false; readonly problems: ModelProblem[] }

/**
 * Reads a model from its YAML text. Never throws: whatever is wrong comes back as problems, in the order of
 * the text, each with its line, column and remedy. `file` is only quoted in the problems.
 */
export function parseModel(text: string, file?: string): ModelReading {
  const yaml = readYaml(text, file)
  if (!yaml.ok) return yaml
  const { value, problemAt } = yaml.source
  const excess = patternsFault(value)
  if (excess !== undefined) return { ok: false, problems: [problemAt(excess)] }
  const parsed = modelSchema.safeParse(value)
  if (!parsed.success) {
    const faults = faultsOf(parsed.error.issues, (path) => knownKeysAt(modelSchema, path))
    return { ok: false, problems: listProblems(faults, problemAt) }
  }
  const document = parsed.data
  const faults = checkModel(document)
  if (faults.length > 0) return { ok: false, problems: listProblems(faults, problemAt) }
  const hash = contentHash(document)
  const name = `${document.model}@${hash}`
  return { ok: true, model: { model: document.model, hash, name, document } }
}
