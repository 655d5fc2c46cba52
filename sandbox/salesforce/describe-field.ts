import type { FieldDefinition, FieldType } from './objects-field.ts'
import { isLongText } from './objects-field.ts'
import type { Fields } from './record.ts'

const SOAP_TYPES: Partial<Record<FieldType, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
}

/** Bytes that a character of a text may take. */
const BYTES = 3

function picklistValues({ picklist }: FieldDefinition) {
  return picklist.map(({ value, label, isDefault }) => ({
    active: true,
    defaultValue: isDefault,
    label,
    validFor: null,
    value,
  }))
}

/** What a caller may do with the values of a field in a query. */
function queryTraits(field: FieldDefinition) {
  const isShort = !isLongText(field)
  return {
    aggregatable: isShort && field.type !== 'boolean',
    filterable: isShort,
    groupable: isShort && !['double', 'currency', 'percent', 'datetime'].includes(field.type),
    sortable: isShort && field.type !== 'multipicklist',
  }
}

/** A field as describe answers it, for a user with this access. */
export function describeField(
  field: FieldDefinition,
  access: 'read' | 'edit',
): Record<string, unknown> & { name: string } {
  const { type, length, precision, referenceTo } = field
  const isOpen = access === 'edit'
  const isNumber = ['int', 'double', 'currency', 'percent'].includes(type)
  const values: Fields = {
    label: field.label,
    type,
    length,
    byteLength: length * BYTES,
    soapType: SOAP_TYPES[type] ?? 'xsd:string',
    precision: type === 'int' ? 0 : precision,
    digits: type === 'int' ? precision : 0,
    scale: isNumber ? field.scale : 0,
    nillable: field.nillable,
    createable: field.createable && isOpen,
    updateable: field.updateable && isOpen,
    custom: field.custom,
    externalId: field.externalId,
    unique: false,
    idLookup: field.externalId || field.name === 'Id' || field.name === 'Email',
    calculated: false,
    autoNumber: false,
    caseSensitive: false,
    defaultedOnCreate: type === 'boolean' || !field.createable,
    deprecatedAndHidden: false,
    nameField: field.name === 'Name',
    namePointing: referenceTo.length > 1,
    polymorphicForeignKey: referenceTo.length > 1,
    permissionable: field.custom || field.nillable,
    restrictedPicklist: field.restrictedPicklist,
    relationshipName: field.relationshipName,
    inlineHelpText: field.inlineHelpText ?? null,
  }
  return {
    name: field.name,
    ...values,
    ...queryTraits(field),
    defaultValue: type === 'boolean' ? false : null,
    picklistValues: picklistValues(field),
    referenceTo,
  }
}
