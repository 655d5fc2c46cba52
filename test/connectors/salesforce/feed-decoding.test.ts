import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEventSchema } from '../../../connectors/salesforce/avro-schema.ts'
import { readChangeEvent } from '../../../connectors/salesforce/change-event.ts'
import { fieldsOfBitmap, type SchemaField } from '../../../connectors/salesforce/feed-bitmap.ts'
import {
  AT,
  bitmapOf,
  FIELDS,
  LEAD,
  payloadOf,
  positionOf,
  type Said,
  SCHEMA,
} from './feed-events.ts'

const schema = parseEventSchema(SCHEMA)
const audience = { accountId: '00D000000000001EAA', streams: new Set(['Lead', 'Task']) }

const read = (said: Partial<Said>, replayId = Buffer.from([1])) =>
  readChangeEvent({ payload: payloadOf(said), replayId }, schema, audience)

/** What a change of these fields by somebody's update is. */
function isRead(...names: string[]): string | undefined {
  return read({ changed: [bitmapOf(names.map(positionOf))] }).notices[0]?.about.what
}

describe('bitmaps of fields', () => {
  const fields = (count: number): SchemaField[] =>
    Array.from({ length: count }, (_, n) => ({ name: `f${n}`, parts: [`p${n}`, `q${n}`] }))

  test('mean the fields at the places of their bits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.infiniteStream(fc.nat()),
        (count, stream) => {
          const places = new Set([...stream.take(20)].map((n) => n % count))
          const names = fieldsOfBitmap(bitmapOf(places), fields(count))
          expect(names).toEqual([...places].sort((a, b) => a - b).map((n) => `f${n}`))
        },
      ),
    )
  })

  test('mean parts of a compound field', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.subarray([0, 1]), (place, parts) => {
        const names = fieldsOfBitmap(`${place}-${bitmapOf(parts)}`, fields(51))
        expect(names).toEqual(parts.map((part) => `f${place}.${'pq'.charAt(part)}${place}`))
      }),
    )
  })

  test('that the real service writes are read', () => {
    expect(fieldsOfBitmap('0x1A', fields(5))).toEqual(['f1', 'f3', 'f4'])
    expect(fieldsOfBitmap('0x0000000A', fields(5))).toEqual(['f1', 'f3'])
    expect(fieldsOfBitmap('4-0x2', fields(5))).toEqual(['f4.q4'])
  })

  test.each(['', '0x', '1A', '0xG', '0x20', '5-0x1', '4-0x4', '-0x1', 'Title'])(
    'are none: %o',
    (bitmap) => expect(fieldsOfBitmap(bitmap, fields(5))).toBeUndefined(),
  )
})

describe('a change event', () => {
  test('is about every record that it names, once', () => {
    const other = '00Q5g00000AbCdFEAV'
    const { notices, gap } = read({ ids: [LEAD, other, LEAD.slice(0, 15)] })
    expect(notices.map(({ about }) => about)).toEqual([
      { what: 'record', stream: 'Lead', id: LEAD },
      { what: 'record', stream: 'Lead', id: other },
    ])
    expect(notices[0]).toMatchObject({ accountId: audience.accountId, at: AT })
    expect(gap).toBe(false)
  })

  test('of a task is about the task', () => {
    const { notices } = read({ entity: 'Task', ids: ['00T5g00000AbCdEEAV'] })
    expect(notices[0]?.about).toEqual({ what: 'record', stream: 'Task', id: '00T5g00000AbCdEEAV' })
  })

  test('of something that is not read tells nothing', () => {
    expect(read({ entity: 'Case' })).toEqual({ notices: [], gap: false })
  })

  test('has a key of its own, the same when it is told again', () => {
    const keyOf = (said: Partial<Said>, replayId = 1) =>
      read(said, Buffer.from([replayId])).notices[0]?.key
    expect(keyOf({})).toBe(keyOf({}))
    const keys = [
      keyOf({}),
      keyOf({}, 2),
      keyOf({ ids: ['00Q5g00000AbCdFEAV'] }),
      keyOf({ at: new Date(0) }),
    ]
    expect(new Set(keys).size).toBe(4)
    expect(keys[0]).not.toContain(LEAD)
  })

  test.each(['CREATE', 'DELETE', 'UNDELETE', 'GAP_UPDATE'])(
    '%s has the record looked at, whatever it says of fields',
    (change) => {
      const { notices, gap } = read({ change, changed: [bitmapOf([6])] })
      expect(notices[0]?.about.what).toBe('record')
      expect(gap).toBe(false)
    },
  )

  test('of too many changes at once is a gap', () => {
    expect(read({ change: 'GAP_OVERFLOW', entity: 'Case' })).toEqual({ notices: [], gap: true })
  })

  test('about all records of a kind is a gap', () => {
    expect(read({ ids: ['001*'], change: 'GAP_UPDATE' })).toEqual({ notices: [], gap: true })
  })

  test('of nothing but our fields is our own writing', () => {
    expect(isRead('Plumbline_Score__c')).toBe('echo')
    expect(isRead('ns__Plumbline_Tier__c')).toBe('echo')
    expect(
      isRead('Plumbline_Score__c', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'),
    ).toBe('echo')
  })

  test('of any other field is news, whoever made it', () => {
    expect(isRead('Plumbline_Score__c', 'Title')).toBe('record')
    expect(isRead('Plumber__c')).toBe('record')
    expect(read({ changed: [bitmapOf([6]), '1-0x4'] }).notices[0]?.about.what).toBe('record')
  })

  test('that says of no field that it changed is news', () => {
    expect(isRead('LastModifiedDate')).toBe('record')
    expect(read({ changed: [] }).notices[0]?.about.what).toBe('record')
    expect(read({ changed: ['0x40', 'nobody knows'] }).notices[0]?.about.what).toBe('record')
  })

  test('is an echo exactly when all fields but the stamps are ours', () => {
    const ours = ['Plumbline_Score__c', 'ns__Plumbline_Tier__c']
    const stamps = ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp']
    fc.assert(
      fc.property(fc.subarray(FIELDS), (names) => {
        const changed = names.filter((name) => !stamps.includes(name))
        const echo = changed.length > 0 && changed.every((name) => ours.includes(name))
        expect(isRead(...names)).toBe(echo ? 'echo' : 'record')
      }),
    )
  })

  test('that does not decode is refused without a word of what it says', () => {
    for (const cut of [0, 1, 10, payloadOf().length - 1]) {
      const payload = payloadOf().subarray(0, cut)
      const event = { payload, replayId: Buffer.from([1]) }
      expect(() => readChangeEvent(event, schema, audience)).toThrow()
    }
  })
})

test.each(['', '{}', '"string"', '{"type":"record","name":"R","fields":[]}'])(
  'a schema of no change events is refused: %s',
  (json) => expect(() => parseEventSchema(json)).toThrow(),
)
