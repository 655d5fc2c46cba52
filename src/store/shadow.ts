import { sql } from 'kysely'
import { UserError } from '../errors.ts'
import { recordAudit } from './audit.ts'
import { type Db, inTransaction } from './database.ts'
import { type DueCounts, markEverybody } from './due-everybody.ts'
import {
  type Decision,
  lockModels,
  type ModelRef,
  type ModelText,
  modelInRole,
  saveDraft,
  versionName,
} from './models.ts'

/** What starting a shadow did. */
export type ShadowStart =
  | {
      readonly changed: true
      readonly model: string
      /** The shadow before, whose scores are dropped. */
      readonly replaced: string | null
      readonly due: DueCounts
    }
  | { readonly changed: false; readonly model: string }

/**
 * Lets a version score everybody beside the live one from now on, for comparison only. Whoever was the shadow
 * before no longer is. Making the shadow the shadow again changes nothing.
 * @throws UserError when the version is live
 */
export function setShadow(
  db: Db,
  installationId: string,
  model: ModelText,
  decision: Decision,
): Promise<ShadowStart> {
  return inTransaction(db, async (transaction) => {
    await lockModels(transaction, installationId)
    const name = versionName(model)
    const live = await modelInRole(transaction, installationId, 'live')
    if (live && versionName(live) === name) {
      throw new UserError(`${name} is live already; there would be nothing to compare`)
    }
    const before = await modelInRole(transaction, installationId, 'shadow')
    if (before && versionName(before) === name) return { changed: false, model: name }
    await saveDraft(transaction, installationId, model, decision.at)
    await retireShadow(transaction, installationId)
    await sql`
      update model_version set status = 'shadow', shadowed_at = ${decision.at}
      where installation_id = ${installationId} and model_id = ${model.modelId}
        and hash = ${model.hash}`.execute(transaction)
    // Companies are left alone: there are no shadow scores of accounts.
    const due = await markEverybody(transaction, installationId, false, decision.at)
    const replaced = before && versionName(before)
    const details = { replaced, ...due }
    await noteShadow(transaction, installationId, 'model.shadow_started', model, details, decision)
    return { changed: true, model: name, replaced, due }
  })
}

/** Ends the shadow and drops its scores. Returns its name; null when there was none. */
export function endShadow(
  db: Db,
  installationId: string,
  decision: Decision,
): Promise<string | null> {
  return inTransaction(db, async (transaction) => {
    await lockModels(transaction, installationId)
    const shadow = await modelInRole(transaction, installationId, 'shadow')
    if (!shadow) return null
    await retireShadow(transaction, installationId)
    await noteShadow(transaction, installationId, 'model.shadow_ended', shadow, {}, decision)
    return versionName(shadow)
  })
}

async function retireShadow(transaction: Db, installationId: string): Promise<void> {
  await sql`
    update model_version
    set status = case when published_at is null then 'draft' else 'retired' end
    where installation_id = ${installationId} and status = 'shadow'`.execute(transaction)
  await sql`delete from shadow_score where installation_id = ${installationId}`.execute(transaction)
}

async function noteShadow(
  transaction: Db,
  installationId: string,
  action: string,
  model: ModelRef,
  details: Readonly<Record<string, unknown>>,
  { actor, reason, at }: Decision,
): Promise<void> {
  const entry = { action, kind: 'model', id: versionName(model), details: { ...details, reason } }
  await recordAudit(transaction, installationId, actor, [entry], at)
}
