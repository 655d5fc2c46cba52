import { sql } from 'kysely'
import { UserError } from '../errors.ts'
import { recordAudit } from './audit.ts'
import { type Db, inTransaction } from './database.ts'
import { type DueCounts, markEverybody } from './due-everybody.ts'

/** Names one version of one model. */
export interface ModelRef {
  readonly modelId: string
  readonly hash: string
}

/** The content of a version. */
export interface ModelText extends ModelRef {
  /** The YAML text. */
  readonly document: string
  readonly scoresAccounts: boolean
}

/** Who decided a change of the models, when and why. */
export interface Decision {
  readonly actor: string
  readonly reason: string | null
  readonly at: Date
}

/** What a publication did. */
export type Publication =
  | {
      readonly changed: true
      /** `id@hash`, as everywhere below. */
      readonly model: string
      readonly previous: string | null
      /** How many are scored anew. */
      readonly due: DueCounts
    }
  | { readonly changed: false; readonly model: string }

/** `id@hash`, the name that scores carry. */
export function versionName({ modelId, hash }: ModelRef): string {
  return `${modelId}@${hash}`
}

/** The model that decides what is written (`live`), or the one that is only watched; null when there is none. */
export async function modelInRole(
  db: Db,
  installationId: string,
  role: 'live' | 'shadow',
): Promise<ModelRef | null> {
  const { rows } = await sql<ModelRef>`
    select model_id as "modelId", hash from model_version
    where installation_id = ${installationId} and status = ${role}`.execute(db)
  return rows[0] ?? null
}

/** The content of a stored version; null when there is no such version. */
export async function readVersion(
  db: Db,
  installationId: string,
  { modelId, hash }: ModelRef,
): Promise<ModelText | null> {
  const { rows } = await sql<ModelText>`
    select model_id as "modelId", hash, document, scores_accounts as "scoresAccounts"
    from model_version
    where installation_id = ${installationId} and model_id = ${modelId} and hash = ${hash}`.execute(
    db,
  )
  return rows[0] ?? null
}

