import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead } from '../org.ts'
import { record, writtenOrg } from './written-org.ts'

const Made = z.object({ id: z.string() })

export const SCORE = {
  FullName: 'Lead.Score__c',
  Metadata: { type: 'Number', label: 'Score', precision: 3, scale: 0, trackHistory: true },
}
const value = (fullName: string) => ({ fullName, label: `Grade ${fullName}`, default: false })
export const GRADE = {
  FullName: 'Lead.Grade__c',
  Metadata: {
    type: 'Picklist',
    label: 'Grade',
    valueSet: {
      restricted: true,
      valueSetDefinition: { sorted: false, value: [value('A'), value('B')] },
    },
  },
}
const ADMIN = idOf('User', 1)

/** An org whose fields a test makes and grants; `ids` are those of the fields it begins with. */
export async function workshop(...fields: object[]) {
  const org = await writtenOrg([
    lead(1),
    lead(2),
    record('User', 2, { LastName: 'Rep', Username: 'rep@example.com' }),
  ])
  const make = (field: object) => org.call('POST', 'tooling/sobjects/CustomField', field)
  const ids: string[] = []
  for (const field of fields) ids.push(Made.parse((await make(field)).body).id)
  const insert = async (type: string, values: object) =>
    Made.parse((await org.call('POST', `sobjects/${type}`, values)).body).id
  return {
    ...org,
    ids,
    make,
    insert,
    ask: (soql: string) => org.call('GET', `tooling/query?q=${encodeURIComponent(soql)}`),
    patch: (fields: object) => org.call('PATCH', `sobjects/Lead/${idOf('Lead', 1)}`, fields),
    async permit(field: string, PermissionsEdit = true, AssigneeId = ADMIN) {
      const Name = `${field.replace('.', '_')}_${AssigneeId}`
      const ParentId = await insert('PermissionSet', { Name, Label: Name })
      await insert('FieldPermissions', {
        ParentId,
        SobjectType: 'Lead',
        Field: field,
        PermissionsRead: true,
        PermissionsEdit,
      })
      await insert('PermissionSetAssignment', { PermissionSetId: ParentId, AssigneeId })
    },
  }
}
