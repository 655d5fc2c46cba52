import { UserError } from '../src/errors.ts'
import type { AccountScorer } from '../src/scoring/accounts/account-result.ts'
import { compileAccounts } from '../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../src/scoring/engine/compile.ts'
import { formatProblem } from '../src/scoring/language/model-problem.ts'
import { type Model, parseModel } from '../src/scoring/language/parse.ts'
import type { Scorer } from '../src/scoring/result.ts'
import type { Db } from '../src/store/database.ts'
import {
  type ModelRef,
  type ModelText,
  modelInRole,
  readVersion,
  versionName,
} from '../src/store/models.ts'
import type { DbOf } from '../src/store/tenants.ts'

/** The models of all installations, compiled; part of what the stages work with. */
export interface Models {
  /** The compiled live model of an installation. */
  scorer(installationId: string): Promise<Scorer>
  /** What the live model says about accounts; null where it says nothing. */
  accounts(installationId: string): Promise<AccountScorer | null>
  /** The compiled model that scores beside the live one, for comparison only; null when there is none. */
  shadow(installationId: string): Promise<Scorer | null>
}

/** One version, ready to score with. */
interface CompiledModel {
  /** `id@hash` */
  readonly name: string
  readonly scorer: Scorer
  readonly accounts: AccountScorer | null
}

type Role = 'live' | 'shadow'

/**
 * Compiles each version once per process and keeps it while an installation uses it. Which version that is, is
 * asked anew every time: a publication counts from the next batch on, in every process.
 */
export function createModels(dbOf: DbOf): Models {
  const inUse = { live: new Map<string, CompiledModel>(), shadow: new Map<string, CompiledModel>() }
  const modelOf = async (role: Role, installationId: string) => {
    const db = dbOf(installationId)
    const ref = await modelInRole(db, installationId, role)
    if (!ref) {
      inUse[role].delete(installationId)
      return null
    }
    const known = findCompiled(inUse, installationId, versionName(ref))
    const model = known ?? (await compileVersion(db, installationId, ref))
    inUse[role].set(installationId, model)
    return model
  }
  const liveModel = async (installationId: string) => {
    const live = await modelOf('live', installationId)
    if (live) return live
    throw new UserError('No model is published for this installation; publish one first')
  }
  return {
    scorer: async (installationId) => (await liveModel(installationId)).scorer,
    accounts: async (installationId) => (await liveModel(installationId)).accounts,
    shadow: async (installationId) => (await modelOf('shadow', installationId))?.scorer ?? null,
  }
}

/** The installation's own first; a starter model is also in use by many others. */
function findCompiled(
  inUse: Readonly<Record<Role, ReadonlyMap<string, CompiledModel>>>,
  installationId: string,
  name: string,
): CompiledModel | undefined {
  for (const models of [inUse.live, inUse.shadow]) {
    const own = models.get(installationId)
    if (own?.name === name) return own
  }
  return [...inUse.live.values(), ...inUse.shadow.values()].find((model) => model.name === name)
}

async function compileVersion(
  db: Db,
  installationId: string,
  ref: ModelRef,
): Promise<CompiledModel> {
  const name = versionName(ref)
  const version = await readVersion(db, installationId, ref)
  if (!version) throw new Error(`the model version ${name} is gone`)
  const model = requireModel(version.document, name)
  return { name, scorer: compileModel(model), accounts: compileAccounts(model) }
}

/** A model as it is stored and published. Throws as `requireModel` does. */
export function parseModelText(text: string, name: string): ModelText {
  return asStored(requireModel(text, name), text)
}

/** The same of a model that has been read already. */
export function asStored({ model, hash, document }: Model, text: string): ModelText {
  return { modelId: model, hash, document: text, scoresAccounts: document.accounts !== undefined }
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
