import { findField } from './objects.ts'
import { storedSql } from './objects-value.ts'
import type { Scope } from './soql-scope.ts'

const COLUMNS = 'type, id, fields, created_at, modified_at, stamped_at, is_deleted, visible_at'

/** Whether some transaction has stamped records that it has not committed at `now`. */
function hasLateCommits({ org: { store }, now }: Scope): boolean {
  const { late } = store
    .sql(`select exists (select 1 from former_record where visible_until > ?) as late`)
    .get(now) ?? { late: 0 }
  return late === 1
}

/**
 * The records that a query sees: of this object, committed by now, and neither deleted nor archived
 * unless it asks for all.
 */
export function seenRecords(scope: Scope, index = ''): { source: string; condition: string } {
  const { alias, type, now, isAll } = scope
  const conditions = [`${alias}.type = '${type}'`, `${alias}.visible_at <= ${now}`]
  if (!isAll) {
    conditions.push(`${alias}.is_deleted = 0`)
    if (findField(scope.org.store, type, 'IsArchived'))
      conditions.push(`coalesce(${storedSql(alias, 'IsArchived')}, 0) = 0`)
  }
  const former = `(select ${COLUMNS} from record union all
    select ${COLUMNS} from former_record where visible_until > ${now}) ${alias}`
  const present = `record ${alias}${index === '' ? '' : ` indexed by ${index}`}`
  const source = hasLateCommits(scope) ? former : present
  return { source, condition: conditions.join(' and ') }
}
