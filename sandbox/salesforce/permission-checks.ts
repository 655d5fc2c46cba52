import { findField, findType } from './objects.ts'
import type { SObjectType } from './record.ts'
import type { Store } from './store.ts'
import type { Draft, WriteContext } from './writer-context.ts'
import { type SaveError, saveError } from './writer-result.ts'

/** What may be there only once. */
const UNIQUE: Partial<Record<SObjectType, readonly string[]>> = {
  PermissionSet: ['Name'],
  PermissionSetAssignment: ['PermissionSetId', 'AssigneeId'],
  FieldPermissions: ['ParentId', 'Field'],
}

function holderOf(store: Store, draft: Draft, names: readonly string[]): string | undefined {
  const rows = store
    .sql('select id, fields from record where type = ? and is_deleted = 0')
    .all(draft.type)
  const holder = rows.find((row) => {
    const fields = JSON.parse(String(row['fields']))
    return (
      row['id'] !== draft.before?.id && names.every((name) => fields[name] === draft.after[name])
    )
  })
  return holder && String(holder['id'])
}

/** A permission can only be given on a field that is there, whoever sees it yet. */
function fieldErrors(store: Store, { type, after }: Draft): SaveError[] {
  if (type !== 'FieldPermissions') return []
  const [object = '', name = ''] = String(after['Field']).split('.')
  const found = findType(store, object)
  if (found && found === after['SobjectType'] && findField(store, found, name)?.custom) return []
  const message = `Field Name: bad value for restricted picklist field: ${String(after['Field'])}`
  return [saveError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, ['Field'])]
}

/** What keeps a permission set, or a part of one, from being saved. */
export function permissionErrors({ org, actor, rules }: WriteContext, draft: Draft): SaveError[] {
  const names = UNIQUE[draft.type]
  if (!names) return []
  if (actor.isApi && !rules.permissions.customizeApplication)
    return [
      saveError(
        'INSUFFICIENT_ACCESS_OR_READONLY',
        'insufficient access rights on object id, or the record is read-only',
      ),
    ]
  const wrong = fieldErrors(org.store, draft)
  if (wrong.length > 0) return wrong
  const holder = holderOf(org.store, draft, names)
  if (holder === undefined) return []
  const message = `duplicate value found: ${names.join(', ')} duplicates value on record with id: ${holder}`
  return [saveError('DUPLICATE_VALUE', message, names)]
}
