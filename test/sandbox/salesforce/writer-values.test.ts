import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { type FieldType, field, picklistOf } from '../../../sandbox/salesforce/objects-field.ts'
import { readValue } from '../../../sandbox/salesforce/writer-values.ts'

const TYPES: FieldType[] = [
  'string',
  'textarea',
  'picklist',
  'multipicklist',
  'boolean',
  'int',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
  'reference',
]
const raw = fc.oneof(
  fc.jsonValue(),
  fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString()),
  fc.integer({ min: 1, max: 1e6 }).map((n) => idOf('Lead', n)),
  fc.constantFrom('A', 'A;B', 'true', 'FALSE', '2026-02-30', '2026-01-01', '12.5', ' x ', '-1e400'),
)
const definition = fc.record({
  type: fc.constantFrom(...TYPES),
  length: fc.constantFrom(5, 255),
  restrictedPicklist: fc.boolean(),
})

test('a value is kept in a form that reads as itself, or refused with its field’s name', () => {
  fc.assert(
    fc.property(definition, raw, ({ type, ...more }, value) => {
      const shape = { precision: 5, scale: 2, picklist: picklistOf(['A', 'B']), ...more }
      const wanted = field('Field__c', type, { ...shape, referenceTo: ['Lead'] })
      const verdict = readValue(wanted, value)
      if ('error' in verdict) return verdict.error.fields.includes('Field__c')
      const again = readValue(wanted, verdict.value)
      return 'value' in again && again.value === verdict.value
    }),
    {
      numRuns: 2_000,
      // A body may hold anything, also what cannot be made a text.
      examples: [[{ type: 'string', length: 5, restrictedPicklist: false }, { toString: '' }]],
    },
  )
})

test.for<[FieldType, unknown, unknown]>([
  ['datetime', '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.000Z'],
  ['datetime', '2026-01-02T03:04:05+0130', '2026-01-02T01:34:05.000Z'],
  ['date', '2026-01-02', '2026-01-02'],
  ['boolean', 'FALSE', false],
  ['double', '12.345', 12.35],
  ['multipicklist', 'A;B', 'A;B'],
  ['reference', idOf('Lead', 1).slice(0, 15), idOf('Lead', 1)],
  ['string', '', null],
])('%s takes %j as %j', ([type, value, kept]) => {
  const shape = { precision: 5, scale: 2, referenceTo: ['Lead'] as const }
  expect(readValue(field('Field__c', type, shape), value)).toEqual({ value: kept })
})

test.for<[FieldType, unknown, string]>([
  ['date', '2026-02-30', 'JSON_PARSER_ERROR'],
  ['date', '2026-01-02T00:00:00Z', 'JSON_PARSER_ERROR'],
  ['datetime', '2026-01-02', 'JSON_PARSER_ERROR'],
  ['datetime', '2026-02-30T00:00:00Z', 'JSON_PARSER_ERROR'],
  ['double', 1_000, 'NUMBER_OUTSIDE_VALID_RANGE'],
  ['double', '12,5', 'JSON_PARSER_ERROR'],
  ['boolean', 'yes', 'JSON_PARSER_ERROR'],
  ['reference', idOf('Contact', 1), 'MALFORMED_ID'],
])('%s does not take %j', ([type, value, statusCode]) => {
  const shape = { precision: 5, scale: 2, referenceTo: ['Lead'] as const }
  expect(readValue(field('Field__c', type, shape), value)).toMatchObject({ error: { statusCode } })
})
