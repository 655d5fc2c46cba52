import type { Merge, Removal } from '../page.ts'
import { activitySourceId } from './activities.ts'
import { conversionOf, isConverted } from './conversions.ts'
import { KIND_OF } from './definitions.ts'
import { isSubject, type SObject } from './fields.ts'
import { to18 } from './ids.ts'
import type { SalesforceRecord } from './query.ts'

/** Records by what became of them. */
export interface Fates {
  readonly live: readonly SalesforceRecord[]
  readonly removed: readonly Removal[]
  readonly merged: readonly Merge[]
}

/** Deleted records are gone, unless they live on in the winner of a merge or, of leads, in a contact. */
export function fatesOf(object: SObject, records: readonly SalesforceRecord[]): Fates {
  const live: SalesforceRecord[] = []
  const removed: Removal[] = []
  const merged: Merge[] = []
  for (const record of records) {
    const merge = mergeOf(object, record)
    if (merge) merged.push(merge)
    else if (record.isDeleted || isConverted(record))
      removed.push(...removalOf(object, record.id, record.stampedAt))
    else live.push(record)
  }
  return { live, removed, merged }
}

function mergeOf(object: SObject, record: SalesforceRecord): Merge | undefined {
  if (!isSubject(object)) return undefined
  if (isConverted(record)) return conversionOf(record)
  const winner = to18(record.fields['MasterRecordId'] ?? '')
  if (!record.isDeleted || winner === undefined) return undefined
  return { kind: KIND_OF[object], loser: record.id, winner }
}

/** What is no more when this record is no more; of a contact role nothing: its opportunity is read again. */
export function removalOf(object: SObject, id: string, at: Date): readonly Removal[] {
  switch (object) {
    case 'Lead':
    case 'Contact':
      return [{ kind: 'person', id, at }]
    case 'Account':
      return [{ kind: 'company', id, at }]
    case 'Opportunity':
      return [{ kind: 'deal', id, at }]
    case 'OpportunityContactRole':
      return []
    default:
      return [{ kind: 'activity', id: activitySourceId(object, id), at }]
  }
}
