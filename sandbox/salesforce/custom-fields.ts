import type { FieldDefinition } from './objects-field.ts'
import type { SObjectType } from './record.ts'
import type { Store } from './store.ts'

/** A custom field as the org keeps it. */
export interface CustomField extends FieldDefinition {
  /** Its own id, 00N… */
  readonly id: string
  readonly custom: true
  /** Whether every profile sees and edits it, as the customer's own fields; else permission sets decide. */
  readonly isOpen: boolean
  /** The Metadata that it was made of, as the Tooling API answers it. */
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
}

const cacheKey = (type: SObjectType) => `custom_field:${type}`

/** Adds a custom field, or replaces it. */
export function saveCustomField(store: Store, type: SObjectType, definition: CustomField): void {
  store
    .sql(
      `insert into custom_field values (?, ?, ?)
       on conflict (type, name) do update set definition = excluded.definition`,
    )
    .run(type, definition.name, JSON.stringify(definition))
  store.parsed.delete(cacheKey(type))
}

export function removeCustomField(store: Store, type: SObjectType, name: string): void {
  store.sql('delete from custom_field where type = ? and name = ?').run(type, name)
  store.parsed.delete(cacheKey(type))
}

/** The custom fields of an object, in the order of their names. */
export function customFields(store: Store, type: SObjectType): readonly CustomField[] {
  const known = store.parsed.get(cacheKey(type))
  // Nothing else is ever kept under this key.
  if (known) return known as readonly CustomField[]
  const rows = store
    .sql('select definition from custom_field where type = ? order by name')
    .all(type)
  const fields: CustomField[] = rows.map((row) => JSON.parse(String(row['definition'])))
  store.parsed.set(cacheKey(type), fields)
  return fields
}
