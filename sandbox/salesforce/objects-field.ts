import type { SObjectType } from './record.ts'

export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'multipicklist'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'email'
  | 'phone'
  | 'url'
  | 'reference'

export interface PicklistValue {
  readonly value: string
  readonly label: string
  readonly isDefault: boolean
}

/** A field of an object, standard or custom. */
export interface FieldDefinition {
  readonly name: string
  readonly label: string
  readonly type: FieldType
  /** Most characters of a text; 0 for other types. */
  readonly length: number
  /** Digits in all of a number with decimal places; 0 for other types. */
  readonly precision: number
  readonly scale: number
  readonly nillable: boolean
  readonly createable: boolean
  readonly updateable: boolean
  readonly custom: boolean
  readonly externalId: boolean
  readonly picklist: readonly PicklistValue[]
  readonly restrictedPicklist: boolean
  readonly referenceTo: readonly SObjectType[]
  /** What a parent's fields are reached by, as in `Account.Name`. */
  readonly relationshipName: string | null
  /** What to show where a record holds no value. */
  readonly fallback?: string
  readonly inlineHelpText?: string
  readonly trackHistory?: boolean
}

const DEFAULTS = {
  length: 0,
  precision: 0,
  scale: 0,
  nillable: true,
  createable: true,
  updateable: true,
  custom: false,
  externalId: false,
  picklist: [],
  restrictedPicklist: false,
  referenceTo: [],
  relationshipName: null,
} as const

/** The lengths that the types have unless they say another. */
const LENGTHS: Partial<Record<FieldType, number>> = {
  id: 18,
  string: 255,
  textarea: 255,
  picklist: 255,
  multipicklist: 4_099,
  email: 80,
  phone: 40,
  url: 255,
  reference: 18,
}

function labelOf(name: string): string {
  return name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
}

/** A definition with everything that is left out as it is most often. */
export function field(
  name: string,
  type: FieldType,
  more: Partial<FieldDefinition> = {},
): FieldDefinition {
  const length = LENGTHS[type] ?? 0
  return { ...DEFAULTS, name, label: labelOf(name), type, length, ...more }
}

export function picklistOf(values: readonly string[]): PicklistValue[] {
  return values.map((value, index) => ({ value, label: value, isDefault: index === 0 }))
}

/** Texts of more than 255 characters can neither be filtered nor sorted by. */
export function isLongText({ type, length }: FieldDefinition): boolean {
  return type === 'textarea' && length > 255
}
