import type { CrmObject } from '../../../connectors/hubspot/schema.ts'

export const CREATED = new Date('2026-01-05T08:00:00Z')
export const UPDATED = new Date('2026-10-20T09:30:00Z')

/** A record as the schema leaves it. */
export function raw(properties: Record<string, string>, id = '501'): CrmObject {
  return { id, properties, createdAt: CREATED, updatedAt: UPDATED }
}
