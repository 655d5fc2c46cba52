import { CrmRejected, UserError } from '../../src/errors.ts'
import type { Segment } from '../connector.ts'
import { HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { HubspotRejected } from './errors.ts'
import { Anything } from './schema.ts'

const CONTACTS = '0-1'
const LISTS = `/crm/lists/${HUBSPOT_API_VERSION}`

/** Creates the segments that are missing, by name, as lists that HubSpot keeps by itself. @returns how many it created */
export async function createSegments(
  client: HubspotClient,
  segments: readonly Segment[],
): Promise<number> {
  let created = 0
  try {
    for (const segment of segments) {
      if (await exists(client, segment.name)) continue
      await create(client, segment)
      created += 1
    }
  } catch (error) {
    throw remedyFor(error)
  }
  return created
}

async function exists(client: HubspotClient, name: string): Promise<boolean> {
  const path = `${LISTS}/object-type-id/${CONTACTS}/name/${encodeURIComponent(name)}`
  try {
    await client.call({ method: 'GET', path, answer: Anything })
    return true
  } catch (error) {
    if (error instanceof CrmRejected && error.status === 404) return false
    throw error
  }
}

async function create(client: HubspotClient, { name, field, value }: Segment): Promise<void> {
  const operation = {
    operationType: 'ENUMERATION',
    operator: 'IS_ANY_OF',
    values: [value],
    includeObjectsWithNoValueSet: false,
  }
  // The root must be an OR of ANDs, also where there is only one condition.
  const branch = (type: 'OR' | 'AND', parts: object) => ({
    filterBranchType: type,
    filterBranchOperator: type,
    filters: [],
    filterBranches: [],
    ...parts,
  })
  const condition = { filterType: 'PROPERTY', property: field, operation }
  const filterBranch = branch('OR', { filterBranches: [branch('AND', { filters: [condition] })] })
  const body = { name, objectTypeId: CONTACTS, processingType: 'DYNAMIC', filterBranch }
  await client.call({ method: 'POST', path: LISTS, body, answer: Anything })
}

function remedyFor(error: unknown): unknown {
  if (!(error instanceof HubspotRejected) || !error.codes.has('MISSING_SCOPES')) return error
  return new UserError(
    'HubSpot was not allowed to let Plumbline create lists. Connect the portal again and allow lists, or create them by hand (docs/hubspot.md says how)',
    { cause: error },
  )
}
