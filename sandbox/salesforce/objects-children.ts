import type { SObjectType } from './record.ts'

/** Records that refer to a record by one of their fields. */
export interface ChildRelationship {
  readonly name: string
  readonly type: SObjectType
  readonly field: string
}

const child = (name: string, type: SObjectType, field: string): ChildRelationship => ({
  name,
  type,
  field,
})

const ACTIVITIES_OF_PERSON = [child('Tasks', 'Task', 'WhoId'), child('Events', 'Event', 'WhoId')]

const CHILDREN: Partial<Record<SObjectType, readonly ChildRelationship[]>> = {
  Lead: [
    ...ACTIVITIES_OF_PERSON,
    child('CampaignMembers', 'CampaignMember', 'LeadId'),
    child('Histories', 'LeadHistory', 'LeadId'),
  ],
  Contact: [
    ...ACTIVITIES_OF_PERSON,
    child('CampaignMembers', 'CampaignMember', 'ContactId'),
    child('OpportunityContactRoles', 'OpportunityContactRole', 'ContactId'),
    child('Histories', 'ContactHistory', 'ContactId'),
  ],
  Account: [
    child('Contacts', 'Contact', 'AccountId'),
    child('Opportunities', 'Opportunity', 'AccountId'),
    child('Tasks', 'Task', 'WhatId'),
    child('Events', 'Event', 'WhatId'),
    child('Histories', 'AccountHistory', 'AccountId'),
  ],
  Opportunity: [
    child('OpportunityContactRoles', 'OpportunityContactRole', 'OpportunityId'),
    child('Tasks', 'Task', 'WhatId'),
    child('Events', 'Event', 'WhatId'),
  ],
  Campaign: [
    child('CampaignMembers', 'CampaignMember', 'CampaignId'),
    child('Opportunities', 'Opportunity', 'CampaignId'),
  ],
  PermissionSet: [
    child('Assignments', 'PermissionSetAssignment', 'PermissionSetId'),
    child('FieldPerms', 'FieldPermissions', 'ParentId'),
  ],
}

export function childRelationships(type: SObjectType): readonly ChildRelationship[] {
  return CHILDREN[type] ?? []
}

/** The relationship of this name in any case. */
export function childRelationship(type: SObjectType, name: string): ChildRelationship | undefined {
  return childRelationships(type).find((one) => one.name.toLowerCase() === name.toLowerCase())
}
