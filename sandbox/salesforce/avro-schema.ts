import { createHash } from 'node:crypto'
import avsc, { type Schema, type Type } from 'avsc'
import { CHANGE_TYPES } from './event-table.ts'
import { fieldsOf } from './objects.ts'
import type { FieldDefinition, FieldType } from './objects-field.ts'
import type { SObjectType } from './record.ts'
import type { Store } from './store.ts'

/** Fields that change events do not carry: the header has them, or nobody needs them. */
const LEFT_OUT = new Set(['Id', 'IsDeleted', 'SystemModstamp'])

/** Fields that are sent inside a compound one. */
const COMPOUNDS: Partial<Record<SObjectType, Readonly<Record<string, Compound>>>> = {
  Lead: {
    Name: { record: 'Switchable_PersonName', prefix: '' },
    Address: { record: 'Address', prefix: '' },
  },
  Contact: {
    Name: { record: 'Switchable_PersonName', prefix: '' },
    MailingAddress: { record: 'Address', prefix: 'Mailing' },
  },
  Account: { BillingAddress: { record: 'Address', prefix: 'Billing' } },
}
const PARTS = {
  Switchable_PersonName: ['FirstName', 'LastName'],
  Address: ['Street', 'City', 'State', 'PostalCode', 'Country'],
} as const

interface Compound {
  readonly record: keyof typeof PARTS
  readonly prefix: string
}

/** One position of an event's schema. */
export type EventField =
  | { readonly name: string; readonly field: FieldDefinition }
  | { readonly name: string; readonly record: string; readonly parts: readonly Part[] }

interface Part {
  /** As in the compound: `City`. */
  readonly name: string
  /** As on the object: `MailingCity`. */
  readonly field: FieldDefinition
}

export interface EventSchema {
  readonly id: string
  readonly json: string
  readonly type: Type
  /** The fields after the header, which is at position 0. */
  readonly fields: readonly EventField[]
}

const AVRO_TYPES: Partial<Record<FieldType, 'boolean' | 'int' | 'long' | 'double'>> = {
  boolean: 'boolean',
  int: 'int',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'long',
  datetime: 'long',
}

export function avroTypeOf({
  type,
}: FieldDefinition): 'boolean' | 'int' | 'long' | 'double' | 'string' {
  return AVRO_TYPES[type] ?? 'string'
}

function eventFields(store: Store, entity: SObjectType): EventField[] {
  const plain = fieldsOf(store, entity).filter(({ name }) => !LEFT_OUT.has(name))
  const compounds = Object.entries(COMPOUNDS[entity] ?? {}).map(([name, { record, prefix }]) => ({
    name,
    record,
    parts: PARTS[record].flatMap((part) => {
      const field = plain.find((one) => one.name === prefix + part)
      return field ? [{ name: part, field }] : []
    }),
  }))
  const inside = new Set(
    compounds.flatMap(({ name, parts }) => [name, ...parts.map((part) => part.field.name)]),
  )
  const rest = plain.filter(({ name }) => !inside.has(name))
  return [...compounds, ...rest.map((field) => ({ name: field.name, field }))]
}

const HEADER: Schema = {
  type: 'record',
  name: 'ChangeEventHeader',
  fields: [
    { name: 'entityName', type: 'string' },
    { name: 'recordIds', type: { type: 'array', items: 'string' } },
    { name: 'changeType', type: { type: 'enum', name: 'ChangeType', symbols: [...CHANGE_TYPES] } },
    { name: 'changeOrigin', type: 'string' },
    { name: 'transactionKey', type: 'string' },
    { name: 'sequenceNumber', type: 'int' },
    { name: 'commitTimestamp', type: 'long' },
    { name: 'commitNumber', type: 'long' },
    { name: 'commitUser', type: 'string' },
    ...['nulledFields', 'diffFields', 'changedFields'].map((name) => ({
      name,
      type: { type: 'array' as const, items: 'string' as const },
    })),
  ],
}

const nullable = ({ name, field }: Part) => ({
  name,
  type: ['null', avroTypeOf(field)] as const,
  default: null,
})

function schemaField(entry: EventField) {
  if ('field' in entry) return nullable(entry)
  const { name, record, parts } = entry
  // A name may be a plain text, too, in the real schemas: of organisations.
  const plain = record === 'Switchable_PersonName' ? (['string'] as const) : []
  const compound = { type: 'record', name: record, fields: parts.map(nullable) }
  return { name, type: ['null', ...plain, compound], default: null }
}

/** The schema of an object's change events, as its fields are now. It is kept for whoever asks later. */
export function schemaOf(store: Store, entity: SObjectType): EventSchema {
  const fields = eventFields(store, entity)
  const json = JSON.stringify({
    type: 'record',
    name: `${entity}ChangeEvent`,
    namespace: 'com.sforce.eventbus',
    fields: [{ name: 'ChangeEventHeader', type: HEADER }, ...fields.map(schemaField)],
  })
  const id = createHash('sha256').update(json).digest('base64url').slice(0, 22)
  const known = store.parsed.get(`avro_schema:${entity}`)
  // Nothing else is ever kept under this key.
  if (known && (known as EventSchema).id === id) return known as EventSchema
  const schema = { id, json, fields, type: avsc.Type.forSchema(JSON.parse(json)) }
  store.sql('insert or ignore into avro_schema values (?, ?)').run(id, json)
  store.parsed.set(`avro_schema:${entity}`, schema)
  return schema
}

/** The text of a schema that was in use at some time. */
export function findSchema(store: Store, id: string): string | undefined {
  const row = store.sql('select json from avro_schema where id = ?').get(id)
  return row && String(row['json'])
}
