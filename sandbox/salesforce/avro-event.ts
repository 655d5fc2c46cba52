import { bitmap } from './avro-bitmap.ts'
import { avroTypeOf, type EventField, type EventSchema } from './avro-schema.ts'
import type { ChangeEvent } from './event-table.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { Fields, Value } from './record.ts'

const INT_MAX = 2 ** 31 - 1

/** A value in the type that its field has in an event; null where the record holds another kind of thing. */
function avroValue(field: FieldDefinition, value: Value | undefined) {
  if (value === null || value === undefined) return null
  switch (avroTypeOf(field)) {
    case 'boolean':
      return value === true
    case 'int':
      return Number.isInteger(value) && Math.abs(Number(value)) <= INT_MAX ? value : null
    case 'double':
      return typeof value === 'number' ? value : null
    case 'long': {
      const moment = Date.parse(String(value))
      return Number.isNaN(moment) ? null : moment
    }
    case 'string':
      return String(value)
  }
}

function payloadValue(entry: EventField, values: Fields) {
  if ('field' in entry) return avroValue(entry.field, values[entry.name])
  const parts = entry.parts.filter(({ field }) => values[field.name] !== undefined)
  if (parts.length === 0) return null
  const all = entry.parts.map(({ name, field }) => [name, avroValue(field, values[field.name])])
  return Object.fromEntries(all)
}

/** Where fields are in the schema: `0x…` for plain ones, `4-0x…` for the parts of the compound at 4. */
function positions({ fields }: EventSchema, names: ReadonlySet<string>): string[] {
  const plain: number[] = []
  const nested: string[] = []
  for (const [index, entry] of fields.entries()) {
    const position = index + 1
    if ('field' in entry) {
      if (names.has(entry.name)) plain.push(position)
      continue
    }
    const inside = entry.parts.flatMap(({ field }, part) => (names.has(field.name) ? [part] : []))
    if (inside.length > 0) nested.push(`${position}-${bitmap(inside)}`)
  }
  return [...(plain.length > 0 ? [bitmap(plain)] : []), ...nested]
}

/**
 * An event's payload in Avro. Fields that the subscriber may not see are as if nothing had happened to them.
 */
export function encodeEvent(
  event: ChangeEvent,
  schema: EventSchema,
  isVisible: (field: FieldDefinition) => boolean,
): Buffer {
  const known = schema.fields.flatMap((entry) =>
    'field' in entry ? [entry.field] : entry.parts.map(({ field }) => field),
  )
  const visible = known.filter(isVisible).map(({ name }) => name)
  const shown = Object.fromEntries(
    visible.flatMap((name) => (name in event.values ? [[name, event.values[name] ?? null]] : [])),
  )
  const changed = visible.filter((name) => event.changedFields.includes(name))
  const nulled = changed.filter((name) => (shown[name] ?? null) === null)
  return schema.type.toBuffer({
    ChangeEventHeader: {
      entityName: event.entity,
      recordIds: event.recordIds,
      changeType: event.changeType,
      changeOrigin: event.changeOrigin,
      transactionKey: event.transactionKey,
      sequenceNumber: event.sequenceNumber,
      commitTimestamp: event.committedAt,
      commitNumber: event.seq,
      commitUser: event.commitUser,
      nulledFields: positions(schema, new Set(nulled)),
      diffFields: [],
      changedFields: positions(schema, new Set(changed)),
    },
    ...Object.fromEntries(schema.fields.map((entry) => [entry.name, payloadValue(entry, shown)])),
  })
}
