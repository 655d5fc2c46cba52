import { idOf } from './ids.ts'
import { insertRecord } from './record-table.ts'
import type { Store } from './store.ts'
import { ADMIN_USER_ID } from './users.ts'

const LEAD_STATUSES = [
  { name: 'Open - Not Contacted', isConverted: false },
  { name: 'Working - Contacted', isConverted: false },
  { name: 'Closed - Converted', isConverted: true },
  { name: 'Closed - Not Converted', isConverted: false },
]

/** What every org has from its first day on. */
export function seedOrg(store: Store, orgId: string, createdAt: number): void {
  insertRecord(store, {
    type: 'Organization',
    id: orgId,
    fields: {
      Name: 'Sandbox Org',
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'SBX1',
      IsSandbox: true,
      TimeZoneSidKey: 'GMT',
      DefaultLocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
    },
    createdAt,
  })
  insertRecord(store, {
    type: 'User',
    id: ADMIN_USER_ID,
    fields: {
      Username: 'admin@sandbox.example',
      FirstName: 'Ada',
      LastName: 'Admin',
      Email: 'admin@sandbox.example',
      IsActive: true,
      UserType: 'Standard',
      TimeZoneSidKey: 'GMT',
    },
    createdAt,
  })
  for (const [index, { name, isConverted }] of LEAD_STATUSES.entries())
    insertRecord(store, {
      type: 'LeadStatus',
      id: idOf('LeadStatus', index + 1),
      fields: {
        MasterLabel: name,
        ApiName: name,
        SortOrder: index + 1,
        IsDefault: index === 0,
        IsConverted: isConverted,
      },
      createdAt,
    })
}
