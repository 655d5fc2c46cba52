import { sql } from 'kysely'
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

/** The texts of the models that are in use or are being worked on: live, shadow and drafts. */
export async function textsAtHand(db: Db, installationId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ document: string }>`
    select document from model_version
    where installation_id = ${installationId} and status in ('live', 'shadow', 'draft')
    order by status = 'draft', created_at desc limit ${MOST_MODELS}`.execute(db)
  return rows.map(({ document }) => document)
}

/** Older drafts than these nobody works on any more. */
const MOST_MODELS = 20