/** Stores a version as a draft. One that is stored already stays what it is. Returns whether it is new. */
export async function saveDraft(
  db: Db,
  installationId: string,
  { modelId, hash, document, scoresAccounts }: ModelText,
  at: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into model_version
      (installation_id, model_id, hash, document, scores_accounts, status, created_at)
    values (${installationId}, ${modelId}, ${hash}, ${document}, ${scoresAccounts}, 'draft', ${at})
    on conflict (installation_id, model_id, hash) do nothing`.execute(db)
  return numAffectedRows === 1n
}

/**
 * Makes a model the live one and everybody alive due for scoring with it, both or neither. The version before
 * is retired. Publishing the live one again changes nothing; publishing the shadow ends the shadow.
 */
export function publish(
  db: Db,
  installationId: string,
  model: ModelText,
  decision: Decision,
): Promise<Publication> {
  return inTransaction(db, async (transaction) => {
    await lockModels(transaction, installationId)
    const live = await modelInRole(transaction, installationId, 'live')
    const name = versionName(model)
    if (live && versionName(live) === name) return { changed: false, model: name }
    await saveDraft(transaction, installationId, model, decision.at)
    return goLive(transaction, installationId, { model, live, restores: null }, decision)
  })
}

/** What a rollback would make live again. */
export interface RollbackTarget extends ModelText {
  /** The publication that made it live. */
  readonly publication: string
}

/**
 * What was live before the live version came; null when nothing was. A version that a rollback has restored
 * counts as published when it first was, so that rollbacks go ever further back instead of to and fro.
 */
export async function rollbackTarget(
  db: Db,
  installationId: string,
): Promise<RollbackTarget | null> {
  const { rows } = await sql<RollbackTarget>`
    with current as (
      select coalesce(p.restores, p.id) as id from model_publication p
      where p.installation_id = ${installationId} order by p.id desc limit 1),
    before as (
      select p.* from model_publication p join current c on p.id < c.id
      where p.installation_id = ${installationId} order by p.id desc limit 1)
    select coalesce(b.restores, b.id)::text as publication, v.model_id as "modelId", v.hash,
      v.document, v.scores_accounts as "scoresAccounts"
    from before b join model_version v on v.installation_id = b.installation_id
      and v.model_id = b.model_id and v.hash = b.hash`.execute(db)
  return rows[0] ?? null
}

/**
 * Publishes what was live before, as a publication of its own.
 * @param from the version to leave; two rollbacks of the same version must not become two steps back
 * @throws UserError when `from` is not live any more, or nothing was live before it
 */
export function rollback(
  db: Db,
  installationId: string,
  from: ModelRef,
  decision: Decision,
): Promise<Publication> {
  return inTransaction(db, async (transaction) => {
    await lockModels(transaction, installationId)
    const live = await modelInRole(transaction, installationId, 'live')
    if (!live || versionName(live) !== versionName(from)) {
      throw new UserError(
        `${versionName(from)} is not live any more${live ? `, ${versionName(live)} is` : ''}; look at "model versions" and decide again`,
      )
    }
    const target = await rollbackTarget(transaction, installationId)
    if (!target) throw nothingBefore(from)
    const { publication, ...model } = target
    return goLive(transaction, installationId, { model, live, restores: publication }, decision)
  })
}

/** The error of a rollback from the first version there was. */
export function nothingBefore(live: ModelRef): UserError {
  return new UserError(
    `No version was live before ${versionName(live)}. Publish another one: "model publish FILE".`,
  )
}

interface Succession {
  readonly model: ModelText
  readonly live: ModelRef | null
  readonly restores: string | null
}

async function goLive(
  transaction: Db,
  installationId: string,
  { model, live, restores }: Succession,
  { actor, reason, at }: Decision,
): Promise<Publication> {
  const name = versionName(model)
  await sql`
    update model_version set status = 'retired'
    where installation_id = ${installationId} and status = 'live'`.execute(transaction)
  await sql`
    delete from shadow_score where installation_id = ${installationId} and model = ${name}`.execute(
    transaction,
  )
  await sql`
    update model_version set status = 'live', published_at = ${at}
    where installation_id = ${installationId} and model_id = ${model.modelId}
      and hash = ${model.hash}`.execute(transaction)
  await sql`
    insert into model_publication (installation_id, at, actor, model_id, hash, previous_model_id,
      previous_hash, reason, restores)
    values (${installationId}, ${at}, ${actor}, ${model.modelId}, ${model.hash},
      ${live?.modelId ?? null}, ${live?.hash ?? null}, ${reason}, ${restores})`.execute(transaction)
  const due = await markEverybody(transaction, installationId, model.scoresAccounts, at)
  const previous = live && versionName(live)
  const action = restores ? 'model.rolled_back' : 'model.published'
  const details = { previous, reason, ...due }
  await recordAudit(
    transaction,
    installationId,
    actor,
    [{ action, kind: 'model', id: name, details }],
    at,
  )
  return { changed: true, model: name, previous, due }
}

/** Changes of the models, one at a time; everybody who scores waits until the change is committed. */
export async function lockModels(transaction: Db, installationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKey(installationId)})`.execute(transaction)
}

/** The models in use (`id@hash`), as they stay until the transaction ends. */
export interface HeldModels {
  readonly live: string | null
  readonly shadow: string | null
}

/**
 * Keeps the models as they are until the transaction ends, and says which they are (`id@hash`). Whoever stores
 * scores asks for this first: a score that a retired model gave must not clear the mark that its successor
 * needs, not even for somebody who arrived while the successor was being published.
 */
export async function holdModels(transaction: Db, installationId: string): Promise<HeldModels> {
  await sql`select pg_advisory_xact_lock_shared(${lockKey(installationId)})`.execute(transaction)
  // A statement of its own: that of the lock has not seen what was committed while it waited.
  const { rows } = await sql<ModelRef & { status: string }>`
    select model_id as "modelId", hash, status from model_version
    where installation_id = ${installationId} and status in ('live', 'shadow')`.execute(transaction)
  const nameIn = (role: string) => {
    const ref = rows.find(({ status }) => status === role)
    return ref === undefined ? null : versionName(ref)
  }
  return { live: nameIn('live'), shadow: nameIn('shadow') }
}

function lockKey(installationId: string) {
  return sql`hashtextextended(${`models of ${installationId}`}, 0)`
}
