import { customFields } from './custom-fields.ts'
import { ownFields } from './objects-data.ts'
import { type FieldDefinition, field } from './objects-field.ts'
import type { Org } from './org.ts'
import { S_OBJECT_TYPES, type SObjectType } from './record.ts'
import { readSetting, type Store, writeSetting } from './store.ts'
import { ADMIN_USER_ID, type User } from './users.ts'

const SYSTEM = { createable: false, updateable: false, nillable: false }
const HISTORY_TYPES: readonly SObjectType[] = ['LeadHistory', 'ContactHistory', 'AccountHistory']
/** Records of these exist by set-up: nobody deletes them into a recycle bin. */
const KEYLESS: readonly SObjectType[] = ['User', 'Group', 'Organization', 'LeadStatus']

const stamp = (name: string) => field(name, 'datetime', SYSTEM)
const actor = (name: string) =>
  field(name, 'reference', {
    ...SYSTEM,
    referenceTo: ['User'],
    relationshipName: name.replace(/Id$/, ''),
    fallback: ADMIN_USER_ID,
  })

function sharedFields(type: SObjectType): FieldDefinition[] {
  const born = [stamp('CreatedDate'), actor('CreatedById')]
  const id = field('Id', 'id', SYSTEM)
  const isDeleted = field('IsDeleted', 'boolean', SYSTEM)
  if (HISTORY_TYPES.includes(type)) return [id, isDeleted, ...born]
  const changed = [stamp('LastModifiedDate'), actor('LastModifiedById'), stamp('SystemModstamp')]
  return KEYLESS.includes(type) ? [id, ...born, ...changed] : [id, isDeleted, ...born, ...changed]
}

function withFallback(definition: FieldDefinition): FieldDefinition {
  return definition.name === 'OwnerId' ? { ...definition, fallback: ADMIN_USER_ID } : definition
}

function standardFields(store: Store, type: SObjectType): readonly FieldDefinition[] {
  const key = `standard_fields:${type}`
  const known = store.parsed.get(key)
  // Nothing else is ever kept under this key.
  if (known) return known as readonly FieldDefinition[]
  const fields = [...sharedFields(type), ...ownFields()[type].map(withFallback)]
  store.parsed.set(key, fields)
  return fields
}

/** The object with this API name in any case; undefined for one that the org does not have. */
export function findType(store: Store, name: string): SObjectType | undefined {
  const type = S_OBJECT_TYPES.find((one) => one.toLowerCase() === name.toLowerCase())
  return type && hasObject(store, type) ? type : undefined
}

/** Whether an object exists: history objects only where history is tracked. */
export function hasObject(store: Store, type: SObjectType): boolean {
  return !HISTORY_TYPES.includes(type) || readSetting(store, `tracking:${type}`) !== 'off'
}

/** Turns field history tracking on or off; `type` is the history object. */
export function setTracking(store: Store, type: SObjectType, isOn: boolean): void {
  writeSetting(store, `tracking:${type}`, isOn ? 'on' : 'off')
}

export function isHistoryType(type: SObjectType): boolean {
  return HISTORY_TYPES.includes(type)
}

/** Every field of an object, custom ones last, whoever may see them. */
export function fieldsOf(store: Store, type: SObjectType): readonly FieldDefinition[] {
  return [...standardFields(store, type), ...customFields(store, type)]
}

function byLowerName(store: Store, type: SObjectType): Map<string, FieldDefinition> {
  const custom = customFields(store, type)
  const key = `field_index:${type}`
  // Nothing else is ever kept under this key.
  const known = store.parsed.get(key) as
    | { custom: typeof custom; fields: Map<string, FieldDefinition> }
    | undefined
  if (known?.custom === custom) return known.fields
  const entries = fieldsOf(store, type).map((one) => [one.name.toLowerCase(), one] as const)
  const fields = new Map(entries)
  store.parsed.set(key, { custom, fields })
  return fields
}

/** A field by its API name in any case. */
export function findField(
  store: Store,
  type: SObjectType,
  name: string,
): FieldDefinition | undefined {
  return byLowerName(store, type).get(name.toLowerCase())
}

/** Which permissions the user's permission sets give on a custom field. */
function granted(store: Store, user: User, field: string): { read: boolean; edit: boolean } {
  const row = store
    .sql(
      `select max(json_extract(p.fields, '$.PermissionsRead')) as can_read,
              max(json_extract(p.fields, '$.PermissionsEdit')) as can_edit
       from record p join record a on a.type = 'PermissionSetAssignment'
        and a.is_deleted = 0
        and json_extract(a.fields, '$.PermissionSetId') = json_extract(p.fields, '$.ParentId')
       where p.type = 'FieldPermissions' and p.is_deleted = 0
         and json_extract(p.fields, '$.Field') = ? collate nocase
         and json_extract(a.fields, '$.AssigneeId') = ?`,
    )
    .get(field, user.id)
  return { read: row?.['can_read'] === 1, edit: row?.['can_edit'] === 1 }
}

/** Field-level security: what a user may do with a field. */
export function fieldAccess(
  { store }: Pick<Org, 'store'>,
  user: User,
  type: SObjectType,
  { name, custom }: FieldDefinition,
): 'none' | 'read' | 'edit' {
  if (!custom || customFields(store, type).some((one) => one.name === name && one.isOpen))
    return 'edit'
  const { read, edit } = granted(store, user, `${type}.${name}`)
  if (edit) return 'edit'
  return read ? 'read' : 'none'
}

/** Whether a user sees a field at all; one that nobody granted is as if it did not exist. */
export function isVisible(
  org: Pick<Org, 'store'>,
  user: User,
  type: SObjectType,
  definition: FieldDefinition,
): boolean {
  return fieldAccess(org, user, type, definition) !== 'none'
}
