import avro from 'avsc'
import { z } from 'zod'
import type { SchemaField } from './feed-bitmap.ts'

const ChangeEventHeader = z.object({
  /** As in `Lead`. */
  entityName: z.string(),
  recordIds: z.array(z.string()),
  /** CREATE, UPDATE, DELETE, UNDELETE, or one of them after GAP_ where the values are missing; GAP_OVERFLOW. */
  changeType: z.string(),
  /** Milliseconds since 1970. */
  commitTimestamp: z.number().int().min(0).max(8.64e15),
  /** Bitmaps; see feed-bitmap.ts. */
  changedFields: z.array(z.string()),
})
export type ChangeEventHeader = z.infer<typeof ChangeEventHeader>

const HEADER = 'ChangeEventHeader'
const HEADER_FIELDS: ReadonlySet<string> = new Set(Object.keys(ChangeEventHeader.shape))

interface AvroField {
  readonly name: string
  readonly type?: unknown
}

const AvroRecord = z.looseObject({
  type: z.literal('record'),
  name: z.string(),
  fields: z.array(z.looseObject({ name: z.string(), type: z.unknown() })).min(1),
})
type AvroRecord = z.infer<typeof AvroRecord>

/** How the events of one schema are read. */
export interface EventSchema {
  readonly fields: readonly SchemaField[]
  /** @throws Error for a payload that is not of this schema; the message repeats none of its values */
  header(payload: Buffer): ChangeEventHeader
}

/**
 * Reads an event's header and skips the values of the record: what has changed is read again anyway, and what is
 * never decoded is never logged.
 * @throws Error when it is no schema of change events
 */
export function parseEventSchema(json: string): EventSchema {
  const record = AvroRecord.parse(JSON.parse(json))
  const writer = typeOf(record)
  const reader = typeOf({ ...record, fields: record.fields.flatMap(headerOnly) })
  const resolver = reader.createResolver(writer)
  const Event = z.object({ [HEADER]: ChangeEventHeader })
  return {
    fields: record.fields.map((each) => ({ name: each.name, parts: partsOf(each) })),
    header: (payload) => Event.parse(reader.fromBuffer(payload, resolver))[HEADER],
  }
}

/** Types that are defined here must not be known to others: every schema defines its own ChangeEventHeader. */
function typeOf(record: AvroRecord): avro.Type {
  // As above parsed: a record; what its fields are made of is checked by avsc.
  return avro.Type.forSchema(record as unknown as avro.Schema, { registry: {} })
}

/** Of the header what we read; nothing else. Numbers of 64 bits among the rest would not fit. */
function headerOnly(field: AvroField): AvroRecord['fields'] {
  if (field.name !== HEADER) return []
  const type = AvroRecord.parse(field.type)
  const fields = type.fields.filter(({ name }) => HEADER_FIELDS.has(name))
  return [{ ...field, type: { ...type, fields } }]
}

/** Compound fields are a union of null, text and a record of their parts. */
function partsOf({ type }: AvroField): readonly string[] {
  const compound = z
    .array(z.unknown())
    .catch([type])
    .parse(type)
    .flatMap((each) => {
      const record = AvroRecord.safeParse(each)
      return record.success ? record.data.fields : []
    })
  return compound.map(({ name }) => name)
}
