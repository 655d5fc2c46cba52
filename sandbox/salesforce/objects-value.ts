import { computedField } from './objects-computed.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { SObjectType, StoredRecord, Value } from './record.ts'

/** The columns behind the fields that every record has. */
const COLUMNS: Readonly<Record<string, string>> = {
  Id: 'id',
  IsDeleted: 'is_deleted',
  CreatedDate: 'created_at',
  LastModifiedDate: 'modified_at',
  SystemModstamp: 'stamped_at',
}

/** The column that holds a field; undefined for one that is among the JSON values. */
export function columnOf(name: string): string | undefined {
  return COLUMNS[name]
}

/** The SQL of a stored value. The name is that of a definition: letters, digits and underscores. */
export function storedSql(alias: string, name: string): string {
  return `json_extract(${alias}.fields, '$."${name}"')`
}

/** The SQL that stands for a field of the record `alias`. */
export function valueSql(alias: string, type: SObjectType, definition: FieldDefinition): string {
  const { name, fallback } = definition
  const column = columnOf(name)
  if (column) return `${alias}.${column}`
  const stored = storedSql(alias, name)
  const computed = computedField(type, name)
  if (computed) return computed.sql((other) => storedSql(alias, other))
  if (definition.type === 'boolean') return `coalesce(${stored}, 0)`
  return fallback === undefined ? stored : `coalesce(${stored}, '${fallback}')`
}

const isoTime = (ms: number): string => new Date(ms).toISOString()

function systemValue(record: StoredRecord, name: string): Value | undefined {
  switch (name) {
    case 'Id':
      return record.id
    case 'IsDeleted':
      return record.isDeleted
    case 'CreatedDate':
      return isoTime(record.createdAt)
    case 'LastModifiedDate':
      return isoTime(record.modifiedAt)
    case 'SystemModstamp':
      return isoTime(record.stampedAt)
    default:
      return undefined
  }
}

/** What a record holds in a field; datetimes as Date.toISOString writes them. */
export function fieldValue(record: StoredRecord, definition: FieldDefinition): Value {
  const { name, type, fallback } = definition
  const system = systemValue(record, name)
  if (system !== undefined) return system
  const computed = computedField(record.type, name)
  if (computed) return computed.value(record.fields)
  const stored = record.fields[name] ?? null
  if (type === 'boolean') return stored === true
  return stored ?? fallback ?? null
}

/** A datetime as REST writes it: 2025-10-15T13:39:16.000+0000. */
export function restTime(iso: string): string {
  return iso.replace('Z', '+0000')
}

/** A value as REST writes it. */
export function restValue(value: Value, { type }: FieldDefinition): Value {
  return type === 'datetime' && typeof value === 'string' ? restTime(value) : value
}
