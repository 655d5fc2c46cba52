export interface PropertyOption {
  readonly label: string
  readonly value: string
  readonly displayOrder: number
  readonly hidden: boolean
  readonly description?: string | undefined
}

export const PROPERTY_TYPES = [
  'bool',
  'date',
  'datetime',
  'enumeration',
  'number',
  'phone_number',
  'string',
] as const
export type PropertyType = (typeof PROPERTY_TYPES)[number]

/** A property as the properties API shows it, without what only the answer adds (times, archived). */
export interface PropertyDefinition {
  readonly name: string
  readonly label: string
  readonly type: PropertyType
  readonly fieldType: string
  readonly groupName: string
  readonly description: string
  readonly options: readonly PropertyOption[]
  readonly displayOrder: number
  readonly hidden: boolean
  readonly formField: boolean
  readonly hasUniqueValue: boolean
  readonly calculated: boolean
  readonly externalOptions: boolean
  readonly referencedObjectType?: string | undefined
  readonly numberDisplayHint?: string | undefined
  readonly hubspotDefined: boolean
  readonly readOnlyValue: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** A definition in the store; an archived one keeps its values and can be restored. */
export interface StoredProperty {
  readonly definition: PropertyDefinition
  readonly archived: boolean
}

/** Which ways of showing a property fit which kind of value. */
export const FIELD_TYPES: Readonly<Record<PropertyType, readonly string[]>> = {
  bool: ['booleancheckbox', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  phone_number: ['phonenumber'],
  string: ['text', 'textarea', 'html', 'file', 'phonenumber', 'calculation_equation'],
}

/** Values for a custom property with everything optional left out. */
export const DEFINITION_DEFAULTS = {
  description: '',
  options: [],
  displayOrder: -1,
  hidden: false,
  formField: false,
  hasUniqueValue: false,
  calculated: false,
  externalOptions: false,
  hubspotDefined: false,
  readOnlyValue: false,
} as const
