import { type FieldDefinition, type FieldType, field, picklistOf } from './objects-field.ts'
import type { SObjectType } from './record.ts'

export const READ_ONLY = { createable: false, updateable: false }
export const REQUIRED = { nillable: false }
export const FIXED = { updateable: false }

export const text = (name: string, length: number, more: Partial<FieldDefinition> = {}) =>
  field(name, 'string', { length, ...more })

export const plain = (type: FieldType, ...names: string[]) => names.map((name) => field(name, type))

export const flag = (name: string, more: Partial<FieldDefinition> = {}) =>
  field(name, 'boolean', { nillable: false, ...more })

export const whole = (name: string, more: Partial<FieldDefinition> = {}) =>
  field(name, 'int', { precision: 8, ...more })

export const money = (name: string) => field(name, 'currency', { precision: 18, scale: 2 })

export const choice = (
  name: string,
  values: readonly string[],
  more: Partial<FieldDefinition> = {},
) => field(name, 'picklist', { picklist: picklistOf(values), ...more })

export function parent(
  name: string,
  referenceTo: readonly SObjectType[],
  more: Partial<FieldDefinition> = {},
): FieldDefinition {
  return field(name, 'reference', {
    referenceTo,
    relationshipName: name.replace(/Id$/, ''),
    ...more,
  })
}

export const OWNER = parent('OwnerId', ['User', 'Group'], REQUIRED)
export const FULL_NAME = text('Name', 121, { ...READ_ONLY, ...REQUIRED })
const ADDRESS_LENGTHS = [
  ['Street', 255],
  ['City', 40],
  ['State', 80],
  ['PostalCode', 20],
  ['Country', 80],
] as const

export const address = (prefix: string): FieldDefinition[] =>
  ADDRESS_LENGTHS.map(([part, length]) =>
    part === 'Street'
      ? field(`${prefix}Street`, 'textarea', { length })
      : text(`${prefix}${part}`, length),
  )

export const INDUSTRIES = [
  'Agriculture',
  'Banking',
  'Biotechnology',
  'Construction',
  'Consulting',
  'Education',
  'Electronics',
  'Energy',
  'Engineering',
  'Finance',
  'Government',
  'Healthcare',
  'Insurance',
  'Manufacturing',
  'Media',
  'Retail',
  'Technology',
  'Telecommunications',
  'Transportation',
  'Other',
]
export const SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other']
