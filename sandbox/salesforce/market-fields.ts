import { saveCustomField } from './custom-fields.ts'
import { nextId } from './ids.ts'
import { findField } from './objects.ts'
import { type FieldType, field, picklistOf } from './objects-field.ts'
import type { SObjectType } from './record.ts'
import type { Store } from './store.ts'

const ROLES = ['Decision Maker', 'Budget Holder', 'Champion', 'Influencer', 'End User', 'Other']
const TEXT = 255
const METADATA_TYPES: Partial<Record<FieldType, string>> = {
  string: 'Text',
  double: 'Number',
  multipicklist: 'MultiselectPicklist',
}

const PERSON_FIELDS: readonly (readonly [name: string, type: FieldType])[] = [
  ['Buying_Role__c', 'multipicklist'],
  ['Lifecycle_Stage__c', 'string'],
  ['Product_Interest__c', 'string'],
  ['Page_Views__c', 'double'],
  ['Visits__c', 'double'],
  ['Seniority__c', 'string'],
  ['Job_Function__c', 'string'],
]

/** Adds a field of the customer's own, which everybody sees; one that is there stays as it is. */
export function addCustomerField(
  store: Store,
  type: SObjectType,
  name: string,
  kind: FieldType,
  createdAt: number,
): void {
  if (findField(store, type, name)) return
  const plain = field(name, kind, {
    custom: true,
    ...(kind === 'double' && { precision: 18, scale: 0 }),
    ...(kind === 'multipicklist' && { picklist: picklistOf(ROLES) }),
  })
  saveCustomField(store, type, {
    ...plain,
    id: nextId(store, 'CustomField'),
    custom: true,
    isOpen: true,
    metadata: {
      type: METADATA_TYPES[kind] ?? 'Text',
      label: plain.label,
      ...(kind === 'string' && { length: TEXT }),
      ...(kind === 'double' && { precision: plain.precision, scale: plain.scale }),
    },
    createdAt,
  })
}

/** Adds the fields that the customer of every market has made for themselves. */
export function addCustomerFields(store: Store, createdAt: number): void {
  for (const type of ['Lead', 'Contact'] as const)
    for (const [name, kind] of PERSON_FIELDS) addCustomerField(store, type, name, kind, createdAt)
  addCustomerField(store, 'Contact', 'Lead_Status__c', 'string', createdAt)
  addCustomerField(store, 'Account', 'Founded_Year__c', 'double', createdAt)
}
