import type { FieldDefinition } from './objects-field.ts'
import { ACCOUNT, CONTACT, LEAD } from './objects-people.ts'
import {
  CAMPAIGN,
  CAMPAIGN_MEMBER,
  EVENT,
  OPPORTUNITY,
  OPPORTUNITY_CONTACT_ROLE,
  TASK,
} from './objects-sales.ts'
import {
  FIELD_PERMISSIONS,
  GROUP,
  history,
  LEAD_STATUS,
  ORGANIZATION,
  PERMISSION_SET,
  PERMISSION_SET_ASSIGNMENT,
  USER,
} from './objects-setup.ts'
import type { SObjectType } from './record.ts'

/** The fields of their own that the objects have; what all records share is in objects.ts. */
export function ownFields(): Record<SObjectType, readonly FieldDefinition[]> {
  return {
    Lead: LEAD,
    Contact: CONTACT,
    Account: ACCOUNT,
    Opportunity: OPPORTUNITY,
    OpportunityContactRole: OPPORTUNITY_CONTACT_ROLE,
    Task: TASK,
    Event: EVENT,
    Campaign: CAMPAIGN,
    CampaignMember: CAMPAIGN_MEMBER,
    User: USER,
    Group: GROUP,
    Organization: ORGANIZATION,
    PermissionSet: PERMISSION_SET,
    PermissionSetAssignment: PERMISSION_SET_ASSIGNMENT,
    FieldPermissions: FIELD_PERMISSIONS,
    LeadStatus: LEAD_STATUS,
    LeadHistory: history('Lead'),
    ContactHistory: history('Contact'),
    AccountHistory: history('Account'),
  }
}
