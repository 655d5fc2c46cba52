import avro from 'avsc'

/** A number of 64 bits, which the decoder's own type refuses beyond 2^53. */
const big = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer(value: bigint) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a - b),
})

const strings = { type: 'array', items: 'string' }
const optional = (type: unknown) => ['null', type]
const person = {
  type: 'record',
  name: 'Switchable_PersonName',
  fields: ['Salutation', 'FirstName', 'LastName'].map((name) => ({
    name,
    type: optional('string'),
  })),
}

/** Fields of every event here, after the header: their positions in bitmaps begin with 1. */
export const FIELDS = [
  'Name',
  'Title',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
  'Plumbline_Score__c',
  'ns__Plumbline_Tier__c',
  'Plumber__c',
]

/** As JSON, for events of any object. */
export const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'LeadChangeEvent',
  namespace: 'com.sforce.eventbus',
  doc: 'for tests',
  fields: [
    {
      name: 'ChangeEventHeader',
      type: {
        type: 'record',
        name: 'ChangeEventHeader',
        fields: [
          { name: 'entityName', type: 'string' },
          { name: 'recordIds', type: strings },
          {
            name: 'changeType',
            type: {
              type: 'enum',
              name: 'ChangeType',
              symbols: ['CREATE', 'UPDATE', 'DELETE', 'UNDELETE', 'GAP_UPDATE', 'GAP_OVERFLOW'],
            },
          },
          { name: 'changeOrigin', type: 'string' },
          { name: 'commitTimestamp', type: 'long' },
          { name: 'commitNumber', type: 'long' },
          { name: 'nulledFields', type: strings },
          { name: 'changedFields', type: strings },
        ],
      },
    },
    { name: 'Name', type: ['null', 'string', person] },
    ...FIELDS.slice(1).map((name) => ({ name, type: optional('string') })),
  ],
})

const type = avro.Type.forSchema(JSON.parse(SCHEMA), { registry: { long: big } })

/** What an event says. */
export interface Said {
  readonly entity: string
  readonly ids: readonly string[]
  readonly change: string
  /** Bitmaps. */
  readonly changed: readonly string[]
  readonly at: Date
}

export const LEAD = '00Q5g00000AbCdEEAV'
export const AT = new Date('2026-11-20T12:00:00Z')
const UPDATE: Said = {
  entity: 'Lead',
  ids: [LEAD],
  change: 'UPDATE',
  changed: ['0x4'],
  at: AT,
}

/** The event's Avro bytes. */
export function payloadOf(said: Partial<Said> = {}): Buffer {
  const { entity, ids, change, changed, at } = { ...UPDATE, ...said }
  return type.toBuffer({
    ChangeEventHeader: {
      entityName: entity,
      recordIds: [...ids],
      changeType: change,
      changeOrigin: 'com/salesforce/api/rest/66.0;client=Plumbline',
      commitTimestamp: BigInt(at.getTime()),
      commitNumber: 2n ** 62n,
      nulledFields: [],
      changedFields: [...changed],
    },
    Name: null,
    ...Object.fromEntries(FIELDS.slice(1).map((name) => [name, 'a value'])),
  })
}

/** `0x…` of positions. */
export function bitmapOf(positions: Iterable<number>): string {
  let bits = 0n
  for (const position of positions) bits |= 1n << BigInt(position)
  return `0x${bits.toString(16)}`
}

/** Position of a field in the schema. */
export const positionOf = (name: string) => FIELDS.indexOf(name) + 1
