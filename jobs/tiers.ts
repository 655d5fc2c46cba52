import type { Tiers } from '../connectors/connector.ts'
import type { Db } from '../src/store/database.ts'
import { modelInRole, readVersion, versionName } from '../src/store/models.ts'
import { requireModel } from './models.ts'

/** The tiers that the live model of an installation names, best first; none where no model is live. */
export async function tiersOf({ db }: { readonly db: Db }, installationId: string): Promise<Tiers> {
  const live = await modelInRole(db, installationId, 'live')
  const version = live && (await readVersion(db, installationId, live))
  if (!version) return { person: [], company: [] }
  const { document } = requireModel(version.document, versionName(version))
  return {
    person: Object.keys(document.tiers),
    company: Object.keys(document.accounts?.tiers ?? {}),
  }
}
