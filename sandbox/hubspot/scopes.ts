import type { Scopes } from './endpoint.ts'
import type { RecordType } from './record.ts'

/** Types with scopes of their own; engagements go by the contact's. */
function family(type: RecordType): string {
  return type === 'companies' || type === 'deals' ? type : 'contacts'
}

/** Scopes for the records of a type. */
export function objectScopes(type: RecordType, verb: 'read' | 'write'): Scopes {
  const scope = `crm.objects.${family(type)}.${verb}`
  return type === 'emails' ? [scope, 'sales-email-read'] : [scope]
}

/** Scopes for the properties of a type: reading them comes with reading the records. */
export function schemaScopes(type: RecordType, verb: 'read' | 'write'): Scopes {
  const schema = `crm.schemas.${family(type)}.${verb}`
  return verb === 'write' ? [schema] : [[schema, `crm.objects.${family(type)}.read`]]
}
