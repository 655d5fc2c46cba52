import { z } from 'zod'
import type { Answer } from './endpoint.ts'
import { invalid } from './errors.ts'
import { standardGroup } from './property-catalog.ts'
import { newDefinition, PropertyInput } from './property-rules.ts'
import { findProperty, saveProperty } from './property-table.ts'
import { RECORD_TYPES } from './record.ts'
import type { Store } from './store.ts'

/** Properties that the customer made, without a token and in the group every type has. */
export const CustomerProperties = z.array(
  z.object({
    objectType: z.enum(RECORD_TYPES),
    ...PropertyInput.partial({ groupName: true, label: true }).shape,
  }),
)

/** @throws ApiError 400 for a property that exists or that HubSpot would not have. */
export function addCustomerProperties(
  store: Store,
  wanted: z.infer<typeof CustomerProperties>,
  now: number,
): Answer {
  for (const { objectType, ...given } of wanted) {
    if (findProperty(store, objectType, given.name))
      throw invalid(`${objectType} have a property "${given.name}" already`)
    const label = given.label ?? given.name
    const groupName = given.groupName ?? standardGroup(objectType).name
    const input = { ...given, label, groupName }
    saveProperty(store, objectType, newDefinition(store, objectType, input, now))
  }
  return { status: 204 }
}
