import type { PortalRecord } from '../hubspot/record.ts'

type ObjectType = PortalRecord['type']

/**
 * First id of each type. All have eleven digits, so ids order alike as text and as numbers, and
 * every type has its own leading digits, so that mixing two types up can never go unnoticed.
 */
const FIRST_ID: Readonly<Record<ObjectType, number>> = {
  contacts: 10_000_000_001,
  companies: 20_000_000_001,
  deals: 30_000_000_001,
  calls: 41_000_000_001,
  emails: 42_000_000_001,
  meetings: 43_000_000_001,
  notes: 44_000_000_001,
  tasks: 45_000_000_001,
  communications: 46_000_000_001,
}

/** Hands out record ids: numeric text, ascending inside each type. */
export interface IdSource {
  next(type: ObjectType): string
}

export function createIdSource(): IdSource {
  const upcoming = { ...FIRST_ID }
  return {
    next(type) {
      const id = upcoming[type]
      upcoming[type] = id + 1
      return String(id)
    },
  }
}
