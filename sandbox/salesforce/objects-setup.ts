import { type FieldDefinition, field } from './objects-field.ts'
import {
  choice,
  FIXED,
  FULL_NAME,
  flag,
  parent,
  READ_ONLY,
  REQUIRED,
  text,
  whole,
} from './objects-parts.ts'

export const USER = [
  text('Username', 80, REQUIRED),
  text('FirstName', 40),
  text('LastName', 80, REQUIRED),
  FULL_NAME,
  field('Email', 'email', { length: 128, ...REQUIRED }),
  flag('IsActive'),
  choice('UserType', ['Standard', 'AutomatedProcess'], READ_ONLY),
  choice('TimeZoneSidKey', ['GMT', 'Europe/Vienna', 'America/New_York'], REQUIRED),
]

export const GROUP = [
  text('Name', 40, REQUIRED),
  text('DeveloperName', 80),
  choice('Type', ['Queue', 'Regular', 'Role']),
  field('Email', 'email'),
]

export const ORGANIZATION = [
  text('Name', 80, REQUIRED),
  text('OrganizationType', 40, READ_ONLY),
  text('InstanceName', 5, READ_ONLY),
  flag('IsSandbox', READ_ONLY),
  text('TimeZoneSidKey', 40),
  text('DefaultLocaleSidKey', 40),
  text('LanguageLocaleKey', 40),
]

export const PERMISSION_SET = [
  text('Name', 80, REQUIRED),
  text('Label', 80, REQUIRED),
  field('Description', 'textarea'),
  text('NamespacePrefix', 15, READ_ONLY),
  flag('IsOwnedByProfile', READ_ONLY),
]

export const PERMISSION_SET_ASSIGNMENT = [
  parent('PermissionSetId', ['PermissionSet'], { ...REQUIRED, ...FIXED }),
  parent('AssigneeId', ['User'], { ...REQUIRED, ...FIXED }),
]

export const FIELD_PERMISSIONS = [
  parent('ParentId', ['PermissionSet'], { ...REQUIRED, ...FIXED }),
  text('SobjectType', 255, { ...REQUIRED, ...FIXED }),
  text('Field', 255, { ...REQUIRED, ...FIXED }),
  flag('PermissionsRead'),
  flag('PermissionsEdit'),
]

export const LEAD_STATUS = [
  text('MasterLabel', 255, READ_ONLY),
  text('ApiName', 255, READ_ONLY),
  whole('SortOrder', READ_ONLY),
  flag('IsDefault', READ_ONLY),
  flag('IsConverted', READ_ONLY),
]

export function history(of: 'Lead' | 'Contact' | 'Account'): FieldDefinition[] {
  return [
    parent(`${of}Id`, [of], { ...READ_ONLY, ...REQUIRED }),
    text('Field', 255, READ_ONLY),
    text('OldValue', 255, READ_ONLY),
    text('NewValue', 255, READ_ONLY),
  ]
}
