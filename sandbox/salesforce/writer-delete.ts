import { to18, typeOf } from './ids.ts'
import type { Org } from './org.ts'
import type { SObjectType, StoredRecord } from './record.ts'
import { findRecord, purgeRecord, setDeleted, toRecord } from './record-table.ts'
import { transaction } from './store.ts'
import { type Actor, openContext, type SaveOptions, type WriteContext } from './writer-context.ts'
import {
  DELETED,
  NOT_FOUND_ID,
  refused,
  type SaveResult,
  saved,
  saveError,
} from './writer-result.ts'
import { writeTogether } from './writer-transaction.ts'

/** What goes with a record when it is deleted, by the field that points to it. */
const CHILDREN: Partial<Record<SObjectType, readonly (readonly [SObjectType, string])[]>> = {
  Account: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
  ],
  Contact: [
    ['CampaignMember', 'ContactId'],
    ['OpportunityContactRole', 'ContactId'],
  ],
  Lead: [['CampaignMember', 'LeadId']],
  Opportunity: [['OpportunityContactRole', 'OpportunityId']],
  Campaign: [['CampaignMember', 'CampaignId']],
  PermissionSet: [
    ['FieldPermissions', 'ParentId'],
    ['PermissionSetAssignment', 'PermissionSetId'],
  ],
}

/** The records of a type that point to a record by a field. */
export function pointingTo(
  { store }: Pick<Org, 'store'>,
  type: SObjectType,
  field: string,
  id: string,
): StoredRecord[] {
  return store
    .sql('select * from record where type = ? and json_extract(fields, ?) = ?')
    .all(type, `$."${field}"`, id)
    .map(toRecord)
}

function childrenOf(org: Org, { type, id }: StoredRecord): StoredRecord[] {
  return (CHILDREN[type] ?? []).flatMap(([child, field]) => pointingTo(org, child, field, id))
}

/** Puts a record into the recycle bin or takes it out, with what belongs to it. */
function setDeletedDeep(context: WriteContext, record: StoredRecord, isDeleted: boolean): void {
  const { org, stamps } = context
  setDeleted(org.store, record.type, record.id, isDeleted, stamps)
  const changeType = isDeleted ? 'DELETE' : 'UNDELETE'
  context.tell({
    entity: record.type,
    changeType,
    changedFields: [],
    values: isDeleted ? {} : record.fields,
    id: record.id,
  })
  for (const child of childrenOf(org, record)) {
    // Out of the bin comes only what went into it together with its parent.
    const isAlong = isDeleted ? !child.isDeleted : child.stampedAt === record.stampedAt
    if (child.isDeleted !== isDeleted && isAlong) setDeletedDeep(context, child, isDeleted)
  }
}

function deleteOne(context: WriteContext, text: string): SaveResult {
  const id = to18(text)
  const type = id && typeOf(id)
  if (!id || !type) return refused([saveError('MALFORMED_ID', `malformed id ${text}`)])
  const record = findRecord(context.org.store, type, id)
  if (!record) return refused([NOT_FOUND_ID])
  if (record.isDeleted) return refused([DELETED])
  if (context.actor.isApi && !context.rules.permissions.editRecords)
    return refused([
      saveError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'),
    ])
  setDeletedDeep(context, record, true)
  return saved(id, false)
}

/** Moves records into the recycle bin, in one transaction and with one stamp. */
export function deleteAll(
  org: Org,
  actor: Actor,
  ids: readonly string[],
  options: SaveOptions & { readonly allOrNone?: boolean },
): SaveResult[] {
  return writeTogether(org, options.allOrNone ?? false, ids, () => {
    const context = openContext(org, actor, options, ids.length)
    const results = ids.map((id) => deleteOne(context, id))
    context.tellAll()
    return results
  })
}

/** Takes a record out of the recycle bin, with what went into it at the same time. */
export function undelete(
  org: Org,
  actor: Actor,
  { type, id }: { readonly type: SObjectType; readonly id: string },
  options: SaveOptions,
): SaveResult {
  return transaction(org.store, () => {
    const context = openContext(org, actor, options, 1)
    const record = findRecord(org.store, type, id)
    if (!record?.isDeleted) return refused([NOT_FOUND_ID])
    setDeletedDeep(context, record, false)
    context.tellAll()
    return saved(id, false)
  })
}

/** Removes a record for good, as an emptied recycle bin does: nothing tells of it but that it is gone. */
export function purge({ store }: Org, type: SObjectType, id: string): void {
  purgeRecord(store, type, id)
}
