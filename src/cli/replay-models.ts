import { requireModel } from '../../jobs/models.ts'
import { UserError } from '../errors.ts'
import type { Model } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import { type Installation, listInstallations } from '../store/installations.ts'
import { publishedModel } from '../store/model-lookup.ts'
import { versionName } from '../store/models.ts'
import { readNamed } from './named-file.ts'

/** The word that stands for the published model instead of a file. */
export const LIVE = 'live'

/** Reads a model file that must be right. */
export async function readModelFile(file: string): Promise<Model> {
  return requireModel(await readNamed(file), file)
}

/** The published model of an installation; null when none is published. */
export async function liveModelOf(db: Db, { id }: Pick<Installation, 'id'>): Promise<Model | null> {
  const stored = await publishedModel(db, id)
  return stored && requireModel(stored.document, versionName(stored))
}

/** The one model that all of the installations have live. */
export async function commonLiveModel(
  db: Db,
  installations: readonly Installation[],
): Promise<Model> {
  const models = new Map<string, Model>()
  for (const installation of installations) {
    const model = await liveModelOf(db, installation)
    if (model) models.set(model.name, model)
  }
  const [only, ...others] = models.values()
  if (only === undefined) throw new UserError('No model is published yet; name a file instead')
  if (others.length === 0) return only
  throw new UserError(
    `The installations have different models live (${[...models.keys()].join(', ')}); choose one with --installation ACCOUNT`,
  )
}

/**
 * The active installations, or the one with the account id that was asked for, active or not.
 * @throws UserError when there is none
 */
export async function chosenInstallations(
  db: Db,
  accountId: string | undefined,
): Promise<readonly Installation[]> {
  const all = await listInstallations(db)
  const chosen = all.filter((each) =>
    accountId === undefined ? each.status === 'active' : each.accountId === accountId,
  )
  if (chosen.length > 0) return chosen
  if (accountId === undefined) {
    throw new UserError('Nothing is installed yet, so nobody is stored. Try: npm run demo')
  }
  const known = all.map((each) => each.accountId).join(', ') || 'none'
  throw new UserError(`No installation has the account id ${accountId}; known are: ${known}`)
}
