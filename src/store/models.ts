import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The live model of an installation as it was published. */
export interface LiveModel {
  readonly modelId: string
  readonly hash: string
  /** The YAML text. */
  readonly document: string
}

/** The model that decides what is written; null when none was published yet. */
export async function liveModel(db: Db, installationId: string): Promise<LiveModel | null> {
  const { rows } = await sql<LiveModel>`
    select model_id as "modelId", hash, document from model_version
    where installation_id = ${installationId} and status = 'live'`.execute(db)
  return rows[0] ?? null
}

/** Makes a model the live one; the one before is retired. Publishing the live one again changes nothing. */
export async function publishModel(
  transaction: Db,
  installationId: string,
  model: LiveModel,
  now: Date,
): Promise<void> {
  await sql`
    update model_version set status = 'retired'
    where installation_id = ${installationId} and status = 'live'
      and (model_id, hash) <> (${model.modelId}, ${model.hash})`.execute(transaction)
  await sql`
    insert into model_version (installation_id, model_id, hash, document, status, created_at)
    values (${installationId}, ${model.modelId}, ${model.hash}, ${model.document}, 'live', ${now})
    on conflict (installation_id, model_id, hash) do update set status = 'live'`.execute(
    transaction,
  )
}
