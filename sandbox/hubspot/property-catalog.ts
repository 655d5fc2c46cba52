import { PROPERTY_LINES } from './property-catalog-data.ts'
import {
  DEFINITION_DEFAULTS,
  PROPERTY_TYPES,
  type PropertyDefinition,
  type PropertyOption,
} from './property-types.ts'
import { RECORD_TYPES, type RecordType } from './record.ts'

/** Options that another object decides, so that any value is taken: owners, merged ids, domains. */
const OUTSIDE_OPTIONS = 'owner'

/** What a yes-or-no property offers. */
export const BOOLEAN_OPTIONS: readonly PropertyOption[] = [
  { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
  { label: 'No', value: 'false', displayOrder: 1, hidden: false },
]

/** The group of properties that every type starts with. */
export function standardGroup(type: RecordType): { type: RecordType; name: string; label: string } {
  if (type === 'contacts') return { type, name: 'contactinformation', label: 'About the contact' }
  if (type === 'companies') return { type, name: 'companyinformation', label: 'About the company' }
  const name = type === 'deals' ? 'dealinformation' : type.replace(/s$/, '')
  return { type, name, label: `About the ${type}` }
}

export function standardGroups(): ReturnType<typeof standardGroup>[] {
  return RECORD_TYPES.map(standardGroup)
}

function readable(value: string): string {
  const words = value.replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function optionsOf(list: string | undefined): PropertyOption[] {
  if (!list || list === OUTSIDE_OPTIONS) return []
  return list.split(', ').map((value, displayOrder) => ({
    label: readable(value),
    value,
    displayOrder,
    hidden: false,
  }))
}

function parseLine(type: RecordType, line: string): PropertyDefinition {
  const readOnlyValue = /^[=~]/.test(line)
  const [name = '', label = '', kind = '', options] = line.replace(/^[=~] /, '').split(' | ')
  const [wanted, fieldType = ''] = kind.split('/')
  const valueType = PROPERTY_TYPES.find((known) => known === wanted)
  if (!valueType) throw new Error(`The property catalogue has a bad line: ${line}`)
  return {
    ...DEFINITION_DEFAULTS,
    name,
    label,
    type: valueType,
    fieldType,
    groupName: standardGroup(type).name,
    options: valueType === 'bool' ? BOOLEAN_OPTIONS : optionsOf(options),
    externalOptions: options === OUTSIDE_OPTIONS,
    calculated: line.startsWith('~'),
    hubspotDefined: true,
    readOnlyValue,
    createdAt: 0,
    updatedAt: 0,
  }
}

/** Every standard property of every type. */
export function standardProperties(): { type: RecordType; definition: PropertyDefinition }[] {
  return RECORD_TYPES.flatMap((type) =>
    PROPERTY_LINES[type]
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ type, definition: parseLine(type, line) })),
  )
}
