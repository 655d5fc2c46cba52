import type { Db } from './database.ts'
import { type ModelText, modelInRole, readVersion } from './models.ts'

/** The stored version of this name (`id@hash`), whatever became of it; null when it is not stored. */
export async function storedModel(
  db: Db,
  installationId: string,
  name: string,
): Promise<ModelText | null> {
  const at = name.lastIndexOf('@')
  if (at < 0) return null
  const ref = { modelId: name.slice(0, at), hash: name.slice(at + 1) }
  return readVersion(db, installationId, ref)
}

/** The published model; null when none is published. */
export async function publishedModel(db: Db, installationId: string): Promise<ModelText | null> {
  const ref = await modelInRole(db, installationId, 'live')
  return ref && readVersion(db, installationId, ref)
}
