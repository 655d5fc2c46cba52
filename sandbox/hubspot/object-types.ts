import { RECORD_TYPES, type RecordType } from './record.ts'

interface TypeFacts {
  readonly typeId: string
  readonly singular: string
  readonly created: string
  readonly modified: string
  /** What a read returns when the caller names no properties, besides the three every read returns. */
  readonly shown: readonly string[]
}

const engagement = (typeId: string, singular: string): TypeFacts => ({
  typeId,
  singular,
  created: 'hs_createdate',
  modified: 'hs_lastmodifieddate',
  shown: [],
})

const FACTS: Readonly<Record<RecordType, TypeFacts>> = {
  contacts: {
    typeId: '0-1',
    singular: 'contact',
    created: 'createdate',
    modified: 'lastmodifieddate',
    shown: ['email', 'firstname', 'lastname'],
  },
  companies: {
    typeId: '0-2',
    singular: 'company',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['name', 'domain'],
  },
  deals: {
    typeId: '0-3',
    singular: 'deal',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  },
  calls: engagement('0-48', 'call'),
  emails: engagement('0-49', 'email'),
  meetings: engagement('0-47', 'meeting'),
  notes: engagement('0-46', 'note'),
  tasks: engagement('0-27', 'task'),
  communications: engagement('0-18', 'communication'),
}

/** The type a path segment or association parameter means: plural, singular or object type id. */
export function findType(name: string): RecordType | undefined {
  return RECORD_TYPES.find((type) => {
    const facts = FACTS[type]
    return type === name || facts.singular === name || facts.typeId === name
  })
}

export function factsOf(type: RecordType): TypeFacts {
  return FACTS[type]
}

/** Calls, tasks and the like: what happened, or will, between the customer and a contact. */
export function isEngagement(type: RecordType): boolean {
  return FACTS[type].created === 'hs_createdate'
}

export type Column = 'id' | 'created_at' | 'updated_at'

/** The table column behind a property that the portal itself keeps, if it is one. */
export function columnOf(type: RecordType, property: string): Column | undefined {
  if (property === 'hs_object_id') return 'id'
  if (property === FACTS[type].created) return 'created_at'
  return property === FACTS[type].modified ? 'updated_at' : undefined
}

/** The properties that the portal itself keeps for a type. */
export function keptProperties(type: RecordType): readonly string[] {
  return ['hs_object_id', FACTS[type].created, FACTS[type].modified]
}
