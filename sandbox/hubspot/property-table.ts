import type { PropertyDefinition, StoredProperty } from './property-types.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

/** All definitions of a type by name, archived ones too. */
export function propertiesOf(store: Store, type: RecordType): ReadonlyMap<string, StoredProperty> {
  const known = store.parsed.get(type)
  if (known) return known
  const rows = store
    .sql('select name, definition, archived from property where type = ? order by name')
    .all(type)
  const properties = new Map(
    rows.map((row) => [
      String(row['name']),
      { definition: JSON.parse(String(row['definition'])), archived: row['archived'] === 1 },
    ]),
  )
  store.parsed.set(type, properties)
  return properties
}

/** The definition of a property in use; undefined for an unknown or archived name. */
export function findProperty(
  store: Store,
  type: RecordType,
  name: string,
): PropertyDefinition | undefined {
  const property = propertiesOf(store, type).get(name)
  return property?.archived ? undefined : property?.definition
}

/** Creates, changes, archives or restores a property. */
export function saveProperty(
  store: Store,
  type: RecordType,
  definition: PropertyDefinition,
  archived = false,
): void {
  store
    .sql(
      `insert into property (type, name, definition, archived) values (?, ?, ?, ?)
       on conflict (type, name) do update
       set definition = excluded.definition, archived = excluded.archived`,
    )
    .run(type, definition.name, JSON.stringify(definition), archived ? 1 : 0)
  store.parsed.delete(type)
}

export interface PropertyGroup {
  readonly name: string
  readonly label: string
  readonly displayOrder: number
}

export function groupsOf(store: Store, type: RecordType): PropertyGroup[] {
  const rows = store.sql('select * from property_group where type = ? order by name').all(type)
  return rows.map((row) => ({
    name: String(row['name']),
    label: String(row['label']),
    displayOrder: Number(row['display_order']),
  }))
}

export function findGroup(store: Store, type: RecordType, name: string): PropertyGroup | undefined {
  return groupsOf(store, type).find((group) => group.name === name)
}

export function insertGroup(store: Store, type: RecordType, group: PropertyGroup): void {
  store
    .sql('insert into property_group values (?, ?, ?, ?)')
    .run(type, group.name, group.label, group.displayOrder)
}

export function deleteGroup(store: Store, type: RecordType, name: string): void {
  store.sql('delete from property_group where type = ? and name = ?').run(type, name)
}
