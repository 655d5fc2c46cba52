import { UserError } from '../src/errors.ts'
import { compileModel } from '../src/scoring/engine/compile.ts'
import { formatProblem } from '../src/scoring/language/model-problem.ts'
import { type Model, parseModel } from '../src/scoring/language/parse.ts'
import type { Scorer } from '../src/scoring/result.ts'
import type { Db } from '../src/store/database.ts'
import { type LiveModel, liveModel } from '../src/store/models.ts'

/** Compiles each model version once per process. */
export function createScorers(db: Db): (installationId: string) => Promise<Scorer> {
  const compiled = new Map<string, Scorer>()
  return async (installationId) => {
    const live = await liveModel(db, installationId)
    if (!live) throw new UserError('No model is published for this installation; publish one first')
    const known = compiled.get(live.hash)
    if (known) return known
    const scorer = compileModel(requireModel(live.document, `${live.modelId}@${live.hash}`))
    compiled.set(live.hash, scorer)
    return scorer
  }
}

/** A model as it is published. Throws as `requireModel` does. */
export function parseLiveModel(text: string, name: string): LiveModel {
  const model = requireModel(text, name)
  return { modelId: model.model, hash: model.hash, document: text }
}

/**
 * Reads a model that must be right.
 * @param name what problems are reported under: the file, or the version
 * @throws UserError that lists every problem with its place and remedy
 */
export function requireModel(text: string, name: string): Model {
  const parsed = parseModel(text, name)
  if (parsed.ok) return parsed.model
  const lines = parsed.problems.map((problem) => `  ${formatProblem(problem)}`)
  throw new UserError(`The scoring model has problems:\n${lines.join('\n')}`)
}
