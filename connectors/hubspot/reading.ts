import type { Clock } from '../../src/clock.ts'
import { CrmRejected } from '../../src/errors.ts'
import type { ActivityMapping } from '../../src/leads/activity-mapping.ts'
import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Log } from '../../src/log.ts'
import type { ConnectionContext } from '../connector.ts'
import type { Field, FieldType } from '../field-facts.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { DEFINITIONS } from './definitions.ts'
import { HubspotRejected } from './errors.ts'
import {
  COMPANY_FIELDS,
  cursorProperty,
  MEETING_TYPE,
  type ObjectType,
  PERSON_FIELDS,
  READ_PROPERTIES,
  subjectKind,
} from './properties.ts'
import { type ExistingProperty, PropertyList } from './schema.ts'

/** What to ask for on one object type, and how to understand it. */
export interface Reading {
  readonly properties: readonly string[]
  /** Properties of this portal that become facts beside ours. */
  readonly wished: readonly Field[]
  readonly mapping: ActivityMapping
}

/** One portal, with all that reading it needs. */
export interface Portal {
  readonly client: HubspotClient
  readonly clock: Clock
  readonly log: Log
  readonly readings: Readings
}

export interface Readings {
  /** By what the customer wishes now. */
  of(object: ObjectType): Promise<Reading>
  /** The same without properties that the portal does not have, which is looked up anew. */
  ofExisting(object: ObjectType): Promise<Reading>
}

/** How long the portal's list of properties is taken for true. */
const CATALOG_LIVES_MS = 10 * 60_000

/** The portal's properties by name; null where it does not show them. */
type Catalog = ReadonlyMap<string, ExistingProperty> | null

/** Decides what one connection asks for. The portal's properties are only listed where a customer wishes for some. */
export function createReadings(
  client: HubspotClient,
  { wishes, clock, log }: Pick<ConnectionContext, 'wishes' | 'clock' | 'log'>,
): Readings {
  const catalogs = createCatalogs(client, clock, log)
  const warned = new Set<string>()

  function warnOnce(object: ObjectType, property: string): void {
    if (warned.has(`${object} ${property}`)) return
    warned.add(`${object} ${property}`)
    log.warn({ crm: CRM, object, property }, 'a model asks for a property that cannot be read')
  }

  async function wishedFields(
    object: ObjectType,
    names: readonly string[],
  ): Promise<readonly Field[]> {
    if (names.length === 0) return []
    const catalog = await catalogs.read(object)
    if (!catalog) return []
    const fields = names.map((name) => ({ name, field: toField(catalog.get(name)) }))
    for (const { name, field } of fields) if (!field) warnOnce(object, name)
    return fields.flatMap(({ field }) => field ?? [])
  }

  async function of(object: ObjectType): Promise<Reading> {
    const { fields, mapping } = await wishes()
    const kind = subjectKind(object)
    const wished = kind ? await wishedFields(object, beyondOurs(kind, fields[kind])) : []
    const properties = new Set([
      ...READ_PROPERTIES[object],
      ...(kind ? ourProperties(kind) : []),
      ...(object === 'meetings' && asksForType(mapping) ? [MEETING_TYPE] : []),
      ...wished.map(({ property }) => property),
    ])
    return { properties: [...properties], wished, mapping }
  }

  return {
    of,
    async ofExisting(object) {
      catalogs.forget(object)
      const catalog = await catalogs.read(object)
      const reading = await of(object)
      if (!catalog) return reading
      return { ...reading, properties: reading.properties.filter((name) => catalog.has(name)) }
    },
  }
}

function createCatalogs(client: HubspotClient, clock: Clock, log: Log) {
  const known = new Map<ObjectType, { readonly until: number; readonly list: Promise<Catalog> }>()
  return {
    forget: (object: ObjectType) => void known.delete(object),
    read(object: ObjectType): Promise<Catalog> {
      const now = clock.now().getTime()
      const cached = known.get(object)
      if (cached && now < cached.until) return cached.list
      const list = readCatalog(client, log, object)
      known.set(object, { until: now + CATALOG_LIVES_MS, list })
      list.catch(() => known.delete(object))
      return list
    },
  }
}

async function readCatalog(client: HubspotClient, log: Log, object: ObjectType): Promise<Catalog> {
  const path = `/crm/properties/${HUBSPOT_API_VERSION}/${object}`
  try {
    const { results } = await client.call({ method: 'GET', path, answer: PropertyList })
    return new Map(results.map((property) => [property.name, property]))
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    log.warn({ crm: CRM, object, error }, 'the list of properties is refused')
    return null
  }
}

/** The properties that hold what we write. */
export function ourProperties(kind: SubjectKind): readonly string[] {
  return DEFINITIONS[kind].map(({ name }) => name)
}

/** Wishes that no fact of ours fulfils already. */
function beyondOurs(kind: SubjectKind, names: readonly string[]): readonly string[] {
  const ours = kind === 'person' ? PERSON_FIELDS : COMPANY_FIELDS
  return names.filter((name) => !ours.some(({ fact }) => fact === name))
}

const OURS = /^plumbline_/
const STAMPS = [cursorProperty('contacts'), cursorProperty('companies')]

/** Not what changes with our own writing: a score that hangs on itself would never come to rest. */
function toField(property: ExistingProperty | undefined): Field | undefined {
  if (!property || OURS.test(property.name) || STAMPS.includes(property.name)) return undefined
  return { property: property.name, fact: property.name, type: fieldTypeOf(property) }
}

const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  number: 'number',
  bool: 'truth',
  date: 'date',
  datetime: 'moment',
}

function fieldTypeOf({ type, fieldType }: ExistingProperty): FieldType {
  if (type !== 'enumeration') return FIELD_TYPES[type] ?? 'text'
  if (fieldType === 'checkbox') return 'list'
  return fieldType === 'booleancheckbox' ? 'truth' : 'text'
}

function asksForType({ meetings }: ActivityMapping): boolean {
  return (meetings ?? []).some(({ type }) => type !== undefined)
}

/** Does `read`; where the portal turns out to lack a property, once more without it. */
export async function withReading<T>(
  { readings, log }: Portal,
  object: ObjectType,
  read: (reading: Reading) => Promise<T>,
): Promise<T> {
  const reading = await readings.of(object)
  try {
    return await read(reading)
  } catch (error) {
    const lacks = error instanceof HubspotRejected && error.codes.has('PROPERTY_DOESNT_EXIST')
    if (!lacks) throw error
    log.warn({ crm: CRM, object, error }, 'read again without it')
    return read(await readings.ofExisting(object))
  }
}
