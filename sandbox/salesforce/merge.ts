import { recordHistory } from './history.ts'
import type { Org } from './org.ts'
import type { Fields, SObjectType, StoredRecord } from './record.ts'
import { changeRecord, findRecord, setDeleted } from './record-table.ts'
import { transaction } from './store.ts'
import { type Actor, openContext, type SaveOptions, type WriteContext } from './writer-context.ts'
import { pointingTo } from './writer-delete.ts'
import { NOT_FOUND_ID, refused, type SaveResult, saved, saveError } from './writer-result.ts'

export type Mergeable = 'Lead' | 'Contact' | 'Account'

/** What the loser of a merge leaves to the winner, by the field that points to it. */
const LEFT_BEHIND: Readonly<Record<Mergeable, readonly (readonly [SObjectType, string])[]>> = {
  Lead: [
    ['Task', 'WhoId'],
    ['Event', 'WhoId'],
    ['CampaignMember', 'LeadId'],
  ],
  Contact: [
    ['Task', 'WhoId'],
    ['Event', 'WhoId'],
    ['CampaignMember', 'ContactId'],
    ['OpportunityContactRole', 'ContactId'],
    ['Lead', 'ConvertedContactId'],
  ],
  Account: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
    ['Task', 'AccountId'],
    ['Task', 'WhatId'],
    ['Event', 'WhatId'],
    ['Account', 'ParentId'],
    ['Lead', 'ConvertedAccountId'],
  ],
}

/** Changes a record as part of something larger: stamped, kept in the history, told. */
export function changeAlong(context: WriteContext, record: StoredRecord, fields: Fields): void {
  const { org, actor, stamps } = context
  const { type, id } = record
  const by = { LastModifiedById: actor.userId }
  changeRecord(org.store, type, id, { ...fields, ...by }, stamps)
  recordHistory(context, record, record.fields, { ...record.fields, ...fields })
  const changedFields = [...Object.keys(fields), 'LastModifiedDate']
  context.tell({ entity: type, changeType: 'UPDATE', changedFields, values: fields, id })
}

/** Points what belongs to one record to another. */
function reparent(context: WriteContext, type: Mergeable, from: string, to: string): void {
  for (const [child, field] of LEFT_BEHIND[type])
    for (const record of pointingTo(context.org, child, field, from))
      if (!record.isDeleted) changeAlong(context, record, { [field]: to })
}

function gapsFilled(winner: StoredRecord, loser: StoredRecord): Fields {
  const gaps = Object.entries(loser.fields).filter(
    ([name, value]) => value !== null && (winner.fields[name] ?? null) === null,
  )
  return Object.fromEntries(gaps)
}

function mergeInto(context: WriteContext, winner: StoredRecord, loser: StoredRecord): void {
  const { org, stamps } = context
  const { type, id } = loser
  // Only the merge itself gives a record this type: the caller has named it.
  reparent(context, type as Mergeable, id, winner.id)
  changeRecord(org.store, type, id, { MasterRecordId: winner.id }, stamps)
  setDeleted(org.store, type, id, true, stamps)
  changeAlong(context, winner, gapsFilled(winner, loser))
  context.tell({ entity: type, changeType: 'DELETE', changedFields: [], values: {}, id })
}

/**
 * Merges `loserId` into `winnerId`: the winner's values stay, the loser's fill the gaps, what belongs to the loser
 * is the winner's from then on, and the loser goes into the recycle bin with the winner's id.
 */
export function mergeRecords(
  org: Org,
  actor: Actor,
  { type, winnerId, loserId }: { type: Mergeable; winnerId: string; loserId: string },
  options: SaveOptions,
): SaveResult {
  return transaction(org.store, () => {
    const winner = findRecord(org.store, type, winnerId)
    const loser = findRecord(org.store, type, loserId)
    if (!winner || !loser || winner.isDeleted || loser.isDeleted) return refused([NOT_FOUND_ID])
    if (winnerId === loserId)
      return refused([saveError('INVALID_FIELD', 'a record cannot be merged into itself')])
    const context = openContext(org, actor, options, 2)
    mergeInto(context, winner, loser)
    context.tellAll()
    return saved(winnerId, false)
  })
}
